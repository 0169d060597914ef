package dev.unroll.server.repository;

import dev.unroll.format.FormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Looks whether model files came, changed or went, and brings the repository up to date: a model
/// answers until the one that takes its place is loaded and warm. A file that cannot be loaded
/// changes nothing; what is wrong with it is told once.
///
/// Used by one caller at a time.
public final class FolderWatch {
  private final List<ModelPlace> places;
  private final ModelRepository repository;
  private final ModelLoading loading;
  private final Consumer<String> log;

  /// What was loaded, or could not be, by name and version.
  private final Map<String, FoundModel> known = new HashMap<>();

  /// What was seen when it was looked last.
  private Map<String, FoundModel> seen = new LinkedHashMap<>();

  private final Map<Path, String> unreadable = new HashMap<>();
  private final HashSet<String> served = new HashSet<>();

  /// @param log is told what becomes of models, a sentence each
  public FolderWatch(List<ModelPlace> places, ModelRepository repository, ModelLoading loading,
      Consumer<String> log) {
    this.places = List.copyOf(places);
    this.repository = repository;
    this.loading = loading;
    this.log = log;
  }

  /// Loads all models that are there.
  ///
  /// @throws IOException one sentence, if the file of a single model cannot be loaded, two have the
  ///     same name, or there is none at all
  public void begin() throws IOException {
    var found = new LinkedHashMap<String, FoundModel>();
    for (var place : places) {
      var here = FoundModel.in(place);
      if (here.isEmpty() && place.isNamed()) {
        throw new FormatException(
            ("the folder %s holds no model.safetensors or model.onnx; give a model file, or the "
                + "folder of a run or of models").formatted(place.path()));
      }
      if (here.isEmpty()) {
        log.accept("%s holds no model yet; it is watched".formatted(place.path()));
      }
      for (var model : here) {
        var other = found.put(model.place(), model);
        if (other != null) {
          throw new FormatException(
              "%s and %s have the same name, %s; give one of them another: NAME=%s"
                  .formatted(other.file(), model.file(), model.name(), model.file()));
        }
      }
    }
    for (var model : found.values()) {
      boolean alone = places.stream().anyMatch(place -> place.path().equals(model.file())
          || place.path().equals(model.file().getParent()));
      try {
        load(model);
      } catch (IOException | RuntimeException e) {
        if (alone) {
          throw e;
        }
        refuse(model, e);
      }
    }
    seen = found;
  }

  /// Looks once.
  public void look() {
    var found = new LinkedHashMap<String, FoundModel>();
    boolean complete = true;
    for (var place : places) {
      try {
        FoundModel.in(place).forEach(model -> found.putIfAbsent(model.place(), model));
        unreadable.remove(place.path());
      } catch (IOException e) {
        complete = false;
        var why = String.valueOf(e.getMessage());
        if (!why.equals(unreadable.put(place.path(), why))) {
          log.accept("%s cannot be read (%s: %s); its models stay as they are".formatted(
              place.path(), e.getClass().getSimpleName(), why));
        }
      }
    }
    for (var model : found.values()) {
      // A file that still changes is being written.
      if (!model.equals(known.get(model.place())) && model.equals(seen.get(model.place()))) {
        try {
          load(model);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
          refuse(model, e);
        }
      }
    }
    if (complete) {
      for (var place : new ArrayList<>(known.keySet())) {
        if (!found.containsKey(place) && !seen.containsKey(place)) {
          unload(place);
        }
      }
    }
    seen = found;
  }

  private void load(FoundModel model) throws IOException {
    long begin = System.nanoTime();
    known.put(model.place(), model);
    var loaded = loading.load(model, repository);
    repository.put(loaded);
    boolean replaced = !served.add(model.place());
    log.accept("%s of %s, version %s, %s %s (%d ms)".formatted(loaded.model().kind(),
        model.name(), model.version(), replaced ? "replaced by" : "loaded from", model.file(),
        (System.nanoTime() - begin) / 1_000_000));
  }

  private void refuse(FoundModel model, Throwable why) {
    known.put(model.place(), model);
    log.accept("%s cannot be loaded: %s; %s".formatted(model.file(),
        why.getMessage() == null ? why.toString() : why.getMessage(),
        served.contains(model.place()) ? "the model before it goes on answering"
            : "it is not served"));
  }

  private void unload(String place) {
    var model = known.remove(place);
    if (model != null && served.remove(place)) {
      repository.remove(model.name(), model.version());
      log.accept("%s, version %s, is no longer served, as %s is gone".formatted(model.name(),
          model.version(), model.file()));
    }
  }
}

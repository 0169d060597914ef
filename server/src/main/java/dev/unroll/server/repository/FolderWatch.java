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
  /// After so many looks, files for which there was no memory are tried again.
  private static final int AGAIN = 60;

  private final List<ModelPlace> places;
  private final ModelRepository repository;
  private final ModelLoading loading;
  private final Consumer<String> log;

  /// What was loaded, or could not be, by name and version.
  private final Map<ModelId, FoundModel> known = new HashMap<>();

  /// What was seen when it was looked last.
  private Map<ModelId, FoundModel> seen = new LinkedHashMap<>();

  private final Map<Path, String> unreadable = new HashMap<>();
  private final LeftOut leftOut = new LeftOut();
  private final HashSet<ModelId> lacking = new HashSet<>();
  private boolean complete;
  private int looks;
  private final HashSet<ModelId> served = new HashSet<>();

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
  /// @throws IOException one sentence, if a model that was named itself cannot be loaded or has the
  ///     name of another
  public void begin() throws IOException {
    var found = new LinkedHashMap<ModelId, FoundModel>();
    for (var place : places) {
      var here = FoundModel.in(place, leftOut);
      if (here.isEmpty() && place.isNamed()) {
        throw new FormatException(
            ("the folder %s holds no model.safetensors or model.onnx; give a model file, or the "
                + "folder of a run or of models").formatted(place.path()));
      }
      if (here.isEmpty()) {
        log.accept("%s holds no model yet; it is watched".formatted(place.path()));
      }
      for (var model : here) {
        var other = found.putIfAbsent(model.id(), model);
        if (other != null && !isAlone(model) && !isAlone(other)) {
          leftOut.tell(model.file(),
              "is not served: %s has the same name; rename one of them".formatted(other.file()));
        } else if (other != null) {
          throw new FormatException(
              "%s and %s have the same name, %s; give one of them another: NAME=%s"
                  .formatted(other.file(), model.file(), model.name(), model.file()));
        }
      }
    }
    for (var model : found.values()) {
      try {
        load(model);
      } catch (IOException | RuntimeException | VirtualMachineError e) {
        if (isAlone(model)) {
          throw new FormatException(sentence(model, e), e);
        }
        refuse(model, e);
      }
    }
    seen = found;
    if (repository.names().isEmpty()) {
      log.accept("no model is served yet: %s hold none that can be loaded; those that come are"
          .formatted(places.stream().map(ModelPlace::path).toList()));
    }
  }

  /// Whether it was named itself.
  private boolean isAlone(FoundModel model) {
    return places.stream().anyMatch(place -> place.isAlone(model.file()));
  }

  /// Tells once what is left out, and why.
  private final class LeftOut implements FoundModel.LeftOut {
    private final HashSet<String> told = new HashSet<>();

    @Override
    public void tell(Path path, String why) {
      if (told.add(path + why)) {
        log.accept("%s %s".formatted(path, why));
      }
    }

    @Override
    public void unreadable(Path path, IOException e) {
      complete = false;
      var why = String.valueOf(e.getMessage());
      if (!why.equals(unreadable.put(path, why))) {
        log.accept("%s cannot be read (%s: %s); its models stay as they are".formatted(path,
            e.getClass().getSimpleName(), why));
      }
    }
  }

  /// Looks once.
  public void look() {
    var found = new LinkedHashMap<ModelId, FoundModel>();
    complete = true;
    boolean again = ++looks % AGAIN == 0;
    for (var place : places) {
      try {
        FoundModel.in(place, leftOut).forEach(model -> found.putIfAbsent(model.id(), model));
        unreadable.remove(place.path());
      } catch (IOException e) {
        leftOut.unreadable(place.path(), e);
      }
    }
    for (var model : found.values()) {
      // A file that still changes is being written.
      boolean isNew = !model.equals(known.get(model.id()))
          || again && lacking.remove(model.id());
      if (isNew && model.equals(seen.get(model.id()))) {
        try {
          load(model);
        } catch (IOException | RuntimeException | VirtualMachineError e) {
          refuse(model, e);
        }
      }
    }
    if (complete) {
      for (var id : new ArrayList<>(known.keySet())) {
        if (!found.containsKey(id) && !seen.containsKey(id)) {
          unload(id);
        }
      }
    }
    seen = found;
  }

  private void load(FoundModel model) throws IOException {
    long begin = System.nanoTime();
    known.put(model.id(), model);
    var loaded = loading.load(model, repository);
    repository.put(loaded);
    boolean replaced = !served.add(model.id());
    log.accept("%s of %s, version %s, %s %s (%d ms)".formatted(loaded.model().kind(),
        model.name(), model.version(), replaced ? "replaced by" : "loaded from", model.file(),
        (System.nanoTime() - begin) / 1_000_000));
  }

  private void refuse(FoundModel model, Throwable why) {
    known.put(model.id(), model);
    if (why instanceof OutOfMemoryError) {
      lacking.add(model.id());
    }
    repository.refuse(model.id(), reason(model, why));
    log.accept("%s; %s".formatted(sentence(model, why).replaceFirst("\\.$", ""),
        served.contains(model.id()) ? "the model before it goes on answering"
            : "it is not served"));
  }

  private static String sentence(FoundModel model, Throwable why) {
    return "%s cannot be loaded: %s".formatted(model.file(), reason(model, why));
  }

  /// What is wrong, without the path in front, which is said already.
  private static String reason(FoundModel model, Throwable why) {
    var message = why.getMessage() == null ? why.toString() : why.getMessage();
    var path = model.file().toString();
    return message.startsWith(path) ? message.substring(path.length()).replaceFirst("^:? ", "")
        : message;
  }

  private void unload(ModelId id) {
    var model = known.remove(id);
    if (model == null) {
      return;
    }
    repository.remove(model.id());
    if (served.remove(id)) {
      log.accept("%s, version %s, is no longer served, as %s is gone".formatted(model.name(),
          model.version(), model.file()));
    }
  }
}

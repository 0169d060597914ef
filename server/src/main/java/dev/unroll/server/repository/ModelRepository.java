package dev.unroll.server.repository;

import dev.unroll.server.protocol.RefusedException;
import dev.unroll.server.protocol.Shown;
import dev.unroll.server.sequence.SequenceTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// The models that are served, by name and version. Requests that run keep the version that they
/// began with. Safe for use by several threads.
public final class ModelRepository {
  /// Numbers by size, other versions behind them.
  private static final Comparator<String> ORDER = Comparator
      .comparing((String version) -> !version.matches("\\d{1,18}"))
      .thenComparingLong(version -> version.matches("\\d{1,18}") ? Long.parseLong(version) : 0)
      .thenComparing(Comparator.naturalOrder());

  private final ConcurrentHashMap<String, Named> models = new ConcurrentHashMap<>();

  /// Why models that were found could not be loaded.
  private final ConcurrentHashMap<ModelId, String> refused = new ConcurrentHashMap<>();

  /// All versions of a name.
  private record Named(SequenceTable sequences, TreeMap<String, ModelVersion> versions) {
    Named with(ModelVersion added) {
      var more = new TreeMap<>(versions);
      more.put(added.version(), added);
      return new Named(sequences, more);
    }
  }

  /// The version of a model that answers where none is named: the newest.
  ///
  /// @throws RefusedException if there is no such model
  public ModelVersion require(String name) {
    return named(name).versions.lastEntry().getValue();
  }

  /// A version of a model.
  ///
  /// @throws RefusedException if there is no such model or version
  public ModelVersion require(String name, String version) {
    var named = named(name);
    var found = named.versions.get(version);
    if (found == null) {
      throw RefusedException.missing("the model %s has no version %s; it has %s", Shown.of(name),
          Shown.of(version), named.versions.keySet());
    }
    return found;
  }

  private Named named(String name) {
    var named = models.get(name);
    if (named == null) {
      for (var model : unavailable().entrySet()) {
        if (model.getKey().name().equals(name)) {
          throw RefusedException.missing("the model %s cannot be loaded: %s", Shown.of(name),
              model.getValue());
        }
      }
      throw RefusedException.missing("there is no model %s; there %s", Shown.of(name),
          models.isEmpty() ? "is none yet" : "are " + names());
    }
    return named;
  }

  /// The versions of a model, the newest last.
  ///
  /// @throws RefusedException if there is no such model
  public List<String> versions(String name) {
    return List.copyOf(named(name).versions.keySet());
  }

  /// The names of the models, in alphabetical order.
  public List<String> names() {
    return models.keySet().stream().sorted().toList();
  }

  /// All models, each in all its versions.
  public List<ModelVersion> all() {
    var all = new ArrayList<ModelVersion>();
    names().forEach(name -> {
      var named = models.get(name);
      if (named != null) {
        all.addAll(named.versions.values());
      }
    });
    return all;
  }

  /// The models that could not be loaded, and are not served from an earlier file, each with the
  /// reason.
  public SequencedMap<ModelId, String> unavailable() {
    var sorted = new TreeMap<ModelId, String>(
        Comparator.comparing(ModelId::name).thenComparing(ModelId::version, ORDER));
    refused.forEach((model, why) -> {
      var named = models.get(model.name());
      if (named == null || !named.versions.containsKey(model.version())) {
        sorted.put(model, why);
      }
    });
    return sorted;
  }

  /// Remembers why a model could not be loaded.
  void refuse(ModelId model, String why) {
    refused.put(model, why);
  }

  /// The tables of sequences, one for each name.
  public Collection<SequenceTable> tables() {
    return models.values().stream().map(Named::sequences).toList();
  }

  /// The table of a name, which a new name brings along.
  SequenceTable table(String name, Supplier<SequenceTable> made) {
    var named = models.get(name);
    return named == null ? made.get() : named.sequences;
  }

  /// Puts a model in its place; from now on it answers.
  public void put(ModelVersion added) {
    refused.remove(new ModelId(added.name(), added.version()));
    models.compute(added.name(), (_, known) -> (known == null
        ? new Named(added.sequences(), new TreeMap<>(ORDER))
        : known).with(added));
  }

  /// Takes a version away, or forgets why it could not be loaded; with the last one the name and
  /// its sequences.
  void remove(ModelId model) {
    refused.remove(model);
    models.computeIfPresent(model.name(), (_, known) -> {
      var fewer = new TreeMap<>(known.versions);
      fewer.remove(model.version());
      return fewer.isEmpty() ? null : new Named(known.sequences, fewer);
    });
  }
}

package dev.unroll.keras.file;

import dev.unroll.format.FormatException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a file says about its model: a `Sequential`, or a functional model, whose layers name those
/// that they read.
final class ModelConfig {
  private final String source;
  private final String type;
  private final List<KerasLayer> layers = new ArrayList<>();
  private final Map<String, Set<String>> reads = new LinkedHashMap<>();

  ModelConfig(String source, SequencedMap<String, @Nullable Object> model) throws FormatException {
    this.source = source;
    type = String.valueOf(model.get("class_name"));
    var config = model.get("config");
    // Before Keras 2.2.3 the settings of a Sequential were its layers alone.
    var described = config instanceof Map<?, ?> map ? map.get("layers") : config;
    if (!(described instanceof List<?> list)) {
      throw new FormatException("%s has a model of the class %s, which lists no layers; expected a"
          .formatted(source, type) + " Sequential or functional model");
    }
    var entries = new ArrayList<SequencedMap<String, @Nullable Object>>();
    for (var one : list) {
      var layer = KerasLayer.object(one);
      if (layer == null) {
        throw new FormatException("%s has %s where a layer is expected".formatted(source, one));
      }
      entries.add(layer);
      layers.add(KerasLayer.of(layer, "layer" + layers.size(), List.of()));
    }
    var names = new LinkedHashSet<String>();
    for (var layer : layers) {
      if (!names.add(layer.name())) {
        throw new FormatException("%s has two layers called %s".formatted(source, layer.name()));
      }
    }
    for (int i = 0; i < layers.size(); i++) {
      var from = new LinkedHashSet<String>();
      collect(entries.get(i).get("inbound_nodes"), names, from);
      from.remove(layers.get(i).name());
      reads.put(layers.get(i).name(), from);
    }
  }

  /// The names of layers in the description of a connection: `["lstm", 0, 0, {}]`, or
  /// `["lstm", 0, 0]` as a `keras_history`.
  private static void collect(@Nullable Object value, Set<String> names, Set<String> found) {
    switch (value) {
      case List<?> list -> {
        if (list.size() >= 3 && list.get(0) instanceof String name && list.get(1) instanceof Long
            && names.contains(name)) {
          found.add(name);
        }
        list.forEach(element -> collect(element, names, found));
      }
      case Map<?, ?> map -> map.values().forEach(element -> collect(element, names, found));
      case null, default -> {}
    }
  }

  /// The layers, each behind the one that it reads where they are a chain.
  List<KerasLayer> layers() {
    return List.copyOf(layers);
  }

  /// A sentence that says which layer is not one of a chain; null if all are.
  @Nullable
  String whyNoChain() {
    if (type.equals("Sequential")) {
      return null;
    }
    var readers = new HashMap<String, String>();
    int beginnings = 0;
    for (int i = 0; i < layers.size(); i++) {
      var name = layers.get(i).name();
      var from = reads.getOrDefault(name, Set.of());
      if (from.size() > 1) {
        return "%s: the layer %s reads several others (%s), so the model is no chain".formatted(
            source, name, String.join(", ", from));
      }
      beginnings += from.isEmpty() ? 1 : 0;
      for (var one : from) {
        var other = readers.putIfAbsent(one, name);
        if (other != null) {
          return "%s: the layer %s is read by %s and %s, so the model is no chain".formatted(source,
              one, other, name);
        }
        if (i == 0 || !layers.get(i - 1).name().equals(one)) {
          return ("%s: the layer %s reads %s, which is not the one before it, so the model is no "
              + "chain")
              .formatted(source, name, one);
        }
      }
    }
    return beginnings == 1 ? null
        : "%s: %d layers read nothing, so the model is no chain".formatted(source, beginnings);
  }
}

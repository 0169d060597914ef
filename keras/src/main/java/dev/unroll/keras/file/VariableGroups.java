package dev.unroll.keras.file;

import dev.unroll.exchange.checkpoint.CheckpointTensor;
import dev.unroll.format.FormatException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The weights of Keras 3, and of `.keras` files since TensorFlow 2.12: arrays `0`, `1`, … in a
/// group `vars`, under the path of the attributes that lead to them. Layers have the names of their
/// classes, with a number from the second one on: `layers/lstm_1/cell/vars/0`.
final class VariableGroups {
  private static final List<String> ROOTS = List.of("layers", "_layer_checkpoint_dependencies");
  private static final Set<String> OTHERS =
      Set.of("optimizer", "metrics", "vars", "compile_metrics");
  /// The state of random numbers for dropout.
  private static final String SEED = "seed_generator";
  private static final Pattern VARIABLE = Pattern.compile("(.*)/vars/(\\d{1,6})");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
  private static final Pattern WORD = Pattern.compile("(.)([A-Z][a-z]+)");
  private static final Pattern END = Pattern.compile("([a-z])([A-Z])");

  private final HdfTree tree;
  private final TreeMap<String, TreeMap<String, CheckpointTensor>> byLayer =
      new TreeMap<>(Comparator.comparing(VariableGroups::natural));

  VariableGroups(HdfTree tree) throws FormatException {
    this.tree = tree;
    // On Windows a group may be called layers/lstm as a whole.
    var root = ROOTS.stream().filter(name -> tree.arrays().keySet().stream()
        .anyMatch(path -> path.startsWith(name + "/"))).findFirst().orElse("");
    var prefix = root.isEmpty() ? "" : root + "/";
    for (var tensor : tree.arrays().values()) {
      var path = tensor.name();
      var variable = VARIABLE.matcher(path);
      if (!path.startsWith(prefix) || !variable.matches() || path.contains(SEED)) {
        continue;
      }
      var inside = path.substring(prefix.length());
      var layer = inside.substring(0, inside.indexOf('/'));
      if (!root.isEmpty() || !OTHERS.contains(layer)) {
        byLayer.computeIfAbsent(layer, name -> new TreeMap<>()).put(order(inside), tensor);
      }
    }
    if (byLayer.isEmpty() && tree.arrays().isEmpty()) {
      throw new FormatException("%s has no arrays, so it is no file of weights"
          .formatted(tree.source()));
    }
    if (byLayer.isEmpty()) {
      throw new FormatException(
          ("%s is HDF5, but not as Keras writes it: it has neither the attribute layer_names nor "
              + "groups")
              .formatted(tree.source()) + " called vars");
    }
  }

  /// Own variables, then those of `cell`, `forward_layer` before `backward_layer`, by number.
  private static String order(String path) {
    return natural(path.replace("/forward_layer/", "/0forward/")
        .replace("/backward_layer/", "/1backward/"));
  }

  private static String natural(String name) {
    return NUMBER.matcher(name).replaceAll(n -> "0".repeat(9 - n.group().length()) + n.group());
  }

  /// The layers.
  ///
  /// @param known what the configuration says about layers; empty where there is none: those with
  ///     weights are given then, by name
  List<KerasLayer> layers(List<KerasLayer> known) throws FormatException {
    var layers = new ArrayList<KerasLayer>();
    if (known.isEmpty()) {
      byLayer.forEach((name, weights) -> layers.add(new KerasLayer(name, "", new LinkedHashMap<>(),
          List.copyOf(weights.values()))));
      return layers;
    }
    var used = new HashMap<String, Integer>();
    var taken = new HashSet<String>();
    for (var layer : known) {
      var word = snake(layer.type());
      int count = used.merge(word, 1, Integer::sum);
      var key = count == 1 ? word : word + "_" + (count - 1);
      var found = byLayer.containsKey(key) ? key : layer.name();
      var weights = byLayer.get(found);
      taken.add(found);
      layers.add(layer.with(weights == null ? List.of() : List.copyOf(weights.values())));
    }
    for (var name : byLayer.keySet()) {
      if (!taken.contains(name)) {
        throw new FormatException(
            "%s has weights of a layer %s that its configuration does not name"
                .formatted(tree.source(), name));
      }
    }
    return layers;
  }

  /// `SimpleRNN` as `simple_rnn`.
  static String snake(String type) {
    var name = type.substring(type.lastIndexOf('>') + 1).replaceAll("\\W", "");
    var words = WORD.matcher(name).replaceAll("$1_$2");
    return END.matcher(words).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
  }
}

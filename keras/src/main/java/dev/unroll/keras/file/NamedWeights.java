package dev.unroll.keras.file;

import dev.unroll.exchange.checkpoint.CheckpointTensor;
import dev.unroll.format.FormatException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The weights of HDF5 files up to Keras 2, and of `.h5` models since: the attribute `layer_names`
/// has the layers in order, and `weight_names` of each the paths of its arrays in its group.
///
/// @param root the group that has the attribute
record NamedWeights(HdfTree tree, String root) {

  /// The layers that have weights, and those without that are known.
  ///
  /// @param known what the configuration says about layers; empty where there is none
  List<KerasLayer> layers(List<KerasLayer> known) throws FormatException {
    var weights = new LinkedHashMap<String, List<CheckpointTensor>>();
    var names = tree.texts(root, "layer_names");
    for (var name : names == null ? List.<String>of() : names) {
      weights.put(name, weights(name));
    }
    var layers = new ArrayList<KerasLayer>();
    var rest = new HashMap<>(weights);
    for (var layer : known) {
      var own = rest.remove(layer.name());
      layers.add(layer.with(own == null ? List.of() : own));
    }
    for (var entry : weights.entrySet()) {
      if (rest.containsKey(entry.getKey()) && !entry.getValue().isEmpty()) {
        layers.add(new KerasLayer(entry.getKey(), "", new LinkedHashMap<>(), entry.getValue()));
      }
    }
    return layers;
  }

  private List<CheckpointTensor> weights(String layer) throws FormatException {
    var group = root.isEmpty() ? layer : root + "/" + layer;
    var names = tree.texts(group, "weight_names");
    if (names == null) {
      throw new FormatException("%s lists the layer %s, but has no weight_names of it; the file is"
          .formatted(tree.source(), layer) + " damaged or of another kind");
    }
    var weights = new ArrayList<CheckpointTensor>();
    for (var name : names) {
      @Nullable
      CheckpointTensor tensor = tree.arrays().get(group + "/" + name);
      if (tensor == null) {
        throw new FormatException("%s lists %s in the layer %s, but has no such array; the file is"
            .formatted(tree.source(), name, layer) + " damaged: save it again");
      }
      weights.add(tensor);
    }
    return weights;
  }
}

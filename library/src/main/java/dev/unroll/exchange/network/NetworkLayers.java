package dev.unroll.exchange.network;

import dev.unroll.exchange.checkpoint.Transfer;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Size;
import dev.unroll.layer.Merge;
import dev.unroll.layer.recurrent.Bidirectional;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.layer.recurrent.Stack;
import dev.unroll.layer.run.RunnableLayer;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/// Makes layers of ours of recurrent layers alone, which need not be alike.
///
/// @param layer the layers, one above the other
/// @param parameters with their weights
/// @param transfers where each comes from
public record NetworkLayers(RunnableLayer layer, Parameters parameters, List<Transfer> transfers) {

  /// The layers of a part of a checkpoint.
  ///
  /// @param source the file, for messages
  public static NetworkLayers of(String source, List<RecurrentWeights> layers)
      throws IOException {
    return of(source, layers, Merge.CONCATENATE);
  }

  /// The same with the way in which two directions are merged.
  public static NetworkLayers of(String source, List<RecurrentWeights> layers, Merge merge)
      throws IOException {
    var parameters = new Parameters();
    var random = CounterRandom.of(1);
    var weights = new HashMap<String, Weight>();
    var made = new ArrayList<RunnableLayer>();
    for (int l = 0; l < layers.size(); l++) {
      var one = layers.get(l);
      var elements = new HashMap<>(one.sizes());
      elements.put(Size.INPUT.name(), one.inputs());
      var sizes = new Dimensions(elements);
      NetworkModel.put(weights, "layer" + l, one.directions());
      made.add(one.directions().size() == 1
          ? new Recurrent("layer" + l, one.cell(), sizes, parameters, 0, random)
          : Bidirectional.of("layer" + l,
              name -> new Recurrent(name, one.cell(), sizes, parameters, 0, random),
              merge));
    }
    var transfers = new ArrayList<Transfer>();
    var values = new ParameterWeights(source, weights, transfers);
    var found = new ArrayList<float[]>();
    for (var block : parameters.blocks()) {
      found.add(values.read(block));
    }
    parameters.freeze();
    for (var block : parameters.blocks()) {
      System.arraycopy(found.removeFirst(), 0, parameters.values(), block.offset(),
          block.length());
    }
    return new NetworkLayers(made.size() == 1 ? made.getFirst() : new Stack(made), parameters,
        transfers);
  }
}

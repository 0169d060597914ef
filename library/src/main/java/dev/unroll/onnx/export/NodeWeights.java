package dev.unroll.onnx.export;

import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Size;
import dev.unroll.onnx.array.NdArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The weights and attributes of a recurrent node.
///
/// @param layer the name of the layer
/// @param directions what is put behind it for the names of each direction's parameters
record NodeWeights(NativeCell cell, String layer, List<String> directions, Dimensions sizes,
    ModelWeights weights, GraphBuilder graph) {

  int hidden() {
    return sizes.of(Size.HIDDEN);
  }

  /// `W [D, G·H, F]`
  String input() {
    return matrix("W", sizes.of(Size.INPUT), true);
  }

  /// `R [D, G·H, H]`
  String state() {
    return matrix("R", hidden(), false);
  }

  private String matrix(String name, int columns, boolean isInput) {
    int gates = cell.gates().size();
    var all = new float[directions.size() * gates * hidden() * columns];
    int at = 0;
    for (var direction : directions) {
      for (var gate : cell.gates()) {
        if (gate != null) {
          var block = isInput ? gate.input() : gate.state();
          put(weights.columns(layer + direction + "." + block.matrix(), block.from(),
              block.count()), gate, all, at);
        }
        at += hidden() * columns;
      }
    }
    return graph.constant(layer + "/" + name,
        NdArray.of(new int[] {directions.size(), gates * hidden(), columns}, all));
  }

  /// `B [D, 2·G·H]`: a gate's first bias where the node adds that of W, its second one with that of
  /// R.
  String biases() {
    int gates = cell.gates().size();
    var all = new float[directions.size() * 2 * gates * hidden()];
    for (int d = 0; d < directions.size(); d++) {
      for (int g = 0; g < gates; g++) {
        var gate = cell.gates().get(g);
        for (int b = 0; gate != null && b < gate.biases().size(); b++) {
          put(vector(directions.get(d), gate.biases().get(b)), gate, all,
              ((d * 2 + b) * gates + g) * hidden());
        }
      }
    }
    return graph.constant(layer + "/B",
        NdArray.of(new int[] {directions.size(), 2 * gates * hidden()}, all));
  }

  /// `P [D, 3·H]`: i, o, f.
  String peepholes() {
    var all = new float[directions.size() * 3 * hidden()];
    for (int d = 0; d < directions.size(); d++) {
      for (int g = 0; g < 3; g++) {
        var gate = cell.gates().get(g);
        var peephole = gate == null ? null : gate.peephole();
        if (gate != null && peephole != null) {
          put(vector(directions.get(d), peephole), gate, all, (d * 3 + g) * hidden());
        }
      }
    }
    return graph.constant(layer + "/P",
        NdArray.of(new int[] {directions.size(), 3 * hidden()}, all));
  }

  private float[] vector(String direction, String name) {
    return weights.values(layer + direction + "." + name);
  }

  private static void put(float[] values, GateTerms gate, float[] all, int at) {
    for (int i = 0; i < values.length; i++) {
      all[at + i] = gate.isNegated() ? -values[i] : values[i];
    }
  }

  /// All that could be left out is written, as not every program knows the defaults; only `layout`
  /// is not, which older versions of the operators do not have.
  Map<String, Object> attributes() {
    var attributes = new LinkedHashMap<String, Object>();
    attributes.put("hidden_size", (long) hidden());
    attributes.put("direction", directions.size() == 2 ? "bidirectional" : "forward");
    var activations = new ArrayList<String>();
    directions.forEach(_ -> activations.addAll(cell.activations()));
    attributes.put("activations", activations.toArray(String[]::new));
    int lines = Collections.frequency(activations, "Affine");
    if (lines > 0) {
      attributes.put("activation_alpha", filled(lines, 1));
      attributes.put("activation_beta", filled(lines, 0));
    }
    if (cell.kind() == NativeCell.Kind.GRU) {
      attributes.put("linear_before_reset", cell.linearBeforeReset() ? 1L : 0L);
    }
    if (cell.kind() == NativeCell.Kind.LSTM) {
      attributes.put("input_forget", cell.inputForget() ? 1L : 0L);
    }
    return attributes;
  }

  private static float[] filled(int n, float value) {
    var values = new float[n];
    Arrays.fill(values, value);
    return values;
  }
}

package dev.unroll.onnx;

import static java.util.Objects.requireNonNull;

import dev.unroll.layer.stepping.State;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.IntFunction;

/// The states of a model as its inputs and outputs.
///
/// @param layout of a state, a part for each input
/// @param pairs the inputs, each with the output that goes into it at the next step
/// @param shapes of the inputs
record StateTensors(State.Layout layout, SequencedMap<String, String> pairs,
    Map<String, int[]> shapes) {

  /// The inputs of a run of one sequence.
  Map<String, OnnxTensor> inputs(State state) {
    var inputs = new LinkedHashMap<String, OnnxTensor>();
    for (var part : layout.parts()) {
      inputs.put(part.name(), OnnxTensor.of(state.values(part.name()), shape(part)));
    }
    return inputs;
  }

  /// The inputs of a run of n streams, with their axis in front.
  ///
  /// @param states `[layout.size()]` of each
  Map<String, OnnxTensor> inputs(int n, IntFunction<float[]> states) {
    var values = new float[layout.parts().size()][];
    for (int p = 0; p < values.length; p++) {
      values[p] = new float[Math.multiplyExact(n, layout.parts().get(p).size())];
    }
    for (int i = 0; i < n; i++) {
      var state = states.apply(i);
      for (int p = 0; p < values.length; p++) {
        var part = layout.parts().get(p);
        System.arraycopy(state, part.offset(), values[p], i * part.size(), part.size());
      }
    }
    var inputs = new LinkedHashMap<String, OnnxTensor>();
    for (int p = 0; p < values.length; p++) {
      var part = layout.parts().get(p);
      inputs.put(part.name(), OnnxTensor.of(values[p], wider(n, shape(part))));
    }
    return inputs;
  }

  private int[] shape(State.Layout.Part part) {
    return requireNonNull(shapes.get(part.name()));
  }

  private static int[] wider(int count, int... shape) {
    var wide = new int[shape.length + 1];
    wide[0] = count;
    System.arraycopy(shape, 0, wide, 1, shape.length);
    return wide;
  }

  /// The state after a run of the stream at a place.
  ///
  /// @throws IllegalArgumentException if an output does not fit
  float[] after(Map<String, OnnxTensor> outputs, int place) {
    var values = new float[layout.size()];
    for (var part : layout.parts()) {
      var output = requireNonNull(outputs.get(pairs.get(part.name())));
      if (output.size() % part.size() != 0 || output.size() < (place + 1) * part.size()) {
        throw new IllegalArgumentException(("the output %s is %s, which does not fit the state %s"
            + " of %d numbers")
            .formatted(pairs.get(part.name()), output, part.name(), part.size()));
      }
      output.copy(place * part.size(), values, part.offset(), part.size());
    }
    return values;
  }

  /// The outputs that are no states.
  SequencedMap<String, OnnxTensor> without(Map<String, OnnxTensor> outputs) {
    var others = new LinkedHashMap<>(outputs);
    others.keySet().removeAll(pairs.values());
    return others;
  }
}

package dev.unroll.onnx;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.IntFunction;

/// One call that steps n sequences, some at once: the outputs of all, and the states after, which
/// the caller keeps when the call has succeeded.
final class SteppedStreams {
  /// Sequences that are stepped at once: a call is divided into so many, and the last part filled
  /// up, so that few sizes occur, for which the model stays prepared.
  private static final int[] SIZES = {1, 8, 64};

  /// The most at once.
  static final int MOST = SIZES[SIZES.length - 1];

  private final OnnxModel model;
  private final StateTensors states;
  private final int n;
  private final Map<String, OnnxTensor> inputs;
  private final Set<String> stacked;
  private final SequencedMap<String, OnnxTensor.Stack> outputs = new LinkedHashMap<>();

  /// @param inputs without the states
  /// @param stacked those with an entry for each sequence
  SteppedStreams(OnnxModel model, StateTensors states, int n, Map<String, OnnxTensor> inputs,
      Set<String> stacked) {
    this.model = model;
    this.states = states;
    this.n = n;
    this.inputs = inputs;
    this.stacked = stacked;
  }

  /// Steps the sequences `first … first + count − 1`, at most [#MOST].
  ///
  /// @param before the state of sequence `first + i`, as an array
  /// @return the states after
  float[][] step(int first, int count, IntFunction<float[]> before) {
    int size = size(count);
    // What is filled up repeats the last one.
    var given = new LinkedHashMap<>(states.inputs(size,
        i -> before.apply(Math.min(i, count - 1))));
    inputs.forEach((name, tensor) -> given.put(name,
        stacked.contains(name) ? tensor.part(first, count, size) : tensor));
    var found = model.runStreams(size, given);
    states.without(found).forEach((name, output) -> outputs
        .computeIfAbsent(name, _ -> new OnnxTensor.Stack(n)).add(output, count));
    var after = new float[count][];
    for (int i = 0; i < count; i++) {
      after[i] = states.after(found, i);
    }
    return after;
  }

  /// The smallest number of streams that has room for so many.
  private static int size(int count) {
    for (int size : SIZES) {
      if (size >= count) {
        return size;
      }
    }
    throw new AssertionError(count);
  }

  /// The outputs of all, by name, in order.
  SequencedMap<String, OnnxTensor> outputs() {
    var all = new LinkedHashMap<String, OnnxTensor>();
    outputs.forEach((name, stack) -> all.put(name, stack.tensor()));
    return all;
  }
}

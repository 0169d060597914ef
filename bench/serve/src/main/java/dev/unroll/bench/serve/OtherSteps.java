package dev.unroll.bench.serve;

import dev.unroll.layer.stepping.State;
import dev.unroll.server.batch.Client;
import dev.unroll.server.model.Stepping;
import dev.unroll.server.protocol.InferRequest;
import dev.unroll.server.protocol.TensorData;
import dev.unroll.server.sequence.LiveSequence;
import dev.unroll.stream.KeyState;
import java.util.Arrays;
import java.util.List;

/// Steps that something else makes, with states of the same layout.
abstract class OtherSteps implements Stepping {
  private final Stepping ours;

  OtherSteps(Stepping ours) {
    this.ours = ours;
  }

  /// Makes a step of one sequence.
  ///
  /// @param x the features of all sequences
  /// @param at where those of this one begin
  /// @param state changed in place
  /// @return the one output
  abstract float step(float[] x, int at, float[] state);

  @Override
  public List<TensorData> step(InferRequest request, List<LiveSequence> sequences, boolean isMany,
      Client client) {
    var input = request.require("features");
    var x = input.floats();
    int features = x.length / sequences.size();
    var y = new float[sequences.size()];
    for (int i = 0; i < y.length; i++) {
      var sequence = sequences.get(i);
      var after = sequence.state().copy();
      y[i] = step(x, i * features, after.values());
      sequence.publish(after);
    }
    int[] shape = Arrays.copyOf(input.shape(), input.shape().length);
    shape[shape.length - 1] = 1;
    return List.of(TensorData.of("numbers", y, shape));
  }

  @Override
  public State.Layout layout() {
    return ours.layout();
  }

  @Override
  public KeyState initial() {
    return ours.initial();
  }

  @Override
  public int capacity() {
    return ours.capacity();
  }

  @Override
  public List<String> inputs() {
    return ours.inputs();
  }

  @Override
  public List<String> outputs() {
    return ours.outputs();
  }

  @Override
  public int sequences(InferRequest request) {
    return ours.sequences(request);
  }

  @Override
  public void warm() {
    // The load does it.
  }
}

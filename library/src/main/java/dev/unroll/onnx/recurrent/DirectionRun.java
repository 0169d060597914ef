package dev.unroll.onnx.recurrent;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One direction of a recurrent node, bound to sizes and memory, with weights laid out for the
/// kernels. A sequence with other sizes binds it anew.
final class DirectionRun {
  private static final String LAYER = "onnx";

  private final Cell cell;
  private final Engine engine;
  private GateWeights weights = GateWeights.NONE;
  private int inputs;
  private int hidden;
  private int time;
  private int batch;
  private boolean masked;
  private @Nullable Parameters parameters;
  private @Nullable Recurrent layer;
  private @Nullable LayerRun run;
  private float[] read = {};
  private float[] present = {};

  DirectionRun(Cell cell, Engine engine) {
    this.cell = cell;
    this.engine = engine;
  }

  /// Runs a sequence.
  ///
  /// @param backward whether x is read from its last step to its first
  /// @return states and outputs, in the order in which steps were computed
  Result run(Sequence sequence, boolean backward, GateWeights weights, float[][] initial) {
    var run = bound(sequence, weights);
    int steps = sequence.time();
    int batch = sequence.batch();
    for (int i = 0; i < initial.length; i++) {
      var rows = run.state(STATES[i]).rows();
      System.arraycopy(initial[i], 0, rows.array(), rows.offset(), batch * weights.hidden());
    }
    var x = sequence.x();
    if (backward && steps > 1) {
      x = reversed(sequence);
    }
    var span = Span.of(steps);
    if (masked) {
      present = grown(present, steps * batch);
      for (int t = 0; t < steps; t++) {
        for (int b = 0; b < batch; b++) {
          present[t * batch + b] = (backward ? steps - 1 - t : t) < sequence.length(b) ? 1 : 0;
        }
      }
      span = span.present(new Rows(present, 0, 1));
    }
    var output = run.forward(new Rows(x, 0, sequence.inputs()), span);
    var after = run.statesAfter(steps);
    var states = new Rows[initial.length];
    for (int i = 0; i < states.length; i++) {
      var name = LAYER + "." + STATES[i];
      states[i] = after.stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow()
          .rows();
    }
    return new Result(output, states);
  }

  /// The states of an LSTM; the others have the first alone.
  private static final String[] STATES = {"h", "c"};

  /// What a run gives; in the memory of the run.
  record Result(Rows output, Rows[] states) {}

  private float[] reversed(Sequence sequence) {
    int row = sequence.batch() * sequence.inputs();
    read = grown(read, sequence.time() * row);
    for (int t = 0; t < sequence.time(); t++) {
      System.arraycopy(sequence.x(), t * row, read, (sequence.time() - 1 - t) * row, row);
    }
    return read;
  }

  private static float[] grown(float[] array, int length) {
    return array.length >= length ? array : Arrays.copyOf(array, length);
  }

  private LayerRun bound(Sequence sequence, GateWeights given) {
    boolean known = layer != null && inputs == given.inputs() && hidden == given.hidden();
    if (!known) {
      inputs = given.inputs();
      hidden = given.hidden();
      var added = new Parameters();
      layer = new Recurrent(LAYER, cell, Dimensions.of(inputs, hidden), added, 0,
          CounterRandom.of(0));
      added.freeze();
      parameters = added;
      run = null;
      weights = GateWeights.NONE;
    }
    boolean holds = sequence.isPadded();
    var bound = run;
    boolean fresh =
        bound == null || batch != sequence.batch() || time < sequence.time() || masked != holds;
    if (fresh || bound == null) {
      batch = sequence.batch();
      time = sequence.time();
      masked = holds;
      bound = requireNonNull(layer).run(engine, Bounds.of(time, batch, false).masked(masked));
      run = bound;
    }
    boolean changed = !given.isSame(weights);
    if (changed) {
      given.store(requireNonNull(parameters), LAYER + ".");
      weights = given;
    }
    if (changed || fresh) {
      bound.load();
    }
    return bound;
  }
}

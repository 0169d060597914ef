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
import dev.unroll.tensor.Precision;
import dev.unroll.tensor.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One direction of a recurrent node, bound to sizes and memory, with weights laid out for the
/// kernels. A sequence with other sizes binds it anew.
final class DirectionRun {
  private static final String LAYER = "onnx";

  /// Streams come in a few numbers, for each of which a run is kept.
  private static final int MOST_BOUNDS = 4;

  private final Cell cell;
  private final Engine engine;
  private final Precision precision;
  private GateWeights weights = GateWeights.NONE;
  private int inputs;
  private int hidden;

  /// Whether the matrices are bytes of the file, and whether these have scales of any kind.
  private boolean asBytes;
  private boolean anyScale;

  private @Nullable Parameters parameters;
  private @Nullable Recurrent layer;

  /// The last ones that were used, the latest first.
  private final List<Bound> bounds = new ArrayList<>();
  private float[] read = {};
  private float[] present = {};

  /// @param precision how the matrices are stored
  DirectionRun(Cell cell, Engine engine, Precision precision) {
    this.cell = cell;
    this.engine = engine;
    this.precision = precision;
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
    if (sequence.isPadded()) {
      present = grown(present, steps * batch);
      for (int t = 0; t < steps; t++) {
        for (int b = 0; b < batch; b++) {
          present[t * batch + b] = (backward ? steps - 1 - t : t) < sequence.length(b) ? 1 : 0;
        }
      }
      span = span.present(new Rows(present, 0, 1));
    }
    var output = run.forward(new Rows(x, 0, sequence.inputs()), span);
    return new Result(output, states(run.statesAfter(steps), initial.length));
  }

  /// The rows of h, and of c if there is one.
  private static Rows[] states(List<LayerRun.StateRows> all, int count) {
    var states = new Rows[count];
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < all.size(); k++) {
        states[i] = all.get(k).name().equals(NAMES[i]) ? all.get(k).rows() : states[i];
      }
    }
    return states;
  }

  /// The states of an LSTM; the others have the first alone.
  private static final String[] STATES = {"h", "c"};

  private static final String[] NAMES = {LAYER + ".h", LAYER + ".c"};

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
    // Bytes of the file stay as they are, unless others are asked for.
    boolean same = given.isSame(weights);
    boolean bytes = same ? asBytes : precision != Precision.BFLOAT16 && given.areBytes();
    boolean anyScale = same ? this.anyScale : bytes && !given.areExact();
    boolean known = layer != null && inputs == given.inputs() && hidden == given.hidden()
        && asBytes == bytes && this.anyScale == anyScale;
    if (!known) {
      inputs = given.inputs();
      hidden = given.hidden();
      asBytes = bytes;
      this.anyScale = anyScale;
      var added = anyScale ? Parameters.ofAnyScale()
          : new Parameters(bytes ? Precision.INT8 : precision);
      layer = new Recurrent(LAYER, cell, Dimensions.of(inputs, hidden), added, 0,
          CounterRandom.of(0));
      added.freeze();
      parameters = added;
      bounds.clear();
      weights = GateWeights.NONE;
    }
    if (!given.isSame(weights)) {
      var stored = requireNonNull(parameters);
      given.store(stored, LAYER + ".", bytes);
      weights = given;
    }
    var bound = bound(sequence);
    if (!given.isSame(bound.loaded)) {
      bound.run.load();
      bound.loaded = given;
    }
    return bound.run;
  }

  private Bound bound(Sequence sequence) {
    for (var bound : bounds) {
      if (bound.fits(sequence)) {
        bounds.remove(bound);
        bounds.addFirst(bound);
        return bound;
      }
    }
    if (bounds.size() == MOST_BOUNDS) {
      bounds.removeLast();
    }
    boolean masked = sequence.isPadded();
    var sizes = Bounds.of(sequence.time(), sequence.batch(), false).masked(masked);
    var bound = new Bound(sequence.time(), sequence.batch(), masked,
        requireNonNull(layer).run(engine, sizes));
    bounds.addFirst(bound);
    return bound;
  }

  /// A run for up to so many steps of so many samples.
  private static final class Bound {
    private final int time;
    private final int batch;
    private final boolean masked;
    private final LayerRun run;
    private GateWeights loaded = GateWeights.NONE;

    Bound(int time, int batch, boolean masked, LayerRun run) {
      this.time = time;
      this.batch = batch;
      this.masked = masked;
      this.run = run;
    }

    boolean fits(Sequence sequence) {
      return batch == sequence.batch() && time >= sequence.time()
          && masked == sequence.isPadded();
    }
  }
}

package dev.unroll.layer.wrapper;

import dev.unroll.Engine;
import dev.unroll.layer.recurrent.Stack;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.GuardedRun;
import dev.unroll.layer.run.LastSteps;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.PassOrder;
import dev.unroll.layer.run.ReadsPresent;
import dev.unroll.layer.run.RunnableLayer;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import java.util.List;

/// Gradient checkpointing: computes a long sequence in segments and keeps of each only its initial
/// states and its outputs; before the backward pass through a segment, its forward pass is run
/// again (Chen et al. 2016, arXiv 1604.06174). Training costs one more forward pass; apart from
/// inputs and outputs, its memory grows with the length of a segment instead of that of the
/// sequence. Outside training it does nothing.
///
/// Outputs, states, and the gradients of inputs and states have the same bits as without it. The
/// gradients of parameters are sums over all steps, which are added in another order, segment by
/// segment from the last to the first: they differ by rounding, and depend on the length of a
/// segment, but not on threads or kernels.
public final class Recomputed extends WrappedLayer {
  private final int segment;

  /// @param layer the layer to recompute, a [Stack] to keep nothing between its layers
  /// @param segment the steps of a segment
  /// @throws IllegalArgumentException if the layer is not divisible
  public Recomputed(RunnableLayer layer, int segment) {
    if (segment < 1) {
      throw new IllegalArgumentException(
          "a segment has %d steps, expected at least 1".formatted(segment));
    }
    if (!layer.isDivisible()) {
      throw new IllegalArgumentException(
          "%s needs whole sequences and cannot be recomputed in segments".formatted(layer));
    }
    super(layer);
    this.segment = segment;
  }

  /// The length of a segment for which states and activations take about as much memory: √T.
  public static int segmentFor(int time) {
    return (int) Math.ceil(Math.sqrt(time));
  }

  @Override
  public LayerRun run(Engine engine, Bounds bounds) {
    if (bounds.probes() != null && bounds.training() && segment < bounds.time()) {
      throw new IllegalArgumentException(
          ("%s: a recomputed layer keeps one segment at a time, so %d steps cannot be traced; "
              + "trace windows of up to %d steps, or bind the layer without recomputation")
              .formatted(this, bounds.time(), segment));
    }
    return bounds.training() && segment < bounds.time()
        ? GuardedRun.of(new Run(layer.run(engine, bounds.within().time(segment)), bounds.time(),
            bounds.batch()), this, bounds)
        : layer.run(engine, bounds);
  }

  @Override
  public String toString() {
    return "%s, recomputed in segments of %d steps".formatted(layer, segment);
  }

  private final class Run implements LayerRun, ReadsPresent {
    private final LayerRun run;
    private final int batch;
    private final List<StateRows> names;
    private final Rows[] before;
    private final Rows[] afterSegment;

    /// For each state its values before each segment, and last after all of them.
    private final Rows[] boundaries;

    private final Rows output;
    private final Rows dx;
    private final LastSteps lastSteps;
    private final PassOrder order;
    private Rows x;

    /// The steps of the last forward pass.
    private int done;

    Run(LayerRun run, int time, int batch) {
      this.run = run;
      this.batch = batch;
      names = run.states();
      before = rows(names);
      afterSegment = rows(run.statesAfter(segment));
      int slots = Math.ceilDiv(time, segment) + 1;
      boundaries = names.stream()
          .map(s -> Rows.allocate(Math.multiplyExact(slots, batch), s.rows().columns()))
          .toArray(Rows[]::new);
      output = Rows.allocate(Math.multiplyExact(time, batch), outputSize());
      dx = Rows.allocate(Math.multiplyExact(time, batch), inputSize());
      lastSteps = new LastSteps(batch, outputSize());
      order = new PassOrder(Recomputed.this.toString(), batch, true);
      x = dx;
    }

    @Override
    public void load() {
      order.load();
      run.load();
    }

    @Override
    public Rows forward(Rows x, Span span) {
      order.forward(span);
      lastSteps.begin();
      Leftovers.spoil(output);
      Leftovers.spoil(dx);
      for (var rows : boundaries) {
        Leftovers.spoil(rows.array(), batch * rows.columns(), rows.array().length);
      }
      this.x = x;
      int steps = span.steps();
      done = steps;
      for (int t = 0; t < steps; t += segment) {
        int n = Math.min(segment, steps - t);
        copy(computed(span, t, n), 0, output, t, n);
        var after = n == segment ? afterSegment : rows(run.statesAfter(n));
        for (int i = 0; i < after.length; i++) {
          copy(after[i], 0, boundaries[i], t / segment + 1, 1);
        }
      }
      return output;
    }

    /// Recomputes the forward pass of the segment that begins at step t.
    private Rows computed(Span span, int t, int n) {
      for (int i = 0; i < before.length; i++) {
        copy(boundaries[i], t / segment, before[i], 0, 1);
      }
      return run.forward(at(x, t), span.part(t, n, batch));
    }

    @Override
    public Rows forwardStep(Rows x, int t, Span span) {
      throw stepwise();
    }

    @Override
    public Rows backwardStep(Rows dy, int t, Span span) {
      throw stepwise();
    }

    @Override
    public void gradients(Span span) {
      throw stepwise();
    }

    private static UnsupportedOperationException stepwise() {
      return new UnsupportedOperationException(
          "a recomputed layer is trained on whole sequences; train step by step without "
              + "Recomputed");
    }

    @Override
    public void trustInput() {
      if (run instanceof ReadsPresent reads) {
        reads.trustInput();
      }
    }

    @Override
    public Rows last(Span span) {
      order.last("last", span);
      return lastSteps.of(output, span);
    }

    @Override
    public void backwardLast(Rows dLast, Span span) {
      order.last("backwardLast", span);
      lastSteps.give(dLast);
    }

    @Override
    public List<StateRows> stateGradients() {
      return run.stateGradients();
    }

    @Override
    public Rows step(Rows x, int samples) {
      throw new IllegalStateException("a run for training does not step");
    }

    @Override
    public Rows backward(Rows dy, Span span, boolean goesOn) {
      order.backward(span);
      int steps = span.steps();
      var whole = lastSteps.added(dy, span);
      int last = (steps - 1) / segment * segment;
      for (int t = last; t >= 0; t -= segment) {
        int n = Math.min(segment, steps - t);
        if (t < last) {
          computed(span, t, n);
        }
        copy(run.backward(at(whole, t), span.part(t, n, batch), goesOn || t < last), 0, dx, t, n);
      }
      return dx;
    }

    @Override
    public void begin() {
      order.spoil("begin");
      run.begin();
      for (int i = 0; i < before.length; i++) {
        copy(before[i], 0, boundaries[i], 0, 1);
      }
    }

    @Override
    public List<StateRows> states() {
      return slot(0);
    }

    @Override
    public List<StateRows> statesAfter(int steps) {
      return slot(Math.ceilDiv(steps, segment));
    }

    private List<StateRows> slot(int slot) {
      var states = new StateRows[names.size()];
      for (int i = 0; i < states.length; i++) {
        var rows = boundaries[i];
        states[i] = new StateRows(names.get(i).name(), at(rows, slot));
      }
      return List.of(states);
    }

    @Override
    public void carry(int steps) {
      order.carry(steps);
      if (steps != done && steps % segment != 0) {
        throw new IllegalArgumentException(
            ("%s: the states after %d steps were not kept; the last pass had %d steps, and kept "
                + "those after every segment and after the last step")
                .formatted(Recomputed.this, steps, done));
      }
      for (var rows : boundaries) {
        copy(rows, Math.ceilDiv(steps, segment), rows, 0, 1);
      }
    }

    @Override
    public long bytes() {
      long floats = (long) output.array().length + dx.array().length;
      for (var rows : boundaries) {
        floats += rows.array().length;
      }
      return run.bytes() + Float.BYTES * floats;
    }

    /// The rows from step t on.
    private Rows at(Rows rows, int t) {
      return t == 0 ? rows
          : new Rows(rows.array(), rows.offset() + t * batch * rows.columns(), rows.columns());
    }

    private void copy(Rows from, int fromStep, Rows to, int toStep, int steps) {
      int step = batch * to.columns();
      System.arraycopy(from.array(), from.offset() + fromStep * step, to.array(),
          to.offset() + toStep * step, steps * step);
    }

    private static Rows[] rows(List<StateRows> states) {
      return states.stream().map(StateRows::rows).toArray(Rows[]::new);
    }
  }
}

package dev.unroll.layer.wrapper;

import dev.unroll.Engine;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.GuardedRun;
import dev.unroll.layer.run.LastSteps;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.PresentInput;
import dev.unroll.layer.run.RunnableLayer;
import dev.unroll.layer.run.Span;
import dev.unroll.layer.run.WrappedRun;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;

/// A residual connection: adds the input of a layer to its output.
///
/// ```
/// y = x + f(x)        x, y [T, B, F]
/// ```
///
/// He et al. 2016, "Deep residual learning for image recognition", arXiv 1512.03385; between
/// recurrent layers: Wu et al. 2016, arXiv 1609.08144.
public final class Residual extends WrappedLayer {
  /// @throws IllegalArgumentException if the input and output sizes of the layer differ
  public Residual(RunnableLayer layer) {
    if (layer.inputSize() != layer.outputSize()) {
      throw new IllegalArgumentException(
          "%s takes %d features and puts out %d; to add them, expected as many"
              .formatted(layer, layer.inputSize(), layer.outputSize()));
    }
    super(layer);
  }

  @Override
  public String definition() {
    return "x + " + layer.definition();
  }

  @Override
  public LayerRun run(Engine engine, Bounds bounds) {
    return GuardedRun.of(new Run(layer.run(engine, bounds.within()), engine, bounds), this, bounds);
  }

  @Override
  public String toString() {
    return "x + " + layer;
  }

  private final class Run extends WrappedRun {
    private final int batch;
    private final Kernels kernels;
    private final Rows output;
    private final Rows dx;
    private final Rows last;
    private final LastSteps lastSteps;
    private final WorkSplit adding;
    private final PresentInput read;
    private Rows input;

    /// The operands of the current addition.
    private Rows first;
    private Rows second;
    private Rows into;
    private int begin;

    Run(LayerRun run, Engine engine, Bounds bounds) {
      super(run);
      batch = bounds.batch();
      super.trustInput();
      read = new PresentInput(batch, inputSize());
      kernels = engine.kernels();
      int rows = Math.multiplyExact(bounds.time(), batch);
      output = Rows.allocate(rows, outputSize());
      dx = Rows.allocate(bounds.training() ? rows : 0, inputSize());
      last = Rows.allocate(batch, outputSize());
      lastSteps = new LastSteps(batch, inputSize());
      adding = engine.split(16, this::add);
      input = output;
      first = output;
      second = output;
      into = output;
    }

    @Override
    public Rows forward(Rows x, Span span) {
      begins();
      input = read.of(x, span);
      return sum(input, run.forward(input, span), output, 0, span.steps() * batch);
    }

    @Override
    public Rows forwardStep(Rows x, int t, Span span) {
      if (t == 0) {
        begins();
      }
      input = read.ofStep(x, t, span);
      return sum(input, run.forwardStep(input, t, span), output, t * batch, batch);
    }

    @Override
    public Rows step(Rows x, int samples) {
      return sum(x, run.step(x, samples), output, 0, samples);
    }

    @Override
    public Rows backward(Rows dy, Span span, boolean goesOn) {
      var through = run.backward(dy, span, goesOn);
      return sum(lastSteps.added(dy, span), through, dx, 0, span.steps() * batch);
    }

    @Override
    public Rows backwardStep(Rows dy, int t, Span span) {
      var through = run.backwardStep(dy, t, span);
      return sum(lastSteps.addedStep(dy, t, span), through, dx, t * batch, batch);
    }

    /// Begins a forward pass.
    private void begins() {
      lastSteps.begin();
      Leftovers.spoil(output);
      Leftovers.spoil(dx);
      Leftovers.spoil(last);
    }

    private Rows sum(Rows a, Rows b, Rows into, int row, int rows) {
      first = a;
      second = b;
      this.into = into;
      begin = row * into.columns();
      adding.run(rows * into.columns());
      return into;
    }

    private void add(int from, int to) {
      int at = begin + from;
      kernels.combine(Operator.ADD, first.array(), first.offset() + at, false, second.array(),
          second.offset() + at, false, into.array(), into.offset() + at, to - from);
    }

    @Override
    public void trustInput() {
      read.trust();
    }

    @Override
    public Rows last(Span span) {
      return sum(lastSteps.of(input, span), run.last(span), last, 0, batch);
    }

    @Override
    public void backwardLast(Rows dLast, Span span) {
      lastSteps.give(dLast);
      run.backwardLast(dLast, span);
    }

    @Override
    public long bytes() {
      return run.bytes() + read.bytes() + lastSteps.bytes()
          + 4L * (output.array().length + dx.array().length + last.array().length);
    }
  }
}

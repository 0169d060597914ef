package dev.unroll.layer.wrapper;

import dev.unroll.Engine;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.GuardedRun;
import dev.unroll.layer.run.LastSteps;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.Masks.MaskRule;
import dev.unroll.layer.run.PassOrder;
import dev.unroll.layer.run.PresentInput;
import dev.unroll.layer.run.ReadsPresent;
import dev.unroll.layer.run.RunnableLayer;
import dev.unroll.layer.run.Span;
import dev.unroll.layer.run.StepMask;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Dropout between layers with a fresh mask at every step (Zaremba, Sutskever and Vinyals 2014,
/// arXiv 1409.2329): each element is zero with probability `drop`, else divided by `1 − drop`.
/// Outside training it does nothing.
public final class Dropout implements RunnableLayer {
  private final int size;
  private final MaskRule rule;
  private final CounterRandom random;

  /// @param drop in [0, 1)
  public Dropout(String name, int size, double drop, CounterRandom random) {
    this.size = size;
    rule = new MaskRule.Drop(drop);
    this.random = random.stream(name);
  }

  @Override
  public int inputSize() {
    return size;
  }

  @Override
  public int outputSize() {
    return size;
  }

  /// Empty: there is no state.
  @Override
  public String definition() {
    return "";
  }

  @Override
  public LayerRun run(Engine engine, Bounds bounds) {
    boolean acts = bounds.isNoisy() && rule.probability() > 0;
    return GuardedRun.of(
        new Run(engine, acts ? bounds.time() * bounds.batch() : 0, bounds.batch()), this, bounds);
  }

  @Override
  public String toString() {
    return "dropout(" + (float) rule.probability() + ")";
  }

  /// A run of dropout.
  public final class Run implements LayerRun, ReadsPresent {
    private final int batch;
    private final boolean acts;
    private final Kernels kernels;
    private final Rows mask;
    private final Rows result;
    private final Rows last;
    private final StepMask draws;
    private final WorkSplit products;
    private final LastSteps lastSteps;
    private final PassOrder order;
    private final PresentInput read;

    /// The gradients of single steps; the forward values are still needed then.
    private @Nullable Rows stepGradient;

    private Rows factor;
    private Rows product;
    private Rows output;
    private int begin;

    Run(Engine engine, int rows, int batch) {
      this.batch = batch;
      acts = rows > 0;
      kernels = engine.kernels();
      mask = Rows.allocate(rows, size);
      result = Rows.allocate(rows, size);
      last = Rows.allocate(acts ? batch : 0, size);
      lastSteps = new LastSteps(batch, size);
      read = new PresentInput(batch, size);
      order = new PassOrder(Dropout.this.toString(), batch, false);
      factor = result;
      product = result;
      output = result;
      draws = new StepMask(engine, mask, batch, rule, random);
      products = engine.split(16, this::multiply);
    }

    @Override
    public void load() {
      // There are no parameters.
    }

    @Override
    public Rows forward(Rows x, Span span) {
      order.forward(span);
      begins();
      if (acts) {
        draws.draw(span);
      }
      output = multiply(read.of(x, span), result, 0, span.steps());
      return output;
    }

    @Override
    public Rows forwardStep(Rows x, int t, Span span) {
      order.forwardStep(t, span);
      if (t == 0) {
        begins();
      }
      if (acts && t == 0) {
        draws.draw(span);
      }
      output = multiply(read.ofStep(x, t, span), result, t, 1);
      return output;
    }

    @Override
    public Rows step(Rows x, int samples) {
      return x;
    }

    @Override
    public Rows backward(Rows dy, Span span, boolean goesOn) {
      order.backward(span);
      return multiply(lastSteps.added(dy, span), result, 0, span.steps());
    }

    @Override
    public Rows backwardStep(Rows dy, int t, Span span) {
      order.backwardStep(t, span);
      var into = stepGradient;
      if (into == null) {
        into = Rows.allocate(mask.array().length / size, size);
        stepGradient = into;
      }
      return multiply(lastSteps.addedStep(dy, t, span), into, t, 1);
    }

    @Override
    public void gradients(Span span) {
      // There are no parameters.
    }

    /// Begins a forward pass.
    private void begins() {
      lastSteps.begin();
      Leftovers.spoil(mask);
      Leftovers.spoil(result);
      Leftovers.spoil(last);
      if (stepGradient != null) {
        Leftovers.spoil(stepGradient);
      }
    }

    private Rows multiply(Rows a, Rows into, int t, int steps) {
      if (!acts) {
        return a;
      }
      factor = a;
      product = into;
      begin = t * batch * size;
      products.run(steps * batch * size);
      return into;
    }

    private void multiply(int from, int to) {
      int at = begin + from;
      kernels.combine(Operator.MULTIPLY, factor.array(), factor.offset() + at, false,
          mask.array(), at, false, product.array(), at, to - from);
    }

    @Override
    public void trustInput() {
      read.trust();
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

    /// The last output of the layer below, or its gradient, times the mask of the last step before
    /// the padding.
    public Rows lastOf(Rows rows, Span span) {
      if (!acts) {
        return rows;
      }
      for (int b = 0; b < batch; b++) {
        int at = (LastSteps.step(span, batch, b) * batch + b) * size;
        kernels.combine(Operator.MULTIPLY, rows.array(), rows.offset() + b * size, false,
            mask.array(), at, false, last.array(), b * size, size);
      }
      return last;
    }

    @Override
    public void begin() {
      // There is no state.
    }

    @Override
    public List<StateRows> states() {
      return List.of();
    }

    @Override
    public List<StateRows> statesAfter(int steps) {
      return List.of();
    }

    @Override
    public List<StateRows> stateGradients() {
      return List.of();
    }

    @Override
    public void carry(int steps) {
      // There is no state.
    }

    @Override
    public long bytes() {
      return 4L * (mask.array().length + result.array().length + last.array().length)
          + read.bytes()
          + (stepGradient == null ? 0 : 4L * stepGradient.array().length);
    }
  }
}

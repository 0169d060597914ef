package dev.unroll.layer;

import dev.unroll.expr.Operator;
import dev.unroll.kernel.Engine;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Split;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import java.util.List;

/// Dropout between layers with a fresh mask at every step (Zaremba, Sutskever and Vinyals 2014,
/// arXiv 1409.2329): each element is zero with probability `drop`, else divided by `1 − drop`. Outside
/// training it does nothing.
public final class Dropout implements Layer {
  private final int size;
  private final float drop;
  private final CounterRandom random;

  /// @param drop in [0, 1)
  public Dropout(String name, int size, double drop, CounterRandom random) {
    if (!(drop >= 0 && drop < 1)) {
      throw new IllegalArgumentException(
          "dropout is %s, expected a probability from 0 up to but not 1".formatted(drop));
    }
    this.size = size;
    this.drop = (float) drop;
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

  /// Nothing: there is no state.
  @Override
  public String definition() {
    return "";
  }

  @Override
  public LayerRun run(Engine engine, Bounds bounds) {
    boolean acts = bounds.training() && drop > 0;
    return new Run(engine, acts ? bounds.time() * bounds.batch() : 0, bounds.batch());
  }

  @Override
  public String toString() {
    return "dropout(" + drop + ")";
  }

  private final class Run implements LayerRun {
    private final int batch;
    private final Kernels kernels;
    private final Rows mask;
    private final Rows result;
    private final Split draws;
    private final Split products;

    /// A source of random numbers for each step of a sequence, as far as they were needed.
    private CounterRandom[] steps = {};

    private Rows factor;
    private int first;
    private long draw;

    Run(Engine engine, int rows, int batch) {
      this.batch = batch;
      kernels = engine.kernels();
      mask = Rows.allocate(rows, size);
      result = Rows.allocate(rows, size);
      factor = result;
      draws = engine.split(1, this::draw);
      products = engine.split(16, this::multiply);
    }

    @Override
    public void load() {
      // There are no parameters.
    }

    @Override
    public Rows forward(Rows x, Span span) {
      if (mask.array().length == 0) {
        return x;
      }
      first = span.first();
      draw = span.draw();
      prepare(first + span.steps());
      draws.run(span.steps());
      return multiply(x, span.steps());
    }

    private void prepare(int end) {
      int known = steps.length;
      if (known < end) {
        steps = Arrays.copyOf(steps, end);
        for (int t = known; t < end; t++) {
          steps[t] = random.stream(t);
        }
      }
    }

    private void draw(int from, int to) {
      float keep = 1 / (1 - drop);
      int row = batch * size;
      for (int t = from; t < to; t++) {
        steps[first + t].uniforms(draw, mask.array(), t * row, row);
        for (int i = t * row; i < (t + 1) * row; i++) {
          mask.array()[i] = mask.array()[i] < drop ? 0f : keep;
        }
      }
    }

    @Override
    public Rows step(Rows x, int samples) {
      return x;
    }

    @Override
    public Rows backward(Rows dy, Span span, boolean goesOn) {
      return mask.array().length == 0 ? dy : multiply(dy, span.steps());
    }

    private Rows multiply(Rows a, int steps) {
      factor = a;
      products.run(steps * batch * size);
      return result;
    }

    private void multiply(int from, int to) {
      kernels.combine(Operator.MULTIPLY, factor.array(), factor.offset() + from, false,
          mask.array(), from, false, result.array(), from, to - from);
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
    public void carry(int steps) {
      // There is no state.
    }

    @Override
    public long bytes() {
      return 4L * (mask.array().length + result.array().length);
    }
  }
}

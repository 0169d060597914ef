package dev.unroll.layer;

import dev.unroll.expr.Operator;
import dev.unroll.kernel.Engine;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Rows;
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
  public LayerRun run(Engine engine, int time, int batch, boolean training) {
    return new Run(engine, training && drop > 0 ? time * batch : 0, batch);
  }

  @Override
  public String toString() {
    return "dropout(" + drop + ")";
  }

  private final class Run implements LayerRun {
    private final Engine engine;
    private final int batch;
    private final Rows mask;
    private final Rows result;

    Run(Engine engine, int rows, int batch) {
      this.engine = engine;
      this.batch = batch;
      mask = Rows.allocate(rows, size);
      result = Rows.allocate(rows, size);
    }

    @Override
    public void load() {
      // There are no parameters.
    }

    @Override
    public Rows forward(Rows x, int steps, long draw) {
      if (mask.array().length == 0) {
        return x;
      }
      float keep = 1 / (1 - drop);
      int row = batch * size;
      engine.split(steps, 1, (from, to) -> {
        for (int t = from; t < to; t++) {
          random.stream(t).uniforms(draw, mask.array(), t * row, row);
          for (int i = t * row; i < (t + 1) * row; i++) {
            mask.array()[i] = mask.array()[i] < drop ? 0f : keep;
          }
        }
      });
      return multiply(x, steps);
    }

    @Override
    public Rows backward(Rows dy, int steps) {
      return mask.array().length == 0 ? dy : multiply(dy, steps);
    }

    private Rows multiply(Rows a, int steps) {
      engine.split(steps * batch * size, 16, (from, to) -> engine.kernels().combine(
          Operator.MULTIPLY, a.array(), a.offset() + from, false, mask.array(), from, false,
          result.array(), from, to - from));
      return result;
    }

    @Override
    public Rows step(Rows x, int samples) {
      return x;
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

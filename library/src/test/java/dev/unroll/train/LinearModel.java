package dev.unroll.train;

import dev.unroll.Engine;
import dev.unroll.data.Batch;
import dev.unroll.layer.Layer;
import dev.unroll.model.Model;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.ModelRun;
import dev.unroll.model.loss.Score;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.List;

/// y = w · x + b with squared error, from w = 0 and b = 0.
final class LinearModel implements Model {
  private final Parameters parameters = new Parameters();

  LinearModel() {
    parameters.add("w", 1, 2);
    parameters.add("b", 1, 1);
    parameters.freeze();
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public List<Layer> layers() {
    return List.of();
  }

  @Override
  public ModelRun run(Engine engine, ModelBounds bounds) {
    return new Run();
  }

  private final class Run implements ModelRun {
    @Override
    public void load() {
      // Values are read where they are.
    }

    @Override
    public Score train(Batch batch, long draw) {
      var score = evaluate(batch);
      var g = parameters.gradients();
      for (int b = 0; b < batch.samples(); b++) {
        float error = 2 * error(batch, b) / batch.samples();
        g[0] += error * x(batch, b, 0);
        g[1] += error * x(batch, b, 1);
        g[2] += error;
      }
      return score;
    }

    @Override
    public Score evaluate(Batch batch) {
      double sum = 0;
      for (int b = 0; b < batch.samples(); b++) {
        sum += (double) error(batch, b) * error(batch, b);
      }
      return new Score(sum, batch.samples(), 0);
    }

    private float x(Batch batch, int b, int i) {
      var x = batch.input().features();
      return x.array()[x.offset() + 2 * b + i];
    }

    private float error(Batch batch, int b) {
      var w = parameters.values();
      var y = batch.target().features();
      return w[0] * x(batch, b, 0) + w[1] * x(batch, b, 1) + w[2] - y.array()[y.offset() + b];
    }

    @Override
    public Rows predict(Batch batch) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Rows predict(Batch batch, long draw) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long bytes() {
      return 0;
    }
  }
}

package dev.unroll.model.loss.run;

import dev.unroll.Engine;
import dev.unroll.model.loss.Loss.Regression;
import java.util.List;

/// A [Regression] bound to memory.
final class NumberLoss extends RowLoss {
  private static final double LOG_TWO_PI = StrictMath.log(2 * Math.PI);

  private final Regression loss;
  private final int n;

  /// The number of outputs of a target number that count separately.
  private final int each;

  /// @param n the number of target numbers in a row
  NumberLoss(Engine engine, int rows, Regression loss, int n) {
    super(engine, rows, loss.outputs(n),
        loss instanceof Regression.Quantile ? loss.outputs(n) : n);
    this.loss = loss;
    this.n = n;
    each = loss instanceof Regression.Quantile ? loss.outputs(1) : 1;
  }

  private static boolean asked(float target) {
    return !Float.isNaN(target);
  }

  @Override
  int count(float[] t, int from) {
    int known = 0;
    for (int j = 0; j < n; j++) {
      known += asked(t[from + j]) ? each : 0;
    }
    return known;
  }

  @Override
  double row(float[] y, int at, float[] t, int from, float[] dy, int to, float weight) {
    return switch (loss) {
      case Regression.Squared _ -> squared(y, at, t, from, n, dy, to, weight);
      case Regression.Absolute _ -> absolute(y, at, t, from, n, dy, to, weight);
      case Regression.Huber(var delta) -> huber(delta, y, at, t, from, n, dy, to, weight);
      case Regression.Quantile(var quantiles) -> quantile(quantiles, y, at, t, from, n, dy, to,
          weight);
      case Regression.Gaussian _ -> gaussian(y, at, t, from, n, dy, to, weight);
    };
  }

  private static double squared(float[] y, int at, float[] t, int from, int n,
      float[] dy, int to, float weight) {
    double sum = 0;
    for (int j = 0; j < n; j++) {
      float e = asked(t[from + j]) ? y[at + j] - t[from + j] : 0;
      sum += (double) e * e;
      dy[to + j] = 2 * weight * e;
    }
    return sum;
  }

  private static double absolute(float[] y, int at, float[] t, int from, int n,
      float[] dy, int to, float weight) {
    double sum = 0;
    for (int j = 0; j < n; j++) {
      float e = asked(t[from + j]) ? y[at + j] - t[from + j] : 0;
      sum += Math.abs(e);
      dy[to + j] = weight * Math.signum(e);
    }
    return sum;
  }

  private static double huber(double delta, float[] y, int at, float[] t, int from, int n,
      float[] dy, int to, float weight) {
    float limit = (float) delta;
    double sum = 0;
    for (int j = 0; j < n; j++) {
      float e = asked(t[from + j]) ? y[at + j] - t[from + j] : 0;
      float size = Math.abs(e);
      sum += size <= limit ? 0.5 * e * e : delta * (size - 0.5 * delta);
      dy[to + j] = weight * Math.clamp(e, -limit, limit);
    }
    return sum;
  }

  private static double quantile(List<Double> quantiles, float[] y, int at, float[] t, int from,
      int n,
      float[] dy, int to, float weight) {
    int each = quantiles.size();
    double sum = 0;
    for (int j = 0; j < n * each; j++) {
      if (!asked(t[from + j / each])) {
        dy[to + j] = 0;
        continue;
      }
      float q = quantiles.get(j % each).floatValue();
      float e = t[from + j / each] - y[at + j];
      sum += e >= 0 ? q * e : (q - 1) * e;
      dy[to + j] = weight * (e >= 0 ? -q : 1 - q);
    }
    return sum;
  }

  private static double gaussian(float[] y, int at, float[] t, int from, int n,
      float[] dy, int to, float weight) {
    double sum = 0;
    for (int j = 0; j < n; j++) {
      if (!asked(t[from + j])) {
        dy[to + j] = 0;
        dy[to + n + j] = 0;
        continue;
      }
      double e = (double) y[at + j] - t[from + j];
      double s = y[at + n + j];
      double precision = StrictMath.exp(-s);
      sum += (LOG_TWO_PI + s + e * e * precision) / 2;
      dy[to + j] = (float) (weight * e * precision);
      dy[to + n + j] = (float) (weight * (1 - e * e * precision) / 2);
    }
    return sum;
  }
}

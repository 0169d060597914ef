package dev.unroll.model.loss;

import dev.unroll.data.Scaling;
import java.util.List;

/// A loss of numbers, the mean over all numbers that are asked. A target that is NaN is not asked: it adds
/// neither loss nor gradient.
public sealed interface Regression extends Loss {

  /// The loss of one row of n targets; writes `weight` times its gradient.
  double row(float[] y, int at, float[] t, int from, int n, float[] dy, int to, float weight);

  private static boolean asked(float target) {
    return !Float.isNaN(target);
  }

  /// `L = (y − t)²`, `dy = 2 (y − t)`.
  record Squared() implements Regression {
    @Override
    public double row(
        float[] y, int at, float[] t, int from, int n, float[] dy, int to, float weight) {
      double sum = 0;
      for (int j = 0; j < n; j++) {
        float e = asked(t[from + j]) ? y[at + j] - t[from + j] : 0;
        sum += (double) e * e;
        dy[to + j] = 2 * weight * e;
      }
      return sum;
    }

    @Override
    public String toString() {
      return LossText.SQUARED;
    }
  }

  /// `L = |y − t|`, `dy = sign(y − t)`.
  record Absolute() implements Regression {
    @Override
    public double row(
        float[] y, int at, float[] t, int from, int n, float[] dy, int to, float weight) {
      double sum = 0;
      for (int j = 0; j < n; j++) {
        float e = asked(t[from + j]) ? y[at + j] - t[from + j] : 0;
        sum += Math.abs(e);
        dy[to + j] = weight * Math.signum(e);
      }
      return sum;
    }

    @Override
    public String toString() {
      return LossText.ABSOLUTE;
    }
  }

  /// `L = e² / 2` where `|e| ≤ δ`, else `δ (|e| − δ/2)`, with `e = y − t` (Huber 1964).
  record Huber(double delta) implements Regression {

    /// @throws IllegalArgumentException if δ is not above 0
    public Huber {
      if (!(delta > 0)) {
        throw new IllegalArgumentException(
            "δ of the Huber loss is %s, expected a number above 0".formatted(delta));
      }
    }

    @Override
    public double row(
        float[] y, int at, float[] t, int from, int n, float[] dy, int to, float weight) {
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

    @Override
    public String toString() {
      return LossText.of(LossText.HUBER, delta);
    }
  }

  /// `L = q (t − y)` where `t ≥ y`, else `(1 − q) (y − t)` (Koenker and Bassett 1978).
  record Quantile(List<Double> quantiles) implements Regression {

    /// @throws IllegalArgumentException if there is none, or one is not between 0 and 1
    public Quantile {
      quantiles = List.copyOf(quantiles);
      if (quantiles.isEmpty() || !quantiles.stream().allMatch(q -> q > 0 && q < 1)) {
        throw new IllegalArgumentException(
            "the quantiles are %s, expected at least one, each between 0 and 1"
                .formatted(quantiles));
      }
    }

    @Override
    public void invert(Scaling scaling, float[] y, int at) {
      int each = quantiles.size();
      for (int j = 0; j < scaling.columns() * each; j++) {
        y[at + j] = scaling.invert(j / each, y[at + j]);
      }
    }

    @Override
    public int outputs(int targets) {
      return targets * quantiles.size();
    }

    @Override
    public double row(
        float[] y, int at, float[] t, int from, int n, float[] dy, int to, float weight) {
      int each = quantiles.size();
      double sum = 0;
      for (int j = 0; j < n * each; j++) {
        float q = quantiles.get(j % each).floatValue();
        if (!asked(t[from + j / each])) {
          dy[to + j] = 0;
          continue;
        }
        float e = t[from + j / each] - y[at + j];
        sum += e >= 0 ? q * e : (q - 1) * e;
        dy[to + j] = weight * (e >= 0 ? -q : 1 - q);
      }
      return sum;
    }

    @Override
    public String toString() {
      return LossText.of(
          LossText.QUANTILE, quantiles.stream().mapToDouble(q -> q).toArray());
    }
  }

  /// `L = (log 2π + s + (t − μ)² exp(−s)) / 2` with the mean μ and the logarithm s of the variance.
  record Gaussian() implements Regression {
    private static final double LOG_TWO_PI = StrictMath.log(2 * Math.PI);

    @Override
    public void invert(Scaling scaling, float[] y, int at) {
      int n = scaling.columns();
      for (int j = 0; j < n; j++) {
        y[at + j] = scaling.invert(j, y[at + j]);
        y[at + n + j] += (float) (2 * Math.log(scaling.scale()[j]));
      }
    }

    @Override
    public int outputs(int targets) {
      return 2 * targets;
    }

    @Override
    public double row(
        float[] y, int at, float[] t, int from, int n, float[] dy, int to, float weight) {
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

    @Override
    public String toString() {
      return LossText.GAUSSIAN;
    }
  }
}

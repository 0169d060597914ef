package dev.unroll.model;

import dev.unroll.data.Batch;
import dev.unroll.tensor.Rows;

/// Predictions with dropout left on: the outputs are sampled several times, and the probabilities
/// (not the logits) are averaged.
///
/// ```
/// p = (1/n) Σ p_i        spread = √((1/n) Σ (p_i − p)²)
/// ```
///
/// Gal and Ghahramani 2016, "Dropout as a Bayesian approximation", arXiv 1506.02142, and arXiv
/// 1512.05287.
///
/// @param mean p, in the layout of [ModelRun#predict]
/// @param spread the standard deviation of each number
public record MonteCarlo(Rows mean, Rows spread) {

  /// Draws n predictions.
  ///
  /// @param run bound for training
  /// @param firstDraw the dropout steps are `firstDraw … firstDraw + n − 1`: the same ones give the
  ///     same masks
  public static MonteCarlo predict(ModelRun run, Batch batch, int n, long firstDraw) {
    if (n < 1) {
      throw new IllegalArgumentException(n + " draws, expected at least 1");
    }
    double[] sum = {};
    double[] squares = {};
    int columns = 1;
    for (int i = 0; i < n; i++) {
      var said = run.predict(batch, firstDraw + i);
      if (i == 0) {
        columns = said.columns();
        sum = new double[said.array().length - said.offset()];
        squares = new double[sum.length];
      }
      for (int j = 0; j < sum.length; j++) {
        double p = said.array()[said.offset() + j];
        sum[j] += p;
        squares[j] += p * p;
      }
    }
    var mean = new float[sum.length];
    var spread = new float[sum.length];
    for (int j = 0; j < sum.length; j++) {
      double average = sum[j] / n;
      mean[j] = (float) average;
      spread[j] = (float) Math.sqrt(Math.max(0, squares[j] / n - average * average));
    }
    return new MonteCarlo(new Rows(mean, 0, columns), new Rows(spread, 0, columns));
  }
}

package dev.unroll.score;

/// Calibration: whether predictions with probability p are right in a share p of the cases.
public final class Calibration {
  /// The bins of Guo et al. 2017.
  public static final int BINS = 15;

  private Calibration() {}

  /// The expected calibration error (Naeini et al. 2015; Guo et al. 2017, arXiv 1706.04599):
  /// samples are put into bins of equal width by the predicted probability.
  ///
  /// ```
  /// ECE = Σ_b (n_b / n) |accuracy(b) − mean probability(b)|
  /// ```
  ///
  /// @param confidence the probability of each prediction, from 0 to 1
  /// @param right whether each prediction is right
  /// @return from 0 to 1; NaN without samples
  /// @throws IllegalArgumentException if the lengths differ, or one is not a probability
  public static double error(double[] confidence, boolean[] right, int bins) {
    if (confidence.length != right.length || bins < 1) {
      throw new IllegalArgumentException(
          "Calibration: %d probabilities and %d answers in %d bins, expected as many and a bin."
              .formatted(confidence.length, right.length, bins));
    }
    double[] away = new double[bins];
    for (int i = 0; i < right.length; i++) {
      double p = confidence[i];
      if (!(p >= 0 && p <= 1 + 1e-6)) {
        throw new IllegalArgumentException("Calibration: %s is no probability.".formatted(p));
      }
      // (0, 1/bins], (1/bins, 2/bins] … as in the papers
      int bin = Math.clamp((int) Math.ceil(p * bins) - 1, 0, bins - 1);
      away[bin] += (right[i] ? 1 : 0) - p;
    }
    double sum = 0;
    for (double one : away) {
      sum += Math.abs(one);
    }
    return sum / right.length;
  }
}

package dev.unroll.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class QuantileScoresTest {

  /// The examples of `mean_pinball_loss` in the documentation of scikit-learn 1.5.
  @Test
  void pinballLossIsThatOfScikitLearn() {
    double[] y = {1, 2, 3};
    assertThat(QuantileScores.pinball(y, new double[] {0, 2, 3}, 0.1)).isCloseTo(0.1 / 3,
        within(1e-12));
    assertThat(QuantileScores.pinball(y, new double[] {1, 2, 4}, 0.1)).isCloseTo(0.3,
        within(1e-12));
    assertThat(QuantileScores.pinball(y, new double[] {0, 2, 3}, 0.9)).isCloseTo(0.3,
        within(1e-12));
    assertThat(QuantileScores.pinball(y, new double[] {1, 2, 4}, 0.9)).isCloseTo(0.1 / 3,
        within(1e-12));
  }

  /// Of an exponential distribution with rate 1 the quantile q is `−log(1 − q)`, and the score of y
  /// is `y + 2 e^−y − 3/2` (Jordan, Krüger and Lerch 2019, Evaluating Probabilistic Forecasts with
  /// scoringRules, appendix A).
  @Test
  void manyQuantilesGiveTheScoreOfTheDistribution() {
    int n = 100_000;
    var levels = new double[n];
    var quantiles = new double[n];
    for (int i = 0; i < n; i++) {
      levels[i] = (i + 0.5) / n;
      quantiles[i] = -Math.log(1 - levels[i]);
    }
    for (double y : new double[] {0.1, 1, 3.5}) {
      assertThat(QuantileScores.crps(y, quantiles, levels))
          .isCloseTo(y + 2 * Math.exp(-y) - 1.5, within(1e-4));
    }
  }

  /// From three quantiles by hand: y 5, quantiles 2, 4, 6 at 0.1, 0.5, 0.9: pinball 0.3, 0.5 and
  /// 0.1.
  @Test
  void fewQuantilesGiveTwiceTheirMeanPinballLoss() {
    double[] levels = {0.1, 0.5, 0.9};
    assertThat(QuantileScores.crps(5, new double[] {2, 4, 6}, levels)).isCloseTo(0.6,
        within(1e-12));
    assertThat(QuantileScores.crps(new double[] {5, Double.NaN, 5},
        new double[][] {{2, 4, 6}, {0, 0, 0}, {5, 5, 5}}, levels)).isCloseTo(0.3, within(1e-12));
    assertThat(QuantileScores.crps(5, new double[] {3.5}, new double[] {0.5})).isEqualTo(1.5);
    assertThatThrownBy(() -> QuantileScores.crps(5, new double[2], levels))
        .hasMessageContaining("2 quantiles for 3 levels");
  }

  @Test
  void coverageCountsTheLimitsIn() {
    double[] y = {1, 2, 3, 4, Double.NaN};
    double[] lower = {1, 2.5, 0, 0, 0};
    double[] upper = {5, 5, 3, 3.5, 9};
    assertThat(QuantileScores.coverage(y, lower, upper)).isEqualTo(0.5);
    assertThatThrownBy(() -> QuantileScores.coverage(y, lower, new double[2]))
        .hasMessage("there are 5 lower and 2 upper limits, expected as many");
  }
}

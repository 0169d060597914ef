package dev.unroll.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ForecastErrorsTest {
  private static final double EXACT = 1e-12;

  /// The example of `mean_absolute_error` and `root_mean_squared_error` in the documentation of
  /// scikit-learn 1.5, which gives 0.5 and 0.612….
  @Test
  void absoluteAndSquaredErrorsAreThoseOfScikitLearn() {
    double[] y = {3, -0.5, 2, 7};
    double[] f = {2.5, 0.0, 2, 8};
    assertThat(ForecastErrors.mae(y, f)).isEqualTo(0.5);
    assertThat(ForecastErrors.mse(y, f)).isEqualTo(0.375);
    assertThat(ForecastErrors.rmse(y, f)).isCloseTo(0.612372435695794, within(EXACT));
  }

  /// The examples of `mean_absolute_scaled_error` and of
  /// `mean_absolute_percentage_error(symmetric=True)` in the documentation of sktime 0.30:
  /// 0.18333333333333335 and 0.5553379953379953.
  @Test
  void scaledAndSymmetricErrorsAreThoseOfSktime() {
    double[] training = {5, 0.5, 4, 6, 3, 5, 2};
    double[] y = {3, -0.5, 2, 7, 2};
    double[] f = {2.5, 0.0, 2, 8, 1.25};
    assertThat(ForecastErrors.mase(y, f, training, 1)).isCloseTo(0.18333333333333335,
        within(EXACT));
    assertThat(ForecastErrors.smape(y, f)).isCloseTo(0.5553379953379953, within(EXACT));
  }

  /// |5 − 1|, |7 − 2|, |3 − 3| and |9 − 5| by hand, the season being 3.
  @Test
  void theScaleLooksBackASeason() {
    assertThat(ForecastErrors.seasonalScale(new double[] {1, 2, 3, 5, 7, 3, 9}, 3))
        .isEqualTo(13 / 4.0);
    assertThat(ForecastErrors.seasonalScale(new double[] {1, Double.NaN, 3, 5, 7, 3, 9}, 3))
        .isEqualTo(8 / 3.0);
  }

  @Test
  void whatIsNotKnownIsLeftOut() {
    double[] y = {1, Double.NaN, 0};
    double[] f = {3, 100, 0};
    assertThat(ForecastErrors.mae(y, f)).isEqualTo(1);
    assertThat(ForecastErrors.smape(y, f)).isEqualTo(0.5);
  }

  /// A forecast that is NaN must not look good.
  @Test
  void aForecastThatIsNaNGivesNaN() {
    assertThat(ForecastErrors.mae(new double[] {1, 2}, new double[] {1, Double.NaN})).isNaN();
  }

  @Test
  void badInputIsToldInOneSentence() {
    assertThatThrownBy(() -> ForecastErrors.mae(new double[2], new double[3]))
        .hasMessage("there are 2 values and 3 forecasts, expected as many");
    assertThatThrownBy(() -> ForecastErrors.mae(new double[] {Double.NaN}, new double[1]))
        .hasMessageContaining("no value is known");
    assertThatThrownBy(() -> ForecastErrors.seasonalScale(new double[4], 4))
        .hasMessageContaining("a season of 4 steps").hasMessageContaining("has 4 steps");
  }
}

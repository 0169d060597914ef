package dev.unroll.task.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.data.DataException;
import dev.unroll.series.Series;
import dev.unroll.series.TimeStep;
import dev.unroll.task.Effort;
import dev.unroll.task.tune.Settings;
import dev.unroll.tensor.CounterRandom;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.Test;

/// Forecasts that are shorter or longer than what was learned.
class RolloutTest {
  private static final int N = 4;

  private static double[] wave(int n) {
    var random = CounterRandom.of(4).stream("wave");
    var values = new double[n];
    for (int t = 0; t < n; t++) {
      values[t] = 50 + 10 * Math.sin(2 * Math.PI * t / 12) + random.normal(0, t);
    }
    return values;
  }

  private static Series monthly(double... values) {
    return Series.of(values).start(LocalDateTime.parse("2001-01-01T00:00"), TimeStep.months(1));
  }

  private static ForecastTraining quick() {
    return Forecaster.training(Horizon.steps(N)).season(12).epochs(3);
  }

  /// Each block is the direct forecast of a history with the medians before it.
  @Test
  void moreStepsReadTheMediansBeforeThem() {
    var values = wave(120);
    var forecaster = quick().train(monthly(values));
    var direct = forecaster.forecast(monthly(values));
    var far = forecaster.forecast(monthly(values), Horizon.months(2 * N + 1));
    assertThat(far.length()).isEqualTo(2 * N + 1);
    assertThat(far.at(2 * N).time()).isEqualTo("2011-09");
    for (int i = 0; i < N; i++) {
      assertThat(far.at(i)).isEqualTo(direct.at(i));
    }
    var seen = values;
    for (int block = 1; block <= 2; block++) {
      seen = Arrays.copyOf(seen, seen.length + N);
      for (int i = 0; i < N; i++) {
        seen[seen.length - N + i] = far.at((block - 1) * N + i).median();
      }
      var next = forecaster.forecast(monthly(seen));
      for (int i = 0; i < N && block * N + i < far.length(); i++) {
        var step = far.at(block * N + i);
        assertThat(step.time()).isEqualTo(next.at(i).time());
        for (int q = 0; q < 9; q++) {
          // The medians have gone through the units of the data and back.
          assertThat(step.quantiles().get(q)).isCloseTo(next.at(i).quantiles().get(q),
              within(1e-3));
        }
      }
    }
    assertThat(far.at(N).median()).as("the second block is not the first one again")
        .isNotCloseTo(far.at(0).median(), within(1e-3));
  }

  /// It ended in NaN, with exit code 0.
  @Test
  void aForecastThatRunsAwayIsRefused() {
    Rollout.requireNear(new float[][] {{1, -99}, {0, 3}}, c -> "load", 8);
    for (float far : new float[] {101, -1e9f, Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Rollout.requireNear(new float[][] {{1, 2}, {0, far}},
          c -> "load " + c, 8)).isInstanceOf(DataException.class)
          .hasMessage("the forecast of load 1 runs away after 8 steps, as it goes on from itself; "
              + "ask for at most so many");
    }
  }

  @Test
  void fewerStepsAreTheFirstOnes() {
    var series = monthly(wave(120));
    var forecaster = quick().train(series);
    var all = forecaster.forecast(series);
    var few = forecaster.forecast(series, Horizon.steps(2));
    assertThat(few.line().steps()).isEqualTo(all.line().steps().subList(0, 2));
  }

  private static Series pair(double[] a, double[] b) {
    var columns = new LinkedHashMap<String, double[]>();
    columns.put("a", a);
    columns.put("b", b);
    return Series.columns(columns).target("a");
  }

  @Test
  void covariatesAreNeededForTheWholeTime() {
    var a = Arrays.copyOf(wave(120), 120 + 2 * N);
    Arrays.fill(a, 120, 120 + 2 * N, Double.NaN);
    var known = pair(a, wave(120 + 2 * N)).known("b");
    var forecaster = quick().train(known);
    assertThat(forecaster.forecast(known, Horizon.steps(2 * N)).length()).isEqualTo(2 * N);
    assertThatThrownBy(() -> forecaster.forecast(known, Horizon.steps(2 * N + 1)))
        .isInstanceOf(DataException.class)
        .hasMessage("b is known up to 128, but the forecast needs it up to 129; bring rows with it,"
            + " and with nothing in a");
    var past = pair(wave(120), wave(120)).past("b");
    var other = quick().train(past);
    assertThat(other.forecast(past, Horizon.steps(N)).length()).isEqualTo(N);
    assertThatThrownBy(() -> other.forecast(past, Horizon.steps(N + 1)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "5 steps are asked, but beyond the first 4 nothing is known of b; ask for fewer,"
                + " or train with a longer horizon");
  }

  @Test
  void effortIsEpochsAndUnits() {
    var series = monthly(wave(120));
    var training = Forecaster.training(Horizon.steps(N)).season(12);
    int usual = training.tunable(series).epochs();
    assertThat(training.effort(Effort.QUICK).tunable(series).epochs())
        .isEqualTo(Math.ceilDiv(usual, 3));
    var thorough = training.effort(Effort.THOROUGH).tunable(series);
    assertThat(thorough.epochs()).isEqualTo(2 * usual);
    assertThat(thorough.space().defaults()).containsEntry("hidden", 128.0);
    assertThat(training.effort(Effort.THOROUGH).epochs(7).tunable(series).epochs()).isEqualTo(7);
    assertThat(training.settings(Settings.parse("hidden=24,layers=2")).tunable(series).space()
        .defaults()).containsEntry("hidden", 24.0).containsEntry("layers", 2.0);
  }
}

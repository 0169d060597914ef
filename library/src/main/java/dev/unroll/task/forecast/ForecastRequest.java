package dev.unroll.task.forecast;

import dev.unroll.task.Effort;
import dev.unroll.task.tune.Settings;
import dev.unroll.task.window.TimeSplit;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The settings that override the rules.
///
/// @param season m; 0 for the rule
/// @param lookBack L; 0 for the rule
/// @param epochs 0 for the rule
/// @param lengths the lengths of the parts
/// @param levels of the quantiles, ascending, 0.5 among them
/// @param asked whether the levels are not the default
/// @param effort time against quality
/// @param settings of the network and its training
/// @param from the forecaster that the training begins with; null for none
record ForecastRequest(int season, int lookBack, int epochs, TimeSplit.Lengths lengths,
    double[] levels, boolean asked, Effort effort, Settings settings,
    @Nullable Forecaster from) {
  static final ForecastRequest DEFAULT = new ForecastRequest(0, 0, 0, TimeSplit.Lengths.DEFAULT,
      new double[] {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}, false, Effort.NORMAL,
      Settings.NONE, null);

  ForecastRequest season(int steps) {
    return new ForecastRequest(steps, lookBack, epochs, lengths, levels, asked, effort, settings,
        from);
  }

  ForecastRequest lookBack(int steps) {
    return new ForecastRequest(season, steps, epochs, lengths, levels, asked, effort, settings,
        from);
  }

  ForecastRequest epochs(int n) {
    return new ForecastRequest(season, lookBack, n, lengths, levels, asked, effort, settings, from);
  }

  ForecastRequest lengths(TimeSplit.Lengths of) {
    return new ForecastRequest(season, lookBack, epochs, of, levels, asked, effort, settings, from);
  }

  ForecastRequest levels(double[] ascending) {
    return new ForecastRequest(season, lookBack, epochs, lengths, ascending, true, effort,
        settings, from);
  }

  ForecastRequest settings(Settings of) {
    return new ForecastRequest(season, lookBack, epochs, lengths, levels, asked, effort, of, from);
  }

  ForecastRequest from(@Nullable Forecaster of) {
    return new ForecastRequest(season, lookBack, epochs, lengths, levels, asked, effort, settings,
        of);
  }

  /// Checks that a forecaster to begin with has what was asked.
  ///
  /// @param horizon N
  /// @throws IllegalArgumentException that names both
  @SuppressWarnings("ReferenceEquality") // levels that were given, whichever they are
  void check(int horizon) {
    if (from == null) {
      return;
    }
    var shape = from.task().shape();
    require("horizon", horizon, shape.horizon());
    require("window", lookBack == 0 ? shape.lookBack() : lookBack, shape.lookBack());
    require("season", season == 0 ? shape.season() : season, shape.season());
    var has = from.task().levels();
    if (asked && !Arrays.equals(levels, has)) {
      throw new IllegalArgumentException(
          "the quantiles are %s, but the forecaster that the training begins with has %s"
              .formatted(Arrays.toString(levels), Arrays.toString(has)));
    }
    var body = from.model().architecture().body();
    settings.requireSizes(Map.of("hidden", body.hidden(), "layers", body.layers()));
  }

  private static void require(String what, int asked, int has) {
    if (asked != has) {
      throw new IllegalArgumentException(
          "the %s is %d steps, but that of the forecaster that the training begins with is %d"
              .formatted(what, asked, has));
    }
  }

  ForecastRequest effort(Effort of) {
    return new ForecastRequest(season, lookBack, epochs, lengths, levels, asked, of, settings,
        from);
  }
}

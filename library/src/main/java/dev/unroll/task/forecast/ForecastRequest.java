package dev.unroll.task.forecast;

import dev.unroll.task.Effort;
import dev.unroll.task.tune.Settings;
import dev.unroll.task.window.TimeSplit;

/// The settings that override the rules.
///
/// @param season m; 0 for the rule
/// @param lookBack L; 0 for the rule
/// @param epochs 0 for the rule
/// @param lengths the lengths of the parts
/// @param levels of the quantiles, ascending, 0.5 among them
/// @param effort time against quality
/// @param settings of the network and its training
record ForecastRequest(int season, int lookBack, int epochs, TimeSplit.Lengths lengths,
    double[] levels, Effort effort, Settings settings) {
  static final ForecastRequest DEFAULT = new ForecastRequest(0, 0, 0, TimeSplit.Lengths.DEFAULT,
      new double[] {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}, Effort.NORMAL, Settings.NONE);

  ForecastRequest season(int steps) {
    return new ForecastRequest(steps, lookBack, epochs, lengths, levels, effort, settings);
  }

  ForecastRequest lookBack(int steps) {
    return new ForecastRequest(season, steps, epochs, lengths, levels, effort, settings);
  }

  ForecastRequest epochs(int n) {
    return new ForecastRequest(season, lookBack, n, lengths, levels, effort, settings);
  }

  ForecastRequest lengths(TimeSplit.Lengths of) {
    return new ForecastRequest(season, lookBack, epochs, of, levels, effort, settings);
  }

  ForecastRequest levels(double[] ascending) {
    return new ForecastRequest(season, lookBack, epochs, lengths, ascending, effort, settings);
  }

  ForecastRequest settings(Settings of) {
    return new ForecastRequest(season, lookBack, epochs, lengths, levels, effort, of);
  }

  ForecastRequest effort(Effort of) {
    return new ForecastRequest(season, lookBack, epochs, lengths, levels, of, settings);
  }
}

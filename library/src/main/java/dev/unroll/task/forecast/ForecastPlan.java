package dev.unroll.task.forecast;

import dev.unroll.data.DataException;
import dev.unroll.model.RecurrentStack;
import dev.unroll.series.Calendar;
import dev.unroll.task.Effort;
import dev.unroll.task.tune.Settings;
import dev.unroll.task.window.Anchor;
import dev.unroll.task.window.Shape;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The network of a forecaster and the length of its training: by rules that `docs/defaults.md`
/// explains, with the measurements behind them.
///
/// @param shape the shape of windows
/// @param hidden H, the units of a GRU layer
/// @param layers of them
/// @param dropout between its last state and the output
/// @param batch B
/// @param windows the largest number of windows of an epoch
/// @param epochs of the training
/// @param learningRate at the beginning of the cosine
record ForecastPlan(Shape shape, int hidden, int layers, double dropout, int batch, int windows,
    int epochs, double learningRate) {
  /// The largest number of steps of a segment; segments make a window few steps for the network.
  private static final int LONGEST_SEGMENT = 48;

  /// The length of a segment without a season.
  private static final int PLAIN_SEGMENT = 8;

  /// The default limit on the length of a window.
  private static final int LONGEST_WINDOW = 336;
  private static final int MOST_WINDOWS = 20_000;
  private static final int STEPS = 2000;

  /// The extent of the training data.
  ///
  /// @param length the number of steps of the training part of a typical series
  /// @param series the number of series
  /// @param past covariates that are known up to the present
  /// @param known those that are known ahead
  record Data(int length, int series, int past, int known, boolean gaps, Calendar calendar,
      int season) {}

  /// @param lookBack 0: by the rule
  /// @param epochs 0: by the rule
  static ForecastPlan of(Data data, int horizon, int lookBack, int epochs) {
    int segment = segment(data.season);
    int read = lookBack > 0 ? lookBack : lookBack(data, horizon, segment);
    if (lookBack > 0 && lookBack % segment != 0) {
      segment = divisor(lookBack, LONGEST_SEGMENT);
    }
    int perSeries = data.length - read - horizon + 1;
    if (perSeries < 1) {
      throw new DataException(
          ("%d steps are left to train on, but a window of %d steps and a horizon of %d need at "
              + "least %d; bring a longer series, or give a shorter horizon, window or season")
              .formatted(data.length, read, horizon, read + horizon));
    }
    long windows = (long) perSeries * data.series;
    var shape = new Shape(read, horizon, segment, data.season, Anchor.LAST, true, data.past,
        data.known, data.gaps, data.calendar.size(),
        data.series <= Shape.MOST_NAMED ? data.series : 1);
    int batch = windows < 2000 ? 16 : 64;
    int most = (int) Math.min(windows, MOST_WINDOWS);
    int perEpoch = Math.ceilDiv(most, batch);
    return new ForecastPlan(shape, windows < 10_000 ? 64 : 128, 1, windows < 10_000 ? 0.2 : 0.5,
        batch,
        most, epochs > 0 ? epochs : Math.clamp(STEPS / perEpoch, 5, 60), 0.001);
  }

  /// A third of the epochs, or twice the epochs and units.
  ///
  /// @param wanted the epochs that were asked; 0 for those of the rule, which the effort changes
  ForecastPlan with(Effort effort, int wanted) {
    int scaled = wanted > 0 ? wanted : switch (effort) {
      case QUICK -> Math.ceilDiv(epochs, 3);
      case NORMAL -> epochs;
      case THOROUGH -> 2 * epochs;
    };
    return new ForecastPlan(shape, effort == Effort.THOROUGH ? 2 * hidden : hidden, layers, dropout,
        batch, windows, scaled, learningRate);
  }

  /// What [Settings] can replace, with the values of this plan.
  SequencedMap<String, Double> defaults() {
    var defaults = new LinkedHashMap<String, Double>();
    defaults.put("rate", learningRate);
    defaults.put("hidden", (double) hidden);
    defaults.put("layers", (double) layers);
    defaults.put("dropout", dropout);
    defaults.put("batch", (double) batch);
    return defaults;
  }

  /// The same with settings; the number of epochs stays, whatever the batch.
  ForecastPlan with(Settings settings) {
    settings.requireAmong(defaults());
    return new ForecastPlan(shape, settings.whole("hidden", hidden),
        settings.whole("layers", layers), settings.number("dropout", dropout),
        settings.whole("batch", batch), windows, epochs, settings.number("rate", learningRate));
  }

  /// The same with windows and layers of a forecaster that is trained further.
  ForecastPlan from(Shape read, RecurrentStack body) {
    return new ForecastPlan(read, body.hidden(), body.layers(), body.dropout(), batch, windows,
        epochs, learningRate);
  }

  /// The same with another anchor.
  ForecastPlan with(Anchor anchor) {
    return new ForecastPlan(shape.with(anchor), hidden, layers, dropout, batch, windows, epochs,
        learningRate);
  }

  /// The largest divisor of a season that is not too long, so that segments are aligned with the
  /// season.
  private static int segment(int season) {
    int segment = divisor(season, LONGEST_SEGMENT);
    return season == 1 ? PLAIN_SEGMENT : segment < 4 ? Math.min(season, PLAIN_SEGMENT) : segment;
  }

  private static int divisor(int n, int most) {
    int divisor = Math.min(n, most);
    while (n % divisor != 0) {
      divisor--;
    }
    return divisor;
  }

  /// A quarter of the training part, at least two seasons, at most 336 steps or two seasons, in
  /// whole segments; less if no window would be left otherwise.
  private static int lookBack(Data data, int horizon, int segment) {
    int twoSeasons = 2 * Math.max(data.season, segment);
    int most = Math.max(LONGEST_WINDOW, twoSeasons);
    int read = Math.clamp(data.length / 4, twoSeasons, most);
    int affordable = Math.max(segment, (data.length - horizon) / 2);
    return Math.max(1, Math.min(read, affordable) / segment) * segment;
  }
}

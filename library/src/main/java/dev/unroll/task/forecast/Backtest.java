package dev.unroll.task.forecast;

import dev.unroll.Engine;
import dev.unroll.model.SequenceToVector;
import dev.unroll.score.QuantileScores;
import dev.unroll.task.window.Channels;
import dev.unroll.task.window.Reading;
import dev.unroll.task.window.Shape;
import dev.unroll.task.window.WindowViews;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A backtest: forecasts from every step of a part of the data, and their errors.
final class Backtest {
  private final Channels channels;
  private final Shape shape;
  private final double[] levels;
  private final int median;
  private final boolean standardized;
  private final WindowViews views;

  /// For each method and channel the sums of each step of the horizon.
  private final ForecastFigures.Sum[][][] sums;

  private Backtest(Channels channels, Shape shape, double[] levels, WindowViews views) {
    this.channels = channels;
    this.shape = shape;
    this.levels = levels;
    this.views = views;
    int half = 0;
    while (levels[half] != 0.5) {
      half++;
    }
    median = half;
    standardized = channels.count() > 1;
    sums = new ForecastFigures.Sum[ForecastReport.METHODS.size()][channels.count()][shape
        .horizon()];
    for (var method : sums) {
      for (var channel : method) {
        for (int n = 0; n < channel.length; n++) {
          channel[n] = new ForecastFigures.Sum();
        }
      }
    }
  }

  /// @param levels of the quantiles, ascending, 0.5 among them
  static ForecastReport of(SequenceToVector model, Engine engine, Channels channels, Shape shape,
      double[] levels, WindowViews views) {
    var backtest = new Backtest(channels, shape, levels, views);
    Reading.all(model, engine, channels, shape, views, views, backtest::heard);
    return backtest.report();
  }

  private void heard(int view, float[] answer) {
    int c = views.channel(view);
    int origin = views.origin(view);
    var channel = channels.get(c);
    var scale = channel.scale();
    double unit = standardized ? 1 / scale.deviation() : 1;
    var truth = channel.track().columns()[channel.column()];
    int m = shape.season();
    double last = before(truth, origin - 1);
    var quantiles = new double[levels.length];
    for (int n = 0; n < shape.horizon(); n++) {
      double y = truth[origin + n];
      if (Double.isNaN(y)) {
        continue;
      }
      for (int q = 0; q < quantiles.length; q++) {
        quantiles[q] = scale.invert(answer[n * quantiles.length + q]);
      }
      double inside = y >= quantiles[0] && y <= quantiles[quantiles.length - 1] ? 1 : 0;
      double season = before(truth, Math.max(0, origin + n % m - m));
      add(0, c, n, y, quantiles[median], QuantileScores.crps(y, quantiles, levels), inside, unit);
      add(1, c, n, y, season, Math.abs(y - season), Double.NaN, unit);
      add(2, c, n, y, last, Math.abs(y - last), Double.NaN, unit);
    }
  }

  /// The value of a step, or the last one before it; exact, so that a naive forecast that is right
  /// has no error.
  private static double before(double[] values, int step) {
    int t = step;
    while (t > 0 && Double.isNaN(values[t])) {
      t--;
    }
    while (Double.isNaN(values[t])) {
      t++; // nothing came before, as in the channels
    }
    return values[t];
  }

  private void add(int method, int c, int n, double y, double f, double crps, double inside,
      double unit) {
    sums[method][c][n].add(y, f, crps, inside, unit, channels.get(c).scale().seasonal());
  }

  private ForecastReport report() {
    var overall = new LinkedHashMap<String, ForecastFigures>();
    var byStep = new LinkedHashMap<String, List<ForecastFigures>>();
    var byTarget = new LinkedHashMap<String, SequencedMap<String, ForecastFigures>>();
    for (int method = 0; method < sums.length; method++) {
      var name = ForecastReport.METHODS.get(method);
      var all = new ForecastFigures.Sum();
      var targets = new LinkedHashMap<String, ForecastFigures.Sum>();
      var steps = new ArrayList<ForecastFigures>();
      for (int n = 0; n < shape.horizon(); n++) {
        var step = new ForecastFigures.Sum();
        for (int c = 0; c < channels.count(); c++) {
          var sum = sums[method][c][n];
          step.add(sum);
          all.add(sum);
          targets.computeIfAbsent(channels.get(c).target(), _ -> new ForecastFigures.Sum())
              .add(sum);
        }
        steps.add(step.mean());
      }
      overall.put(name, all.mean());
      byStep.put(name, steps);
      var named = new LinkedHashMap<String, ForecastFigures>();
      targets.forEach((target, sum) -> named.put(target, sum.mean()));
      byTarget.put(name, named);
    }
    return new ForecastReport(views.count(), shape.season(),
        standardized ? "standard deviations of each column's training part" : "units of the data",
        levels[levels.length - 1] - levels[0], overall, byStep, byTarget);
  }
}

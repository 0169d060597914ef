package dev.unroll.task.forecast;

import dev.unroll.Engine;
import dev.unroll.data.DataException;
import dev.unroll.model.SequenceToVector;
import dev.unroll.task.window.Channels;
import dev.unroll.task.window.NextViews;
import dev.unroll.task.window.Reading;
import dev.unroll.tensor.guard.Cancellation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/// A forecast of any length: block after block of N steps, each of which reads the medians of those
/// before it as if they had been seen. One block is the direct forecast.
final class Rollout {
  /// In standard deviations of the training part: medians that are farther off do not come back.
  private static final double FAR = 100;

  private final SequenceToVector model;
  private final ForecastTask task;

  Rollout(SequenceToVector model, ForecastTask task) {
    this.model = model;
    this.task = task;
  }

  /// @param channels with calendar and covariates for all steps
  Forecast of(Channels channels, int steps) {
    int n = task.shape().horizon();
    var lines = new ArrayList<List<Forecast.Step>>();
    for (int c = 0; c < channels.count(); c++) {
      lines.add(new ArrayList<>());
    }
    try (var engine = Engine.of(1)) {
      var seen = channels;
      for (int done = 0; done < steps; done += n) {
        Cancellation.check();
        var medians = block(seen, Math.min(n, steps - done), lines, engine);
        if (done > 0) {
          requireNear(medians, c -> channels.get(c).target(), done);
        }
        seen = seen.longer(medians);
      }
    }
    var all = new ArrayList<Forecast.Line>();
    for (int c = 0; c < channels.count(); c++) {
      var channel = channels.get(c);
      all.add(new Forecast.Line(channel.track().id(), channel.target(),
          List.copyOf(lines.get(c))));
    }
    return new Forecast(List.copyOf(all));
  }

  /// @throws DataException if medians are far from all that was seen, or no numbers
  static void requireNear(float[][] medians, IntFunction<String> target, int done) {
    for (int c = 0; c < medians.length; c++) {
      for (float median : medians[c]) {
        if (!(Math.abs(median) <= FAR)) {
          throw new DataException(
              ("the forecast of %s runs away after %d steps, as it goes on from itself; ask for at "
                  + "most so many").formatted(target.apply(c), done));
        }
      }
    }
  }

  /// Adds the next steps to the lines.
  ///
  /// @return the medians of all N of them for each channel, scaled
  private float[][] block(Channels channels, int steps, List<List<Forecast.Step>> lines,
      Engine engine) {
    var shape = task.shape();
    var levels = Arrays.stream(task.levels()).boxed().toList();
    int median = levels.indexOf(0.5);
    var medians = new float[channels.count()][shape.horizon()];
    var views = new NextViews(channels, shape);
    Reading.all(model, engine, channels, shape, views, views, (view, answer) -> {
      var channel = channels.get(view);
      for (int n = 0; n < shape.horizon(); n++) {
        medians[view][n] = answer[n * levels.size() + median];
      }
      for (int n = 0; n < steps; n++) {
        var quantiles = new ArrayList<Double>();
        for (int q = 0; q < levels.size(); q++) {
          quantiles.add(channel.scale().invert(answer[n * levels.size() + q]));
        }
        lines.get(view).add(new Forecast.Step(
            channel.track().stamp(channels.length(view) + n), levels, List.copyOf(quantiles)));
      }
    });
    return medians;
  }
}

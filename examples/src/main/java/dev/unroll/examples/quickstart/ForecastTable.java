package dev.unroll.examples.quickstart;

import dev.unroll.series.Series;
import dev.unroll.task.forecast.*;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// Forecasts a table with time stamps, by quantiles.
final class ForecastTable {
  static Forecast train(Path csv, Path file, Path next) throws IOException {
    var series = Series.csv(csv).time("date").target("OT").past("HUFL", "HULL");
    var forecaster = Forecaster.train(series, Horizon.hours(24));
    IO.println(forecaster.report()); // compared with naive and seasonal naive
    forecaster.save(file);
    var forecast = forecaster.forecast(series.last(Duration.ofDays(14)));
    IO.println("%s: %.2f, below %.2f with a probability of 0.9".formatted(
        forecast.at(0).time(), forecast.at(0).median(), forecast.at(0).quantile(0.9)));
    forecast.writeCsv(next);
    return forecast;
  }
}

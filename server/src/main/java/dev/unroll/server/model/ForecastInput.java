package dev.unroll.server.model;

import static dev.unroll.server.protocol.RefusedException.invalid;

import dev.unroll.data.DataException;
import dev.unroll.series.Series;
import dev.unroll.series.TimeStep;
import dev.unroll.server.protocol.Shown;
import dev.unroll.task.forecast.Forecast;
import dev.unroll.task.forecast.Forecaster;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a forecaster reads, without a table around it.
public final class ForecastInput {
  private static final LocalDateTime SOME_TIME = LocalDateTime.of(2000, 1, 1, 0, 0);

  private ForecastInput() {}

  /// Its columns: targets, covariates up to the present, and those that are known ahead.
  public static List<String> columns(Forecaster forecaster) {
    var columns = new ArrayList<>(forecaster.targets());
    columns.addAll(forecaster.past());
    columns.addAll(forecaster.known());
    return List.copyOf(columns);
  }

  /// A forecast whose numbers are finite; those of values near the end of what a number can be are
  /// not.
  public static Forecast requireFinite(Forecast forecast) {
    for (var line : forecast.lines()) {
      for (var step : line.steps()) {
        if (!step.quantiles().stream().allMatch(Double::isFinite)) {
          throw invalid("the forecast of %s is beyond the range of numbers, as values of the series"
              + " are; expected smaller ones, in another unit", Shown.of(line.target()));
        }
      }
    }
    return forecast;
  }

  /// A series of rows at even steps.
  ///
  /// @param rows `[T, columns]`, NaN where a value is missing
  /// @param start the time of the first row, in any of the forms that tables have; null where it
  ///     does not matter
  public static Series series(Forecaster forecaster, double[] rows, @Nullable String start) {
    var names = columns(forecaster);
    int width = names.size();
    var columns = new LinkedHashMap<String, double[]>();
    for (int c = 0; c < width; c++) {
      var column = new double[rows.length / width];
      for (int t = 0; t < column.length; t++) {
        column[t] = rows[t * width + c];
      }
      columns.put(names.get(c), column);
    }
    var series = Series.columns(columns);
    if (forecaster.step().unit() == TimeStep.Unit.STEP) {
      return series.withoutTime();
    }
    if (start == null) {
      return series.start(SOME_TIME, forecaster.step());
    }
    try {
      return series.start(start, forecaster.step());
    } catch (DataException _) {
      throw invalid("the start is %s, expected a time such as 2016-07-01T00:00", Shown.of(start));
    }
  }
}

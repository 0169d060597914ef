package dev.unroll.spark.each;

import dev.unroll.Engine;
import dev.unroll.spark.file.ModelBytes;
import dev.unroll.task.forecast.Forecast;
import dev.unroll.task.forecast.Forecaster;
import dev.unroll.task.forecast.Horizon;
import java.io.IOException;
import java.util.ArrayList;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/// Trains the models of the keys of a partition, one after another.
///
/// @param fallback the file of a forecaster of many series; null for none
/// @param ordered whether times are mere numbers
record KeyTraining(int amount, Horizon.Unit unit, ForecastEach.Setup setup, double[] levels,
    byte @Nullable [] fallback, boolean ordered) implements EachKey {

  @Override
  public UnaryOperator<Row> worker(Engine engine) throws IOException {
    var file = fallback;
    var global = file == null ? null : Forecaster.of(ModelBytes.task(file, "the fallback"));
    return key -> of(key, engine, global);
  }

  /// The result of a key; whatever is wrong with its series is told in it.
  private Row of(Row key, Engine engine, @Nullable Forecaster global) {
    String why;
    try {
      var series = KeySeries.of(key, ordered);
      var own = setup.of(Forecaster.training(new Horizon(amount, unit))).quantiles(levels)
          .engine(engine).train(series);
      return row(key, own, own.forecast(series), KeyForecasts.OWN, null);
    } catch (RuntimeException e) {
      why = EachKey.why(e);
    }
    if (global != null) {
      try {
        return row(key, null, global.forecast(KeySeries.of(key, ordered)), KeyForecasts.GLOBAL,
            why);
      } catch (RuntimeException e) {
        why = EachKey.both(why, EachKey.why(e));
      }
    }
    return row(key, null, null, null, why);
  }

  private static Row row(Row key, @Nullable Forecaster own, @Nullable Forecast forecast,
      @Nullable String source, @Nullable String why) {
    var report = own == null ? null : own.report();
    return RowFactory.create(key.get(0), source,
        report == null ? null : known(report.model().mase()),
        report == null ? null : known(report.seasonalNaive().mase()),
        report == null ? null : known(report.model().mae()),
        why, own == null ? null : own.toBytes(), forecast == null ? null : steps(forecast));
  }

  private static @Nullable Double known(double figure) {
    return Double.isNaN(figure) ? null : figure;
  }

  private static Row[] steps(Forecast forecast) {
    var steps = new ArrayList<Row>();
    for (var step : forecast.line().steps()) {
      steps.add(RowFactory.create(steps.size() + 1, step.time(),
          step.quantiles().stream().mapToDouble(q -> q).toArray()));
    }
    return steps.toArray(Row[]::new);
  }
}

package dev.unroll.spark.each;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.model.file.ModelFile;
import dev.unroll.series.Series;
import dev.unroll.series.TimeStep;
import dev.unroll.spark.SequenceTables;
import dev.unroll.task.Effort;
import dev.unroll.task.TaskFile;
import dev.unroll.task.forecast.Forecaster;
import dev.unroll.task.forecast.Horizon;
import dev.unroll.tensor.CounterRandom;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A forecaster for each key, with keys that are broken or short.
class ForecastEachTest {
  private static final CounterRandom RANDOM = CounterRandom.of(5).stream("sales");
  private static final ForecastEach EACH = ForecastEach.of(Horizon.steps(3))
      .quantiles(0.1, 0.5, 0.975)
      .training(t -> t.season(7).lookBack(14).effort(Effort.QUICK).epochs(1));

  private static void add(List<Row> rows, int store, int days,
      Function<Integer, @Nullable Double> units) {
    for (int t = 0; t < days; t++) {
      rows.add(RowFactory.create(store, Date.valueOf(LocalDate.of(2024, 1, 1).plusDays(t)),
          units.apply(t)));
    }
  }

  private static double units(int store, int t) {
    return 20 * store + 5 * Math.sin(2 * Math.PI * t / 7) + RANDOM.uniform(store, t);
  }

  /// Stores 1 to 3 are as they should be, 8 has nothing in it, 9 is short.
  private static Dataset<Row> sales() {
    var rows = new ArrayList<Row>();
    for (int s = 1; s <= 3; s++) {
      int store = s;
      add(rows, store, 120, t -> units(store, t));
    }
    add(rows, 8, 120, _ -> null);
    add(rows, 9, 20, t -> units(9, t));
    Collections.reverse(rows);
    return SequenceTables.table(rows, new StructType().add("store", DataTypes.IntegerType)
        .add("day", DataTypes.DateType).add("units", DataTypes.DoubleType));
  }

  @Test
  void brokenKeysFailAloneAndShortOnesFallBack() throws Exception {
    var sales = sales();
    var global = EACH.global(sales.filter("store < 4"), "store", "day", "units", 2);
    try (var each = EACH.fallback(global).tasks(2).train(sales.repartition(3), "store", "day",
        "units")) {
      var figures = each.figures().collectAsList().stream()
          .collect(Collectors.toMap(row -> row.getInt(0), row -> row));
      assertThat(figures.keySet()).containsExactlyInAnyOrder(1, 2, 3, 8, 9);
      for (int store = 1; store <= 3; store++) {
        assertThat(figures.get(store).getString(1)).isEqualTo("own");
        assertThat(figures.get(store).getDouble(2)).isPositive();
        assertThat(figures.get(store).getDouble(3)).isPositive();
        assertThat(figures.get(store).isNullAt(5)).isTrue();
      }
      assertThat(figures.get(8).isNullAt(1)).isTrue();
      assertThat(figures.get(8).getString(5)).contains(". The fallback: ");
      assertThat(figures.get(9).getString(1)).isEqualTo("global");
      assertThat(figures.get(9).getString(5)).contains("bring a longer series");

      var forecasts = each.forecasts().orderBy("store", "step").collectAsList();
      assertThat(each.forecasts().columns()).containsExactly("store", "step", "time", "q10", "q50",
          "q97_5");
      assertThat(forecasts).hasSize(4 * 3);
      assertThat(forecasts.get(1).getString(2)).startsWith("2024-05-01");
      assertThat(forecasts.get(9).getInt(0)).isEqualTo(9);
      assertThat(forecasts.get(9).getString(2)).startsWith("2024-01-21");

      assertThat(each.models().count()).isEqualTo(3);
      var row = each.models().filter("store = 2").first();
      byte[] bytes = row.getAs("model");
      var own =
          Forecaster.of(TaskFile.of(ModelFile.of("the model", Safetensors.read(bytes, "the model")))
              .orElseThrow());
      assertThat(own.report().model().mase()).isEqualTo(figures.get(2).getDouble(2));
    }
  }

  /// The same as outside of Spark.
  @Test
  void aKeyGetsTheBitsOfItsSeriesAlone() {
    var values = new double[120];
    for (int t = 0; t < values.length; t++) {
      values[t] = units(1, t);
    }
    var series = Series.of(values).start(LocalDate.of(2024, 1, 1).atStartOfDay(),
        TimeStep.days(1));
    Forecaster alone;
    try (var engine = Engine.of(1)) {
      alone = Forecaster.training(Horizon.steps(3)).season(7).lookBack(14).effort(Effort.QUICK)
          .epochs(1).quantiles(0.1, 0.5, 0.975).engine(engine).train(series);
    }
    try (var each = EACH.train(sales().filter("store = 1"), "store", "day", "units")) {
      var rows = each.forecasts().orderBy("step").collectAsList();
      for (int n = 0; n < 3; n++) {
        assertThat(rows.get(n).getDouble(4)).isEqualTo(alone.forecast(series).at(n).median());
      }
    }
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeAJobRuns() {
    assertThatThrownBy(() -> EACH.train(sales(), "shop", "day", "units"))
        .hasMessage("there is no column shop in the table; it has [store, day, units]");
    assertThatThrownBy(() -> EACH.train(sales(), "store", "units", "day"))
        .hasMessage("the column day has date, expected numbers");
  }

  /// "the series of 1 has no column key".
  @Test
  void aGlobalForecasterLearnsOneKeyToo() {
    var one = sales().filter("store = 1");
    assertThat(EACH.global(one, "store", "day", "units", 5).levels()).hasSize(3);
    assertThatThrownBy(() -> EACH.global(one, "store", "day", "units", -1))
        .hasMessage("the largest number of keys is -1, expected at least 1");
  }

  /// Null is no key, and neither is it "null".
  @Test
  void rowsWithoutAKeyAreLeftOut() {
    var sales = sales().selectExpr("if(store = 9, null, 'null') as store", "day", "units",
        "store as s").filter("s in (1, 9)");
    try (var each = EACH.train(sales, "store", "day", "units")) {
      var figures = each.figures().collectAsList();
      assertThat(figures).singleElement().extracting(row -> row.getString(0)).isEqualTo("null");
      assertThat(figures.getFirst().getString(1)).isEqualTo("own");
    }
  }

  @Test
  void columnsMayHaveDotsInTheirNames() {
    var sales = sales().filter("store = 1").toDF("store.id", "day.of", "units.sold");
    EACH.global(sales, "store.id", "day.of", "units.sold", 1);
    try (var each = EACH.train(sales, "store.id", "day.of", "units.sold")) {
      assertThat(each.forecasts().columns()).startsWith("store.id", "step");
      assertThat(each.forecasts().count()).isEqualTo(3);
      assertThat(each.models().count()).isEqualTo(1);
    }
  }

  @Test
  void namesThatClashAreTold() {
    for (var name : List.of("step", "q50", "Source")) {
      var sales = sales().withColumnRenamed("store", name);
      assertThatThrownBy(() -> EACH.train(sales, name, "day", "units"))
          .hasMessageStartingWith("the column of the keys has the name %s, and so has"
              .formatted(name));
    }
    var sales = sales().filter("store = 1").withColumnRenamed("store", "s");
    try (var each = EACH.train(sales, "s", "day", "units")) {
      assertThat(each.forecasts().columns()).startsWith("s", "step", "time");
      assertThat(each.forecasts().first().getInt(0)).isEqualTo(1);
    }
  }
}

package dev.unroll.task.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.data.DataException;
import dev.unroll.format.FormatException;
import dev.unroll.model.Model;
import dev.unroll.model.SequenceToVector;
import dev.unroll.score.ForecastErrors;
import dev.unroll.score.QuantileScores;
import dev.unroll.series.Series;
import dev.unroll.series.TimeStep;
import dev.unroll.table.Table;
import dev.unroll.tensor.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForecasterTest {
  private static final LocalDateTime START = LocalDateTime.parse("2001-01-01T00:00");
  private static final int N = 6;

  /// A year's wave that grows, with noise.
  private static double[] wave(int n, long seed) {
    var random = CounterRandom.of(seed).stream("wave");
    var values = new double[n];
    for (int t = 0; t < n; t++) {
      values[t] = (100 + t) * (1 + 0.3 * Math.sin(2 * Math.PI * t / 12)) + random.normal(0, t);
    }
    return values;
  }

  private static Series monthly(double... values) {
    return Series.of(values).start(START, TimeStep.months(1));
  }

  private static ForecastTraining quick() {
    return Forecaster.training(Horizon.months(N)).epochs(12);
  }

  @Test
  void aGrowingWaveIsForecastBetterThanBySeasonalNaive() {
    var series = monthly(wave(200, 1));
    var forecaster = Forecaster.train(series, Horizon.months(N));
    var report = forecaster.report();
    assertThat(report.season()).isEqualTo(12);
    assertThat(report.model().mase()).isLessThan(0.7 * report.seasonalNaive().mase());
    assertThat(report.model().crps()).isLessThan(report.model().mae());
    var next = forecaster.forecast(series);
    assertThat(next.length()).isEqualTo(N);
    assertThat(next.at(0).time()).isEqualTo("2017-09");
    assertThat(next.at(5).time()).isEqualTo("2018-02");
    for (int i = 0; i < N; i++) {
      assertThat(next.at(i).quantiles()).isSorted().hasSize(9);
      assertThat(next.at(i).median()).isEqualTo(next.at(i).quantiles().get(4));
    }
    assertThat(forecaster.notes()).contains("200 steps of 1 month; target value",
        "train to 2014-04, validate to 2015-12, test to 2017-08");
  }

  /// From each step of the test part a forecast is made of what came before it alone; the figures
  /// of the report are those of these forecasts.
  @Test
  void theReportIsThatOfForecastsFromThePast() {
    var values = wave(120, 2);
    values[117] = Double.NaN; // behind every window that is read
    var series = monthly(values);
    var forecaster = quick().epochs(2).train(series);
    int train = 120 - 12 - 12;
    var scale = ForecastErrors.seasonalScale(Arrays.copyOf(values, train), 12);
    var truth = new ArrayList<Double>();
    var medians = new ArrayList<Double>();
    var naive = new ArrayList<Double>();
    var seasonal = new ArrayList<Double>();
    var quantiles = new ArrayList<double[]>();
    for (int origin = train + 12; origin + N <= 120; origin++) {
      var forecast = forecaster.forecast(series.first(origin));
      for (int n = 0; n < N; n++) {
        truth.add(values[origin + n]);
        medians.add(forecast.at(n).median());
        quantiles.add(forecast.at(n).quantiles().stream().mapToDouble(q -> q).toArray());
        naive.add(values[origin - 1]);
        seasonal.add(values[origin + n - 12]);
      }
    }
    var y = doubles(truth);
    var report = forecaster.report();
    assertThat(report.windows()).isEqualTo(7);
    assertThat(report.model().mae())
        .isCloseTo(ForecastErrors.mae(y, doubles(medians)), within(1e-4));
    assertThat(report.model().rmse())
        .isCloseTo(ForecastErrors.rmse(y, doubles(medians)), within(1e-4));
    assertThat(report.model().mase())
        .isCloseTo(ForecastErrors.mae(y, doubles(medians)) / scale, within(1e-5));
    assertThat(report.model().smape())
        .isCloseTo(ForecastErrors.smape(y, doubles(medians)), within(1e-6));
    double[] levels = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};
    assertThat(report.model().crps()).isCloseTo(
        QuantileScores.crps(y, quantiles.toArray(double[][]::new), levels), within(1e-4));
    assertThat(report.model().coverage()).isCloseTo(QuantileScores.coverage(y,
        quantiles.stream().mapToDouble(q -> q[0]).toArray(),
        quantiles.stream().mapToDouble(q -> q[8]).toArray()), within(1e-9));
    assertThat(report.nominal()).isCloseTo(0.8, within(1e-12));
    assertThat(report.naive().mae()).isCloseTo(ForecastErrors.mae(y, doubles(naive)), within(1e-4));
    assertThat(report.seasonalNaive().mae())
        .isCloseTo(ForecastErrors.mae(y, doubles(seasonal)), within(1e-4));
    assertThat(report.seasonalNaive().coverage()).isNaN();
    double first = 0;
    for (int i = 0; i < y.length; i += N) {
      first += Double.isNaN(y[i]) ? 0 : Math.abs(y[i] - medians.get(i));
    }
    long known = java.util.stream.IntStream.range(0, y.length)
        .filter(i -> i % N == 0 && !Double.isNaN(y[i])).count();
    assertThat(report.byStep().get(ForecastReport.MODEL).getFirst().mae())
        .isCloseTo(first / known, within(1e-4));
  }

  private static double[] doubles(List<Double> list) {
    return list.stream().mapToDouble(v -> v).toArray();
  }

  /// What comes after the training part changes nothing of what is learned.
  @Test
  void nothingIsLearnedFromThePartThatTests() {
    var values = wave(120, 3);
    var other = values.clone();
    for (int t = 108; t < 120; t++) {
      other[t] = 1e6 + t;
    }
    var one = quick().epochs(2).train(monthly(values));
    var two = quick().epochs(2).train(monthly(other));
    assertThat(two.model().parameters().values())
        .isEqualTo(one.model().parameters().values());
  }

  @Test
  void theSameSeedGivesTheSameBitsOnAnyNumberOfThreads() {
    var series = monthly(wave(100, 4));
    float[] expected = null;
    for (int threads : new int[] {1, 2}) {
      try (var engine = Engine.of(threads)) {
        var found = quick().epochs(2).seed(5).engine(engine).train(series).model().parameters()
            .values();
        assertThat(found).isEqualTo(expected == null ? found : expected);
        expected = found;
      }
    }
  }

  @Test
  void oneFileHoldsAllOfIt(@TempDir Path folder) throws IOException {
    var values = wave(100, 6);
    var columns = new LinkedHashMap<String, double[]>();
    columns.put("a", values);
    columns.put("b", wave(100, 7));
    columns.put("with, comma", wave(100, 8));
    var series = Series.columns(columns).target("a", "with, comma").past("b")
        .start(START, TimeStep.months(1));
    var forecaster = quick().epochs(2).train(series);
    var path = folder.resolve("next.unroll");
    forecaster.save(path);
    var again = Forecaster.load(path);
    assertThat(again.forecast(series)).isEqualTo(forecaster.forecast(series));
    assertThat(again.report()).isEqualTo(forecaster.report());
    assertThat(again.report()).hasToString(forecaster.report().toString());
    assertThat(again.notes()).isEqualTo(forecaster.notes());
    assertThat(again.targets()).containsExactly("a", "with, comma");
    assertThat(again.past()).containsExactly("b");
    assertThat(Model.load(path)).isInstanceOf(SequenceToVector.class);
    forecaster.model().save(path);
    assertThatThrownBy(() -> Forecaster.load(path)).isInstanceOf(FormatException.class)
        .hasMessageContaining("holds a model, but no task; expected one that was made to forecast");
    var csv = folder.resolve("next.csv");
    again.forecast(series).writeCsv(csv);
    var lines = Files.readAllLines(csv);
    assertThat(lines).hasSize(1 + 2 * N);
    assertThat(lines.getFirst())
        .isEqualTo("time,target,q0.1,q0.2,q0.3,q0.4,q0.5,q0.6,q0.7,q0.8,q0.9");
    assertThat(lines.get(1)).startsWith("2009-05,a,");
    assertThat(lines.getLast()).startsWith("2009-10,\"with, comma\",");
  }

  @Test
  void badInputIsOneSentence() {
    var series = monthly(wave(100, 6));
    var forecaster = quick().epochs(1).train(series);
    assertThatThrownBy(() -> forecaster.forecast(series.last(20)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "value of The series has 20 steps, but the forecaster reads 24; bring a history of"
                + " at least 24 steps");
    assertThatThrownBy(
        () -> forecaster.forecast(Series.of(wave(100, 1)).start(START, TimeStep.days(1))))
        .hasMessage("The series has a time step of 1 day, but the forecaster learned steps of"
            + " 1 month");
    var other = new LinkedHashMap<String, double[]>();
    other.put("other", wave(100, 1));
    assertThatThrownBy(
        () -> forecaster.forecast(Series.columns(other).start(START, TimeStep.months(1))))
        .hasMessage("The series has no column value; it has other.");
    assertThatThrownBy(() -> quick().train(monthly(wave(15, 1))))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "3 steps are left to train on, but a window of 8 steps and a horizon of 6 need at"
                + " least 14; bring a longer series, or give a shorter horizon, window or season");
    assertThatThrownBy(() -> quick().train(monthly(wave(6, 1))))
        .isInstanceOf(DataException.class).hasMessageContaining("6 steps");
    assertThatThrownBy(() -> quick().season(80).train(series))
        .hasMessage(
            "a season of 80 steps needs more than as many to train on, but there are 80; give a"
                + " shorter season, or 1 for none");
    assertThatThrownBy(() -> Forecaster.train(series, Horizon.hours(3)))
        .hasMessage("the horizon of 3 hours is no whole number of steps of 1 month; give it as"
            + " Horizon.steps(…)");
    assertThatThrownBy(() -> quick().quantiles(0.1, 0.9))
        .hasMessageContaining("with 0.5 among them");
    assertThatThrownBy(() -> quick().quantiles(0.5, 0.1))
        .hasMessageContaining("ascending");
    assertThatThrownBy(() -> forecaster.forecast(series).at(0).quantile(0.95))
        .hasMessageContaining("0.1 to 0.9 were learned");
    assertThatThrownBy(() -> quick().train(monthly(filled(100, Double.NaN))))
        .isInstanceOf(DataException.class);
  }

  private static double[] filled(int n, double value) {
    var filled = new double[n];
    Arrays.fill(filled, value);
    return filled;
  }

  /// A constant series has no spread, neither as a whole nor in a window.
  @Test
  void aConstantSeriesStaysWhereItIs() {
    var forecaster = quick().train(monthly(filled(100, 7)));
    assertThat(forecaster.forecast(monthly(filled(50, 7))).at(3).median())
        .isCloseTo(7, within(0.05));
    assertThat(forecaster.report().seasonalNaive().mae()).isZero();
  }

  /// A wave that a covariate announces: nothing but the covariate says what comes.
  @Test
  void whatIsKnownAheadIsUsed() {
    var random = CounterRandom.of(9).stream("steps");
    int n = 400;
    var a = new double[n + N];
    var b = new double[n + N];
    for (int t = 0; t < n + N; t++) {
      b[t] = random.uniform(0, t) < 0.5 ? 0 : 1;
      a[t] = t < n ? 10 + 4 * b[t] : Double.NaN;
    }
    var columns = new LinkedHashMap<String, double[]>();
    columns.put("a", a);
    columns.put("b", b);
    var series = Series.columns(columns).target("a").known("b");
    var forecaster = Forecaster.training(Horizon.steps(N)).season(1).epochs(40).train(series);
    assertThat(forecaster.report().model().mase())
        .isLessThan(0.5 * forecaster.report().naive().mase());
    var next = forecaster.forecast(series);
    assertThat(next.at(0).time()).isEqualTo("401");
    for (int i = 0; i < N; i++) {
      assertThat(next.at(i).median()).as("step %d", i).isCloseTo(10 + 4 * b[n + i], within(1.5));
    }
    assertThatThrownBy(() -> forecaster.forecast(series.first(n + 2)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "b is known up to 402, but the forecast needs it up to 406; bring rows with it, and"
                + " with nothing in a");
  }

  /// Many series in one table, one after another; one of them is too short to learn from.
  @Test
  void manySeriesAreReadByTheSameWeights() {
    var columns = new LinkedHashMap<String, List<String>>();
    for (var name : List.of("shop", "month", "sales")) {
      columns.put(name, new ArrayList<>());
    }
    int[] lengths = {90, 70, 30};
    for (int shop = 0; shop < lengths.length; shop++) {
      var values = wave(lengths[shop], shop);
      for (int t = 0; t < values.length; t++) {
        columns.get("shop").add("shop " + shop);
        columns.get("month").add(START.plusMonths(t).toString().substring(0, 7));
        columns.get("sales").add(Double.toString(values[t]));
      }
    }
    var table = Table.of("shops.csv", columns);
    var series = Series.of(table).id("shop").time("month");
    var forecaster = quick().epochs(2).train(series);
    assertThat(forecaster.notes()).contains(
        "1 of 3 series are shorter than a window and a horizon: nothing is learned from them");
    var next = forecaster.forecast(forecaster.read(table));
    assertThat(next.lines()).extracting(Forecast.Line::id)
        .containsExactly("shop 0", "shop 1", "shop 2");
    assertThat(next.toString()).startsWith("id,time,q0.1").contains("\nshop 1,2006-11,");
    // Each is scaled by its own training part, and read alone.
    var alone = forecaster.forecast(series.first(70));
    assertThat(alone.lines().get(1)).isEqualTo(next.lines().get(1));
    assertThatThrownBy(next::line).hasMessageContaining("the forecast has 3 lines");
    assertThatThrownBy(() -> next.of("sales")).hasMessageContaining("3 lines of sales");
  }

  /// The number of a series among those that were learned had been its place in the history: the
  /// second of two was read as the first where it stood alone, and a third wrote over other
  /// numbers.
  @Test
  void aSeriesIsToldByItsNameWhereverItStands() {
    var both = shops("a", "b");
    var forecaster = quick().epochs(3).train(both);
    var lines = forecaster.forecast(both).lines();
    assertThat(forecaster.forecast(both.only(List.of("b"))).lines())
        .containsExactly(lines.getLast());
    assertThat(forecaster.forecast(shops("a", "aa", "b")).lines())
        .contains(lines.getFirst(), lines.getLast()).hasSize(3);
  }

  private static Series shops(String... names) {
    var columns = new LinkedHashMap<String, List<String>>();
    for (var name : List.of("shop", "month", "sales")) {
      columns.put(name, new ArrayList<>());
    }
    for (var name : names) {
      var values = wave(90, name.hashCode());
      for (int t = 0; t < values.length; t++) {
        columns.get("shop").add(name);
        columns.get("month").add(START.plusMonths(t).toString().substring(0, 7));
        columns.get("sales").add(Double.toString(values[t]));
      }
    }
    return Series.of(Table.of("shops.csv", columns)).id("shop").time("month");
  }

  /// Where nothing repeats itself the seasonal naive forecast is the naive one, and is not shown
  /// twice.
  @Test
  void withoutASeasonTheReportHasTwoRows() {
    var random = CounterRandom.of(11).stream("walk");
    var walk = new double[200];
    for (int t = 1; t < walk.length; t++) {
      walk[t] = walk[t - 1] + random.normal(0, t);
    }
    var report = Forecaster.training(Horizon.steps(3)).epochs(1).train(Series.of(walk)).report();
    assertThat(report.season()).isEqualTo(1);
    assertThat(report.seasonalNaive().mae()).isEqualTo(report.naive().mae());
    assertThat(report.toString()).contains("no season").contains("\nnaive ");
    assertThat(report.toString().lines().filter(line -> line.startsWith("seasonal naive")))
        .isEmpty();
  }

  @Test
  void aForecasterTestsOnOtherData() {
    var forecaster = quick().epochs(3).train(monthly(wave(150, 6)));
    var report = forecaster.test(monthly(wave(60, 7)));
    assertThat(report.windows()).isEqualTo(60 - forecaster.lookBack() - N + 1);
    assertThat(report.model().mase()).isNotNaN();
    assertThatThrownBy(() -> forecaster.test(monthly(wave(20, 7))))
        .hasMessageContaining("is shorter than a window of");
  }

  @Test
  void aHorizonIsAsManySteps() {
    assertThat(Horizon.hours(24).steps(TimeStep.minutes(15))).isEqualTo(96);
    assertThat(Horizon.days(2).steps(TimeStep.hours(1))).isEqualTo(48);
    assertThat(Horizon.days(3).steps(new TimeStep(TimeStep.Unit.BUSINESS_DAY, 1))).isEqualTo(3);
    assertThat(Horizon.months(12).steps(TimeStep.months(3))).isEqualTo(4);
    assertThat(Horizon.steps(5).steps(TimeStep.NONE)).isEqualTo(5);
    assertThat(Horizon.minutes(1)).hasToString("1 minute");
    assertThatThrownBy(() -> Horizon.steps(0)).hasMessageContaining("at least 1");
  }

  /// The seasonal naive forecast makes no error: nothing to scale by, and no rounding of floats.
  @Test
  void whatRepeatsExactlyHasNoMaseAndSaysWhy() {
    var values = new double[200];
    for (int t = 0; t < values.length; t++) {
      values[t] = 0.1 * (t % 12);
    }
    var report = quick().epochs(1).train(monthly(values)).report();
    assertThat(report.seasonalNaive().mae()).isZero();
    assertThat(report.toString()).doesNotContain("NaN").contains(
        "MASE is not known, as the seasonal naive forecast makes no error in the training part");
    assertThat(
        report.toString().lines().filter(line -> line.startsWith("model")).toList().getFirst())
        .contains(" – ");
  }

  /// One short series made the training of all others impossible.
  @Test
  void aSeriesThatIsTooShortIsLeftOut() {
    var columns = new LinkedHashMap<String, List<String>>();
    for (var name : List.of("shop", "month", "sales")) {
      columns.put(name, new ArrayList<>());
    }
    int[] lengths = {90, 5, 70};
    for (int shop = 0; shop < lengths.length; shop++) {
      for (int t = 0; t < lengths[shop]; t++) {
        columns.get("shop").add("shop " + shop);
        columns.get("month").add(START.plusMonths(t).toString().substring(0, 7));
        columns.get("sales").add(Double.toString(wave(90, shop)[t]));
      }
    }
    var series = Series.of(Table.of("shops.csv", columns));
    var forecaster = quick().epochs(1).train(series);
    assertThat(forecaster.notes()).contains("3 series, 165 steps of"
        + " 1 month; time month; id shop; target sales",
        "left out, as they are too short for a horizon of 6: shop 1 (5 steps)",
        "1 epoch of 86 windows in batches of 16");
    var again = forecaster.read(Table.of("shops.csv", columns));
    assertThat(forecaster.forecast(forecaster.longEnough(again)).lines())
        .extracting(Forecast.Line::id).containsExactly("shop 0", "shop 2");
    assertThatThrownBy(() -> forecaster.longEnough(again.first(9)))
        .hasMessageContaining("has no series of at least 24 steps");
    assertThatThrownBy(() -> quick().train(series.only(List.of("shop 1"))))
        .hasMessageContaining("the series shop 1 has 5 steps, too few");
  }

  /// The steps of the training are made again of the rows of a history.
  @Test
  void aHistoryIsAggregatedAsInTheTraining(@TempDir Path folder) throws IOException {
    var columns = new LinkedHashMap<String, List<String>>();
    columns.put("date", new ArrayList<>());
    columns.put("v", new ArrayList<>());
    for (int t = 0; t < 2000; t++) {
      columns.get("date").add(START.plusMinutes(17L * t + t % 5).toString());
      columns.get("v").add("" + t % 9);
    }
    var table = Table.of("events.csv", columns);
    var series = Series.of(table).step("6h");
    var forecaster = Forecaster.training(Horizon.steps(3)).epochs(1).train(series);
    var path = folder.resolve("next.unroll");
    forecaster.save(path);
    var again = Forecaster.load(path);
    assertThat(again.step()).isEqualTo(TimeStep.hours(6));
    assertThat(again.forecast(again.read(table))).isEqualTo(forecaster.forecast(series));
  }
}

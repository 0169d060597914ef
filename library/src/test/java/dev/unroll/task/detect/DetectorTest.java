package dev.unroll.task.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.data.DataException;
import dev.unroll.format.FormatException;
import dev.unroll.score.NabScore;
import dev.unroll.score.NabScore.Window;
import dev.unroll.score.NormalTail;
import dev.unroll.series.Series;
import dev.unroll.series.TimeStep;
import dev.unroll.table.Table;
import dev.unroll.task.forecast.Forecaster;
import dev.unroll.tensor.CounterRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectorTest {
  private static final LocalDateTime START = LocalDateTime.parse("2016-01-01T00:00");
  private static final int TRAIN = 400;

  /// A day's wave with noise; from step 600 on it stays at its mean for half a day, at 700 there is
  /// a spike.
  private static double[] wave(int n) {
    var random = CounterRandom.of(2).stream("wave");
    var values = new double[n];
    for (int t = 0; t < n; t++) {
      boolean flat = t >= 600 && t < 612;
      values[t] = (flat ? 0 : 5 * Math.sin(2 * Math.PI * t / 24)) + 20 + 0.3 * random.normal(0, t);
    }
    if (n > 700) {
      values[700] += 8;
    }
    return values;
  }

  private static Series hourly(double... values) {
    return Series.of(values).start(START, TimeStep.hours(1));
  }

  private static List<Judgement> judge(Detector detector, double[] values) {
    var all = new ArrayList<Judgement>();
    var watch = detector.watch();
    for (double value : values) {
      all.add(watch.next(value));
    }
    return all;
  }

  @Test
  void whatIsOddIsFarFromWhatIsExpected() {
    var values = wave(800);
    var detector = Detector.train(hourly(values).first(TRAIN));
    var judged = judge(detector, values);
    // 48 steps are read and 24 later the first forecast is due.
    for (int t = 0; t < 48 + 24 - 1; t++) {
      assertThat(judged.get(t).expected()).isNaN();
      assertThat(judged.get(t).likelihood()).isNaN();
      assertThat(judged.get(t).isJudged()).isFalse();
    }
    assertThat(judged.get(71).expected()).isNotNaN();
    assertThat(judged.get(300).expected()).isCloseTo(20 + 5 * Math.sin(2 * Math.PI * 300 / 24),
        within(1.5));
    assertThat(judged.get(700).alarm()).isTrue();
    assertThat(judged.get(700).likelihood()).isGreaterThan(0.9999);
    assertThat(judged.subList(600, 612)).as("half a day without a wave")
        .anyMatch(Judgement::alarm);
    // One usual value in 10,000 may give an alarm.
    assertThat(judged.subList(TRAIN, 600)).filteredOn(Judgement::alarm).hasSizeLessThan(3);
    for (var one : judged) {
      if (one.isJudged()) {
        assertThat(one.likelihood()).isCloseTo(1 - NormalTail.twoSided(one.distance()),
            within(1e-12));
      }
      assertThat(one.alarm()).isEqualTo(one.distance() > detector.threshold());
    }
  }

  @Test
  void moreAlarmsAreGivenWhereMoreAreWanted() {
    var series = hourly(wave(TRAIN));
    assertThat(Detector.training().alarmRate(0.01).train(series).threshold())
        .isLessThan(Detector.training().alarmRate(1e-6).train(series).threshold());
  }

  @Test
  void oneFileHoldsAllOfIt(@TempDir Path folder) throws IOException {
    var values = wave(TRAIN);
    var detector = Detector.train(hourly(values));
    var path = folder.resolve("watch.unroll");
    detector.save(path);
    var again = Detector.load(path);
    assertThat(judge(again, values)).isEqualTo(judge(detector, values));
    assertThat(again.threshold()).isEqualTo(detector.threshold());
    assertThat(again.notes()).isEqualTo(detector.notes());
    assertThat(again.step()).isEqualTo(TimeStep.hours(1));
    assertThatThrownBy(() -> Forecaster.load(path)).isInstanceOf(FormatException.class)
        .hasMessageContaining("was made to detect, expected one that was made to forecast");
    detector.model().save(path);
    assertThatThrownBy(() -> Detector.load(path))
        .hasMessageContaining("but no task; expected one that was made to detect");
  }

  @Test
  void stepsThatAreLeftOutAreMissing() {
    var values = wave(500);
    var detector = Detector.train(hourly(values).first(TRAIN));
    var plain = detector.watch();
    var timed = detector.watch();
    for (int t = 0; t < 500; t++) {
      boolean there = t % 50 != 7;
      var expected = plain.next(there ? values[t] : Double.NaN);
      if (there) {
        assertThat(timed.next(START.plusHours(t), values[t])).isEqualTo(expected);
      } else {
        assertThat(expected.distance()).isNaN();
        assertThat(expected.alarm()).isFalse();
      }
    }
    assertThatThrownBy(() -> timed.next(START, 1)).isInstanceOf(DataException.class)
        .hasMessageContaining("is before the last one");
    assertThatThrownBy(() -> plain.next(Double.POSITIVE_INFINITY))
        .hasMessageContaining("the value is Infinity");
    timed.clear();
    assertThat(timed.next(START, values[0]).distance()).isNaN();
  }

  @Test
  void badInputIsOneSentence() {
    assertThatThrownBy(() -> Detector.train(hourly(wave(20)))).isInstanceOf(DataException.class)
        .hasMessageContaining("The series has 20 steps, but a window of");
    var columns = new LinkedHashMap<String, double[]>();
    columns.put("a", wave(100));
    columns.put("b", wave(100));
    assertThatThrownBy(() -> Detector.train(Series.columns(columns)))
        .hasMessage("The series has the columns a, b, but a detector watches one; name it by"
            + " target(…)");
    assertThatThrownBy(() -> Detector.training().alarmRate(0))
        .hasMessageContaining("the rate of alarms is 0.0");
    assertThatThrownBy(() -> Detector.training().lead(0)).hasMessageContaining("the lead is 0");
  }

  /// Against a plain mean and deviation of the errors before.
  @Test
  void theSurpriseIsTheDistanceFromTheLastErrors() {
    var random = CounterRandom.of(4).stream("errors");
    var errors = new double[40];
    var ring = new float[3 + 15];
    var surprise = new Surprise();
    for (int t = 0; t < errors.length; t++) {
      float error = (float) (random.normal(0, t) + 0.1 * t);
      errors[t] = error;
      surprise.measure(ring, 3, Math.min(t, 15));
      double found = surprise.distance(error);
      ring[3 + t % 15] = error;
      int from = Math.max(0, t - 15);
      if (t < 10) {
        assertThat(found).isNaN();
        continue;
      }
      double mean = java.util.Arrays.stream(errors, from, t).average().orElseThrow();
      double variance = java.util.Arrays.stream(errors, from, t)
          .map(e -> (e - mean) * (e - mean)).average().orElseThrow();
      assertThat(found).isCloseTo(Math.abs(errors[t] - mean) / Math.sqrt(variance), within(1e-9));
    }
  }

  /// The error of one spike was remembered as it was, so that for the next 2,000 steps nothing was
  /// far enough from the others.
  @Test
  void aSpikeBlindsNobody() {
    var values = wave(TRAIN + 300);
    var detector = Detector.train(hourly(values).first(TRAIN));
    values[TRAIN + 50] += 5000;
    values[TRAIN + 200] += 60;
    var watch = detector.watch();
    var alarms = new ArrayList<Integer>();
    for (int t = 0; t < values.length; t++) {
      if (watch.next(values[t]).alarm()) {
        alarms.add(t);
      }
    }
    assertThat(alarms).contains(TRAIN + 50, TRAIN + 200);
  }

  /// A stream counted a repeated stamp as the next step, so that a day later everything was an hour
  /// off; a file takes the last value of each step.
  @Test
  void aRepeatReplacesAsInAFile() {
    var values = wave(500);
    var detector = Detector.train(hourly(values).first(TRAIN));
    var plain = detector.watch();
    var repeated = detector.watch();
    for (int t = 0; t < 500; t++) {
      var expected = plain.next(values[t]);
      if (t % 30 == 11) {
        repeated.next(START.plusHours(t), values[t] + 4);
        repeated.next(START.plusHours(t), 7);
      }
      var found = repeated.next(START.plusHours(t), values[t]);
      assertThat(found).isEqualTo(expected);
      if (t % 30 == 11) {
        assertThat(repeated.next(START.plusHours(t).plusMinutes(3), Double.NaN))
            .isEqualTo(expected);
      }
    }
  }

  /// The steps before the first forecast counted as usual ones, with a distance of zero.
  @Test
  void whatIsNotJudgedIsNotInTheQuantileOfTheThreshold() {
    var distances = new double[2000];
    java.util.Arrays.fill(distances, 0, 1900, Double.NaN);
    for (int i = 1900; i < 2000; i++) {
      distances[i] = i - 1900;
    }
    assertThat(Distances.threshold(distances, 1e-4))
        .isCloseTo(98 / NormalTail.quantile(0.01) * NormalTail.quantile(1e-4), within(1e-9));
  }

  /// Counted by hand.
  @Test
  void knownAnomaliesGivePrecisionRecallAndF1() {
    double nan = Double.NaN;
    var distances = new double[] {nan, 0, 9, 1, 9, 9, 0, 9, 1, 0, 0, 9, 0, nan};
    var windows = List.of(new Window(4, 6), new Window(9, 10));
    var figures = Distances.figures(distances, 5, windows);
    assertThat(figures.judged()).isEqualTo(12);
    assertThat(figures.alarms()).isEqualTo(5);
    assertThat(figures.precision()).isCloseTo(2 / 5.0, within(1e-12));
    assertThat(figures.recall()).isCloseTo(2 / 5.0, within(1e-12));
    assertThat(figures.f1()).isCloseTo(2 / 5.0, within(1e-12));
    var scores = java.util.Arrays.stream(distances).map(d -> Double.isNaN(d) ? 0 : d).toArray();
    assertThat(figures.nab()).isEqualTo(NabScore.of(List.of(new NabScore.Judged(scores, windows)),
        9, NabScore.Profile.STANDARD).score());
  }

  @Test
  void theReportHasAlarmsBesideTheWindowedGaussian() {
    var values = wave(800);
    var detector = Detector.train(hourly(values).first(TRAIN));
    var report = detector.report();
    assertThat(report.known()).isFalse();
    assertThat(report.detector().judged()).isEqualTo(TRAIN - 71 - 10);
    assertThat(report.baseline().judged()).isEqualTo(TRAIN - 10);
    assertThat(report.detector().threshold()).isEqualTo(detector.threshold());
    assertThat(report.toString()).contains("windowed Gaussian").doesNotContain("recall");
    var known = detector.evaluate(hourly(values), List.of(new Window(600, 611),
        new Window(700, 700)));
    assertThat(known.detector().recall()).isGreaterThan(known.baseline().recall());
    assertThat(known.toString()).contains("precision", "NAB");
    assertThatThrownBy(() -> detector.evaluate(hourly(values), List.of(new Window(790, 900))))
        .hasMessageContaining("has 800 steps, and 1 anomalies are known");
    assertThat(detector).hasToString(String.join("\n", detector.notes()));
    assertThat(detector.notes()).contains("20 epochs");
  }

  @Test
  void ofSeveralSeriesOneIsChosen(@TempDir Path folder) throws IOException {
    var columns = new LinkedHashMap<String, List<String>>();
    for (var name : List.of("shop", "hour", "sales")) {
      columns.put(name, new ArrayList<>());
    }
    for (var shop : List.of("north", "south")) {
      for (int t = 0; t < 200; t++) {
        columns.get("shop").add(shop);
        columns.get("hour").add(START.plusHours(t).toString());
        columns.get("sales").add(Double.toString(wave(200)[t] + shop.length()));
      }
    }
    var table = Table.of("shops.csv", columns);
    var series = Series.of(table);
    assertThatThrownBy(() -> Detector.train(series)).isInstanceOf(DataException.class)
        .hasMessage("shops.csv has 2 series of shop, but a detector watches one; choose it, for"
            + " example by only(\"north\")");
    var detector = Detector.training().epochs(1).train(series.only(List.of("south")));
    assertThat(detector.notes().getFirst())
        .isEqualTo("200 steps of 1 h; time hour; id shop; watches sales of south");
    var path = folder.resolve("watch.unroll");
    detector.save(path);
    var again = Detector.load(path).read(table);
    assertThat(again.tracks()).singleElement().extracting(t -> t.id()).isEqualTo("south");
    assertThat(Detector.load(path).report()).isEqualTo(detector.report());
  }

  /// Series side by side, at times of their own with gaps and repeats, and each alone: the same
  /// bits.
  @Test
  void manySeriesAreWatchedAsEachAlone() {
    var detector = Detector.train(hourly(wave(TRAIN)));
    int series = 70;
    var watches = detector.watches(series);
    var memories = new float[series][watches.layout().size()];
    var alone = Stream.generate(detector::watch).limit(series).toList();
    var values = new double[series];
    var times = new long[series];
    var random = CounterRandom.of(5).stream("events");
    var clock = new long[series];
    var judged = 0;
    for (int t = 0; t < 140; t++) {
      int n = 0;
      var active = new int[series];
      var part = new float[series][];
      for (int i = 0; i < series; i++) {
        double chance = random.uniform(t, i);
        if (chance < 0.2) {
          continue;
        }
        clock[i] += chance < 0.25 ? 0 : chance < 0.3 ? 5 : chance < 0.301 ? 400 : 1;
        active[n] = i;
        part[n] = memories[i];
        values[n] = chance > 0.95 ? Double.NaN : Math.sin(clock[i] / 4.0 + i);
        times[n++] = START.plusHours(clock[i]).toInstant(ZoneOffset.UTC).toEpochMilli();
      }
      watches.next(n, values, times, part);
      for (int j = 0; j < n; j++) {
        var expected = alone.get(active[j]).next(START.plusHours(clock[active[j]]), values[j]);
        assertThat(watches.judgement(j)).isEqualTo(expected);
        judged += expected.isJudged() ? 1 : 0;
      }
    }
    assertThat(judged).isGreaterThan(1000);
  }
}

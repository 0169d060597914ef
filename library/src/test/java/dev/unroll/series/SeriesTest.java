package dev.unroll.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeriesTest {
  private static final double NAN = Double.NaN;

  /// Cells as they would stand in a file.
  record Cells(List<String> names, List<List<String>> lines) implements SeriesRows {
    @Override
    public String source() {
      return "load.csv";
    }

    @Override
    public int rows() {
      return lines.size();
    }

    @Override
    public boolean isNumeric(String name) {
      return texts(name).stream().allMatch(t -> t.isEmpty() || t.matches("-?[0-9.]+"));
    }

    @Override
    public double[] numbers(String name) {
      return texts(name).stream()
          .mapToDouble(t -> t.isEmpty() ? NAN : Double.parseDouble(t)).toArray();
    }

    @Override
    public List<String> texts(String name) {
      return lines.stream().map(row -> row.get(names.indexOf(name))).toList();
    }

    @Override
    public String place(int row, String column) {
      return "load.csv, line %d, column %s".formatted(row + 2, column);
    }
  }

  private static Series table(String header, String... rows) {
    return Series.of(new Cells(List.of(header.split(",")),
        Arrays.stream(rows).map(row -> List.of(row.split(",", -1))).toList()));
  }

  @TempDir
  private Path folder;

  private Series csv(String text) throws IOException {
    return Series.csv(Files.writeString(folder.resolve("load.csv"), text));
  }

  @Test
  void aFileIsReadWithWhatIsOddInItTold() throws IOException {
    var series =
        csv("date,OT,HUFL,shop\n2016-07-01 00:00:00,30.5,5.8,a\n2016-07-01 01:00:00,NA,5.6,a\n"
            + "2016-07-01 02:00:00,27.7,x,a\n" + hours(3, 30)).time("date").target("OT")
            .past("HUFL");
    assertThat(series.notes()).containsExactly(
        "1 value is missing in OT: not asked, filled where they are read",
        "1 cell is no number in HUFL: taken as missing; the first is \"x\" in line 4",
        "1 value is missing in HUFL: filled");
    assertThat(series.step()).isEqualTo(TimeStep.hours(1));
    assertThat(series.timeColumn()).isEqualTo("date");
    var track = series.last(Duration.ofHours(29)).tracks().getFirst();
    assertThat(track.stamp(0)).isEqualTo("2016-07-01 01:00:00");
    assertThat(track.columns()[0][0]).isNaN();
    assertThat(track.columns()[1]).startsWith(5.6, Double.NaN, 3);
  }

  private static String hours(int from, int to) {
    var text = new StringBuilder();
    for (int h = from; h < to; h++) {
      text.append("2016-07-%02d %02d:00:00,%d,%d,a\n".formatted(1 + h / 24, h % 24, h, h));
    }
    return text.toString();
  }

  @Test
  void badFilesAreToldWithTheirLine() throws IOException {
    var head = "date,OT\n";
    assertThatThrownBy(() -> csv(head)).isInstanceOf(DataException.class)
        .hasMessageContaining("load.csv has a head, but no rows");
    var odd = csv(head + "2016-07-01,1\n2016-07-02,2\nyesterday,3\n").time("date");
    assertThatThrownBy(odd::tracks).isInstanceOf(DataException.class).hasMessageEndingWith(
        "load.csv, line 4, column \"date\": \"yesterday\" is no time stamp in the form of "
            + "\"2016-07-02\" in the row before; correct it, or remove the row.");
    var words = csv(head + "2016-07-01,low\n2016-07-02,high\n").target("OT");
    assertThatThrownBy(words::tracks).isInstanceOf(DataException.class)
        .hasMessageContaining("load.csv, line 2, column \"OT\": \"low\" is no number");
    var none = csv(head + "2016-07-01,low\n2016-07-02,high\n");
    assertThatThrownBy(none::tracks).isInstanceOf(DataException.class)
        .hasMessageContaining("load.csv, line 2, column \"OT\": \"low\" is no number");
    var time = csv("date\n2016-07-01\n2016-07-02\n");
    assertThatThrownBy(time::tracks).isInstanceOf(DataException.class)
        .hasMessageContaining("no column is left to be forecast; it has date");
  }

  /// Seconds since 1970 are numbers, so that the name of the column says what they are.
  @Test
  void secondsSince1970AreTimeStamps() throws IOException {
    var series = csv("timestamp,value\n1467331200,1\n1467331260,2\n1467331320,4\n");
    assertThat(series.step()).isEqualTo(TimeStep.minutes(1));
    assertThat(series.targets()).containsExactly("value");
    assertThat(series.tracks().getFirst().stamp(3)).isEqualTo("1467331380");
  }

  @Test
  void rowsOutOfOrderAreSortedAndTold() {
    var series = table("date,a", "2016-01-03,3", "2016-01-01,1", "2016-01-02,2", "2016-01-04,4")
        .time("date");
    assertThat(series.tracks().getFirst().columns()[0]).containsExactly(1, 2, 3, 4);
    assertThat(series.notes()).containsExactly("time stamps go back once: sorted");
    assertThat(series.step()).isEqualTo(TimeStep.days(1));
    assertThat(series.targets()).containsExactly("a");
    assertThat(series).hasToString("4 steps of 1 day");
  }

  @Test
  void descendingRowsAreTurned() {
    var series = table("date,a", "2016-03,3", "2016-02,2", "2016-01,1").time("date");
    assertThat(series.tracks().getFirst().columns()[0]).containsExactly(1, 2, 3);
    assertThat(series.tracks().getFirst().stamp(3)).isEqualTo("2016-04");
    assertThat(series.notes()).containsExactly("time stamps go back 2 times: sorted");
  }

  @Test
  void gapsAndMissingValuesAreTold() {
    var series =
        table("date,a,b", "2016-01-01,1,1", "2016-01-02,,2", "2016-01-05,5,", "2016-01-06,6,6")
            .time("date").target("a").past("b");
    assertThat(series.tracks().getFirst().columns()[0]).containsExactly(1, NAN, NAN, NAN, 5, 6);
    assertThat(series.notes()).containsExactly(
        "1 gap, in which 2 steps are missing: not asked, filled where they are read",
        "1 value is missing in a: not asked, filled where they are read",
        "1 value is missing in b: filled");
  }

  @Test
  void ofTwoRowsWithOneStampTheLastCounts() {
    var series = table("date,a", "2016-01-01,1", "2016-01-02,2", "2016-01-02,7", "2016-01-03,3")
        .time("date");
    assertThat(series.tracks().getFirst().columns()[0]).containsExactly(1, 7, 3);
    assertThat(series.notes()).containsExactly(
        "1 row falls on a step that has one already: the last value of each counts");
  }

  @Test
  void rowsBesideTheirStepAreTakenToTheNearest() {
    var series = table("date,a", "2016-01-01 00:00,0", "2016-01-01 01:00,1", "2016-01-01 02:00,2",
        "2016-01-01 03:07,3", "2016-01-01 04:00,4").time("date");
    assertThat(series.tracks().getFirst().columns()[0]).containsExactly(0, 1, 2, 3, 4);
    assertThat(series.notes()).containsExactly(
        "1 row lies between two steps of 1 h: taken to the nearer one");
  }

  @Test
  void theTimeColumnIsFound() {
    var series = table("shop,when,a", "x,2016-01-01,1", "x,2016-01-02,2");
    assertThat(series.targets()).containsExactly("a");
    assertThat(series.tracks().getFirst().stamp(1)).isEqualTo("2016-01-02");
    assertThat(series.timeColumn()).isEqualTo("when");
  }

  @Test
  void rowsOfSeveralSeriesAreToldApart() {
    var series = table("id,date,a", "x,2016-01-01,1", "y,2016-01-02,7", "x,2016-01-02,2",
        "y,2016-01-01,6", "x,2016-01-03,3").id("id").time("date");
    assertThat(series.tracks()).extracting(Track::id).containsExactly("x", "y");
    assertThat(series.tracks().get(0).columns()[0]).containsExactly(1, 2, 3);
    assertThat(series.tracks().get(1).columns()[0]).containsExactly(6, 7);
  }

  @Test
  void valuesInMemoryNeedNoTime() {
    var series = Series.of(1, 2, 3, NAN, 5);
    assertThat(series.step()).isEqualTo(TimeStep.NONE);
    assertThat(series.tracks().getFirst().stamp(0)).isEqualTo("1");
    assertThat(series.notes()).containsExactly(
        "1 value is missing in value: not asked, filled where they are read");
    assertThatThrownBy(() -> series.last(Duration.ofDays(1)))
        .hasMessageContaining("has no time stamps");
    assertThat(series.last(2).tracks().getFirst().columns()[0]).containsExactly(NAN, 5);
    assertThat(series.last(2).tracks().getFirst().stamp(0)).isEqualTo("4");
  }

  @Test
  void aTimeOfTheLastStepsIsCut() {
    var start = LocalDateTime.parse("2016-01-01T00:00");
    var values = IntStream.range(0, 100).asDoubleStream().toArray();
    var series = Series.of(values).start(start, TimeStep.hours(1)).last(Duration.ofDays(2));
    assertThat(series.tracks().getFirst().length()).isEqualTo(48);
    assertThat(series.tracks().getFirst().stamp(0)).isEqualTo("2016-01-03T04:00");
    assertThat(series.tracks().getFirst().columns()[0][47]).isEqualTo(99);
    // What is chosen afterwards leaves the cut as it is.
    assertThat(series.first(3).target("value").tracks().getFirst().columns()[0])
        .containsExactly(52, 53, 54);
  }

  @Test
  void badInputIsOneSentence() {
    assertThatThrownBy(() -> table("date,a", "2016-01-01,1").time("day").tracks())
        .isInstanceOf(DataException.class)
        .hasMessage("load.csv has no column day; it has date, a.");
    assertThatThrownBy(() -> table("date,a", "2016-01-01,1").target("a").past("a").tracks())
        .hasMessageContaining("the column a is given for two purposes");
    assertThatThrownBy(() -> table("date,a", "2016-01-01,1", "2016-01-01,2").time("date").tracks())
        .hasMessageContaining("no two time stamps differ");
    assertThatThrownBy(() -> table("date,a").time("date").tracks())
        .hasMessage("load.csv has no rows, expected at least two steps.");
    assertThatThrownBy(() -> table("date,a", "2016-01-01,1", "x,2").time("date").tracks())
        .hasMessageStartingWith("load.csv, line 3, column date: \"x\" is no time stamp in the form"
            + " of \"2016-01-01\" in the row before");
    assertThatThrownBy(() -> Series.of(1, Double.POSITIVE_INFINITY).tracks())
        .hasMessage(
            "The series, step 1, value is Infinity, expected a finite number, or none where it"
                + " is missing.");
    var columns = new LinkedHashMap<String, double[]>();
    columns.put("a", new double[3]);
    columns.put("b", new double[4]);
    assertThatThrownBy(() -> Series.columns(columns))
        .hasMessage("The series has 3 values in a, but 4 in b; give as many.");
  }

  /// A stamp far from the others would make a series of a billion steps.
  @Test
  void aSeriesOfWhichNearlyAllIsMissingIsRefused() {
    var rows = new ArrayList<String>();
    for (int i = 0; i < 50; i++) {
      rows.add("2016-01-01 00:%02d,1".formatted(i));
    }
    rows.add("2026-01-01 00:00,1");
    assertThatThrownBy(() -> table("date,a", rows.toArray(String[]::new)).time("date").tracks())
        .isInstanceOf(DataException.class).hasMessageContaining("steps of 1 min");
  }

  @Test
  void theSeasonIsThatOfTheStepOrOfTheAutocorrelation() {
    var wave = IntStream.range(0, 400)
        .mapToDouble(t -> Math.sin(2 * Math.PI * t / 17) + 0.01 * t).toArray();
    assertThat(Season.ofAutocorrelation(wave)).isEqualTo(17);
    assertThat(Season.of(TimeStep.hours(1), List.of(wave))).isEqualTo(24);
    assertThat(Season.of(TimeStep.NONE, List.of(wave))).isEqualTo(17);
    var line = IntStream.range(0, 400).mapToDouble(t -> 3 + 0.5 * t).toArray();
    assertThat(Season.ofAutocorrelation(line)).isEqualTo(1);
    assertThat(Season.ofAutocorrelation(new double[] {1, 2})).isEqualTo(1);
    assertThat(Season.ofAutocorrelation(new double[0])).isEqualTo(1);
  }

  /// A time that was given was always written in ISO 8601, whatever it looked like.
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"2016-07-01 13:00|1h|2016-07-01 15:00",
    "7/1/2016|1d|7/3/2016", "2016-07|1month|2016-09", "2016-07-01|1h|2016-07-01T02:00",
    "2016-07-01 13:00|30s|2016-07-01T13:01:00", "1467331200|1min|1467331320",
    "2016-07-01T13:00:00+02:00|1h|2016-07-01T15:00:00+02:00"})
  void timesAreWrittenLikeTheStart(String start, String step, String third) {
    var track = Series.of(1, 2).start(start, TimeStep.parse(step)).tracks().getFirst();
    assertThat(track.stamp(2)).isEqualTo(third);
  }

  /// At full minutes the seconds were left out: 12:00, 12:00:30, 12:01.
  @Test
  void isoTimesOfASeriesHaveOneForm() {
    var noon = LocalDateTime.parse("2016-01-04T12:00");
    var seconds = Series.of(1, 2).start(noon, TimeStep.parse("30s")).tracks().getFirst();
    assertThat(IntStream.range(0, 3).mapToObj(seconds::stamp)).containsExactly(
        "2016-01-04T12:00:00", "2016-01-04T12:00:30", "2016-01-04T12:01:00");
    var odd = Series.of(1, 2).start(noon.plusSeconds(1), TimeStep.hours(1)).tracks().getFirst();
    assertThat(odd.stamp(1)).isEqualTo("2016-01-04T13:00:01");
    var fine = Series.of(1, 2).start(noon.plusNanos(250_000_000), TimeStep.seconds(1)).tracks()
        .getFirst();
    assertThat(fine.stamp(0)).isEqualTo("2016-01-04T12:00:00.250");
  }

  @Test
  void theCalendarHasTheCyclesOfWhichThereAreTwo() {
    var hour = TimeStep.hours(1);
    assertThat(Calendar.of(hour, 8640).cycles())
        .containsExactly(Calendar.Cycle.DAY, Calendar.Cycle.WEEK);
    assertThat(Calendar.of(TimeStep.months(1), 36).cycles()).containsExactly(Calendar.Cycle.YEAR);
    assertThat(Calendar.of(TimeStep.days(1), 800).cycles())
        .containsExactly(Calendar.Cycle.WEEK, Calendar.Cycle.YEAR);
    assertThat(Calendar.of(TimeStep.days(7), 800).cycles()).containsExactly(Calendar.Cycle.YEAR);
    assertThat(Calendar.of(TimeStep.NONE, 800).cycles()).isEmpty();
    var start = LocalDateTime.parse("2016-01-04T06:00"); // a Monday
    var track = Series.of(1, 2).start(start, hour).tracks().getFirst();
    var numbers = Calendar.of(hour, 8640).of(track, 13);
    assertThat(numbers).hasSize(13 * 4);
    assertThat((double) numbers[0]).isCloseTo(1, within(1e-6));     // a quarter of a day
    assertThat((double) numbers[12 * 4]).isCloseTo(-1, within(1e-6)); // three quarters
    assertThat((double) numbers[2]).isCloseTo(Math.sin(2 * Math.PI * 6 / 168), within(1e-6));
  }

  /// An empty cell does not replace a value of the same step, as a stream does not either.
  @Test
  void ofRowsWithOneStampTheLastValueCounts() {
    var series = table("date,a", "2016-01-01,1", "2016-01-02,2", "2016-01-02,", "2016-01-03,3")
        .time("date");
    assertThat(series.tracks().getFirst().columns()[0]).containsExactly(1, 2, 3);
  }
}

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
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  private Series from(String name) {
    return Series.csv(folder.resolve(name));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private static String rows(int n, java.util.function.IntFunction<String> row) {
    return IntStream.range(0, n).mapToObj(row).collect(java.util.stream.Collectors.joining());
  }

  private static LocalDateTime hour(int h) {
    return LocalDateTime.of(2024, 1, 1, 0, 0).plusHours(h);
  }

  /// A date column that nobody understood was dropped without a word, and files with the newest row
  /// first were read backwards.
  @Test
  void aDateColumnThatIsNotUnderstoodIsAnError() throws IOException {
    write("odd.csv", "date,v\n" + rows(9, h -> "01st of Jan %d,1\n".formatted(h)));
    assertThatThrownBy(from("odd.csv")::tracks).isInstanceOf(DataException.class)
        .hasMessageContaining("the column \"date\" looks like dates, but \"01st of Jan 0\" is in no"
            + " form that is known: yyyy-MM-dd, ")
        .hasMessageContaining("time(…)").hasMessageContaining("withoutTime()");
    write("when.csv", "when,v\n" + rows(9, h -> "2024.1-%d,1\n".formatted(h + 1)));
    assertThatThrownBy(from("when.csv")::tracks).hasMessageContaining("the column \"when\"");
    assertThat(from("when.csv").withoutTime().step()).isEqualTo(TimeStep.NONE);
    write("names.csv", "month,v\n" + rows(9, h -> "11-Feb-2024 %02d:00,%d\n".formatted(15 - h, h)));
    var newestFirst = from("names.csv");
    assertThat(newestFirst.step()).isEqualTo(TimeStep.hours(1));
    assertThat(newestFirst.tracks().getFirst().columns()[0]).startsWith(8, 7, 6);
    assertThat(newestFirst.timeColumn()).isEqualTo("month");
  }

  /// The first cell alone decided whether a column has time stamps.
  @Test
  void aBlankFirstStampIsAnErrorLikeEveryOther() throws IOException {
    write("blank.csv", "date,v\n,1\n" + rows(9, h -> "2024-01-0%d,1\n".formatted(h + 1)));
    assertThatThrownBy(from("blank.csv")::tracks).isInstanceOf(DataException.class)
        .hasMessageEndingWith("blank.csv, line 2, column \"date\": there is no time stamp; fill it"
            + " in, or remove the row.");
  }

  private static String shops(String head, String shop) {
    var text = new StringBuilder(head);
    for (int s = 1; s <= 3; s++) {
      for (int h = 0; h < 40; h++) {
        text.append(shop.formatted(s, hour(h), s * 1000.5 + h));
      }
    }
    return text.toString();
  }

  /// Rows of several shops overwrote each other where no id was given.
  @Test
  void manyRowsWithOneStampAreSeveralSeries() throws IOException {
    write("text.csv", shops("store,date,sales\n", "shop %d,%s,%s\n"));
    for (var file : List.of("text.csv", "code.csv")) {
      write("code.csv", shops("store,date,sales\n", "%d,%s,%s\n"));
      var series = from(file);
      assertThat(series.idColumn()).isEqualTo("store");
      assertThat(series.targets()).containsExactly("sales");
      assertThat(series.tracks()).hasSize(3);
      assertThat(series.tracks().get(1).columns()[0]).startsWith(2001, 2002);
      assertThat(series.notes()).contains(
          "many rows have the same time stamp, and store tells them apart: taken as the id of"
              + " the series");
    }
    assertThat(from("text.csv").only(List.of("shop 2")).tracks()).extracting(Track::id)
        .containsExactly("shop 2");
    assertThatThrownBy(from("text.csv").only(List.of("shop 7"))::tracks)
        .hasMessageContaining("none of the series that are asked for");
    write("none.csv", shops("date,sales\n", "%2$s,%3$s\n"));
    assertThatThrownBy(from("none.csv")::tracks).isInstanceOf(DataException.class)
        .hasMessageContaining("80 of 120 rows have the time stamp of another row")
        .hasMessageContaining("id(…)");
    write("near.csv", shops("store,date,sales\n", "shop %d,%s,%s\n")
        + "shop 1,2024-01-01T00:00,7\n");
    assertThatThrownBy(from("near.csv")::tracks).hasMessageContaining("id(\"store\")");
  }

  @Test
  void aDateAndATimeOfDayAreJoined() throws IOException {
    write("two.csv", "time,date,v\n" + rows(50, h -> "%02d:00,%s,%d\n".formatted(h % 24,
        hour(h).toLocalDate(), h)));
    for (var series : List.of(from("two.csv"), from("two.csv").time("date"))) {
      assertThat(series.step()).isEqualTo(TimeStep.hours(1));
      assertThat(series.targets()).containsExactly("v");
      assertThat(series.notes())
          .containsExactly("the time stamps are those of date and time together");
      assertThat(series.tracks().getFirst().stamp(50)).isEqualTo("2024-01-03 02:00");
    }
  }

  @Test
  void aCountThatGivesAnUnlikelyYearIsDoubted() throws IOException {
    write("count.csv", "timestamp,v\n" + rows(9, h -> "%d,1\n".formatted(200_000_000 + 60 * h)));
    assertThat(from("count.csv").notes().getFirst()).contains("timestamp is read as seconds since"
        + " 1970, so that \"200000000\" is in the year 1976");
  }

  /// SeriesRows with decimal commas were text, and left out without a word.
  @Test
  void decimalCommasAreNumbersAndTextIsToldWhereItIsLeftOut() throws IOException {
    write("de.csv", "date;load;temp;weather\n" + rows(30, h -> "%02d.01.2024;%d,53;%d;sun\n"
        .formatted(h + 1, 98 + h, h)));
    var series = from("de.csv");
    assertThat(series.targets()).containsExactly("load", "temp");
    assertThat(series.tracks().getFirst().columns()[0]).startsWith(98.53, 99.53);
    assertThat(series.notes()).containsExactly("load has decimal commas",
        "left out: weather (text, first \"sun\")");
    assertThat(series.tracks().getFirst().stamp(30)).isEqualTo("31.01.2024");
    write("unit.csv", "date,load,temp\n" + rows(9, h -> "2024-01-0%d,98.53 kW,%d\n"
        .formatted(h + 1, h)));
    assertThat(from("unit.csv").notes())
        .containsExactly("left out: load (text, first \"98.53 kW\")");
    assertThat(from("unit.csv").target("temp").notes()).isEmpty();
  }

  /// Events at random times became a series of which most steps were missing or overwritten.
  @Test
  void eventsAtAnyTimesAreRefusedAndMadeIntoStepsOnRequest() throws IOException {
    var random = new java.util.Random(3);
    write("events.csv", "date,v\n" + rows(300,
        h -> "%s,%d\n".formatted(hour(0).plusSeconds(random.nextInt(86400 * 30)), h % 7)));
    assertThatThrownBy(from("events.csv")::tracks).isInstanceOf(DataException.class)
        .hasMessageContaining("the rows come at irregular times")
        .hasMessageContaining("step(\"6h\")");
    var daily = from("events.csv").step(TimeStep.days(1), Aggregate.SUM);
    assertThat(daily.step()).isEqualTo(TimeStep.days(1));
    double sum = Arrays.stream(daily.tracks().getFirst().columns()[0]).sum();
    assertThat(sum).isEqualTo(IntStream.range(0, 300).map(h -> h % 7).sum());
    assertThat(daily.notes()).contains("300 rows are made into 30 steps of 1 day by their sum");
    write("six.csv", "date,v\n2024-01-01 00:10,1\n2024-01-01 00:50,3\n2024-01-01 02:59,8\n");
    assertThat(from("six.csv").step("1h").tracks().getFirst().columns()[0])
        .containsExactly(2, NAN, 8);
    assertThat(from("six.csv").step("1h").tracks().getFirst().stamp(1))
        .isEqualTo("2024-01-01 01:00");
    assertThatThrownBy(() -> from("six.csv").step("1 fortnight"))
        .hasMessageContaining("the time step is 1 fortnight, expected a time such as");
  }

  @Test
  void theHoursOfSummerTimeAreCalledSo() throws IOException {
    write("spring.csv", "date,v\n" + rows(48,
        h -> h == 26 ? ""
            : "%s,%d\n".formatted(LocalDateTime.of(2024, 3, 30, 0, 0).plusHours(h), h)));
    assertThat(from("spring.csv").notes()).containsExactly("the hour that the beginning of summer"
        + " time skips, 2024-03-31, is missing: filled where it is read");
    write("autumn.csv", "date,v\n" + rows(48,
        h -> "%s,%d\n".formatted(LocalDateTime.of(2024, 10, 26, 0, 0).plusHours(h > 26 ? h - 1 : h),
            h)));
    assertThat(from("autumn.csv").notes()).containsExactly("1 row lies in the hour that the end of"
        + " summer time repeats, 2024-10-27: the last value of each step counts");
    assertThat(from("autumn.csv").tracks().getFirst().columns()[0]).startsWith(0, 1)
        .contains(27).doesNotContain(26);
  }

  /// An empty cell does not replace a value of the same step, as a stream does not either.
  @Test
  void ofRowsWithOneStampTheLastValueCounts() {
    var series = table("date,a", "2016-01-01,1", "2016-01-02,2", "2016-01-02,", "2016-01-03,3")
        .time("date");
    assertThat(series.tracks().getFirst().columns()[0]).containsExactly(1, 2, 3);
  }

  @Test
  void timeStampsAreWrittenAsTheyWere() throws IOException {
    var last = LocalDateTime.of(2024, 2, 11, 14, 0);
    for (var row : List.of("11/02/2024 02:00 PM|dd/MM/yyyy hh:mm a|11/02/2024 03:00 PM",
        "x|d.M.yy H:mm|11.2.24 15:00", "x|dd-MMM-yyyy HH:mm|11-Feb-2024 15:00",
        "x|yyyyMMddHHmm|202402111500",
        "x|yyyy-MM-dd HH:mm:ss.SSSSSS|2024-02-11 15:00:00.000000",
        "x|yyyy-MM-dd'T'HH:mm:ss'+02:00'|2024-02-11T15:00:00+02:00",
        "x|yyyy-MM-dd'T'HH:mm'Z'|2024-02-11T15:00Z",
        "x|yyyy-MM-dd'T'HH:mm:ss'+01:00[Europe/Berlin]'"
            + "|2024-02-11T15:00:00+01:00[Europe/Berlin]")) {
      var parts = row.split("\\|");
      var form = DateTimeFormatter.ofPattern(parts[1], Locale.US);
      write("any.csv", "date,v\n" + rows(200,
          h -> "%s,1\n".formatted(last.minusHours(199 - h).format(form))));
      assertThat(from("any.csv").tracks().getFirst().stamp(200)).isEqualTo(parts[2]);
    }
  }

  /// Noise of a tenth moved the highest peak of the differences to the lag beside it.
  @Test
  void theSeasonIsFoundWithNoise() {
    for (int season : new int[] {7, 12, 24, 36}) {
      for (int seed = 0; seed < 20; seed++) {
        var random = new java.util.Random(seed);
        var noisy = IntStream.range(0, 1500).mapToDouble(t -> 100
            + 20 * Math.sin(2 * Math.PI * t / season) + 5 * Math.sin(2 * Math.PI * t / 168)
            + random.nextGaussian() * 2).toArray();
        assertThat(Season.ofAutocorrelation(noisy)).as("%d, seed %d", season, seed)
            .isEqualTo(season);
      }
    }
  }
}

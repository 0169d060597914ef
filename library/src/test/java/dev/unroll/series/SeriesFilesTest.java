package dev.unroll.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files as people have them: other stamps, orders and numbers.
class SeriesFilesTest {
  @TempDir
  private Path folder;

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
        .containsExactly(2, Double.NaN, 8);
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

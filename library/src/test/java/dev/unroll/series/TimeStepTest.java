package dev.unroll.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TimeStepTest {
  private static TimeStep between(String... times) {
    return TimeStep.between(Stream.of(times).map(LocalDateTime::parse)
        .mapToLong(TimeStep::stamp).toArray());
  }

  @Test
  void theStepIsThatOfMostNeighbours() {
    assertThat(between("2016-07-01T00:00", "2016-07-01T01:00", "2016-07-01T02:00",
        "2016-07-01T05:00")).isEqualTo(TimeStep.hours(1)).hasToString("1 h");
    assertThat(between("2016-01-31T00:00", "2016-02-29T00:00", "2016-03-31T00:00"))
        .isEqualTo(TimeStep.months(1)).hasToString("1 month");
    assertThat(between("2016-01-01T00:00", "2016-04-01T00:00", "2016-07-01T00:00"))
        .isEqualTo(TimeStep.months(3));
    assertThat(between("2016-01-01T00:00", "2017-01-01T00:00")).hasToString("1 year");
    assertThat(between("2016-01-01T00:00", "2016-01-02T00:00")).isEqualTo(TimeStep.days(1));
    assertThat(between("2016-01-01T00:00", "2016-01-01T00:00:00.250")).hasToString("250 ms");
  }

  @Test
  void daysWithoutWeekendsAreWorkingDays() {
    long monday = TimeStep.stamp(LocalDateTime.parse("2016-07-04T17:00"));
    var stamps = LongStream.range(0, 30).filter(d -> d % 7 < 5)
        .map(d -> monday + d * TimeStep.DAY).toArray();
    var step = TimeStep.between(stamps);
    assertThat(step).hasToString("1 working day");
    assertThat(step.usualSeason()).isEqualTo(5);
    for (int i = 0; i < stamps.length; i++) {
      assertThat(step.steps(stamps[0], stamps[i])).isEqualTo(i);
      assertThat(step.stamp(stamps[0], i)).isEqualTo(stamps[i]);
      assertThat(step.steps(stamps[7], stamps[i])).isEqualTo(i - 7);
    }
  }

  @Test
  void stepsAndStampsAreInverse() {
    var steps = new TimeStep[] {TimeStep.seconds(7), TimeStep.minutes(15), TimeStep.hours(1),
      TimeStep.days(7), TimeStep.months(1), TimeStep.months(3)};
    for (var start : new String[] {"1965-01-31T00:00", "2016-02-29T00:00", "2016-07-01T13:00"}) {
      long from = TimeStep.stamp(LocalDateTime.parse(start));
      for (var step : steps) {
        for (int i = -50; i < 50; i++) {
          assertThat(step.steps(from, step.stamp(from, i))).as("%s, %s", start, step).isEqualTo(i);
        }
      }
    }
  }

  @Test
  void monthsThatBeginAtTheirEndStayThere() {
    long start = TimeStep.stamp(LocalDateTime.parse("2016-02-29T00:00"));
    assertThat(TimeStep.time(TimeStep.months(1).stamp(start, 1)))
        .isEqualTo(LocalDateTime.parse("2016-03-31T00:00"));
  }

  @Test
  void usualSeasons() {
    assertThat(TimeStep.hours(1).usualSeason()).isEqualTo(24);
    assertThat(TimeStep.minutes(5).usualSeason()).isEqualTo(288);
    assertThat(TimeStep.days(1).usualSeason()).isEqualTo(7);
    assertThat(TimeStep.days(7).usualSeason()).isEqualTo(52);
    assertThat(TimeStep.months(1).usualSeason()).isEqualTo(12);
    assertThat(TimeStep.months(3).usualSeason()).isEqualTo(4);
    assertThat(TimeStep.months(12).usualSeason()).isEqualTo(1);
    assertThat(TimeStep.seconds(1).usualSeason()).isEqualTo(60);
    assertThat(TimeStep.hours(5).usualSeason()).isEqualTo(1);
    assertThat(TimeStep.NONE.usualSeason()).isEqualTo(1);
  }
}

package dev.unroll.train.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final double EXACT = 1e-15;

  private static Schedule.State at(long step, int epoch, Double... losses) {
    return new Schedule.State(step, 1000, epoch, List.of(losses));
  }

  /// Checkpoints have these names, and runs of theirs go on with the same rates.
  @Test
  void theNamedSchedulesAreWhatTheyWere() {
    for (long step : new long[] {0, 7, 49, 50, 333, 999, 1000}) {
      double rise = Math.min(1, (step + 1.0) / 50);
      double progress = step / 1000.0;
      double cosine = 0.02 + (1 - 0.02) * 0.5 * (1 + StrictMath.cos(Math.PI * progress));
      assertThat(Schedule.CONSTANT.rate(0.004, at(step, 0))).isEqualTo(0.004 * rise);
      assertThat(Schedule.COSINE.rate(0.004, at(step, 0))).isEqualTo(0.004 * rise * cosine);
      assertThat(Schedule.LINEAR.rate(0.004, at(step, 0)))
          .isEqualTo(0.004 * rise * (1 - (1 - 0.02) * progress));
    }
  }

  @Test
  void stepsAndExponentials() {
    var step = Schedule.step(0.5, 3);
    var exponential = Schedule.exponential(0.9);
    for (int epoch = 0; epoch < 10; epoch++) {
      assertThat(step.rate(8, at(0, epoch))).isEqualTo(8 * Math.pow(0.5, (int) (epoch / 3.0)));
      assertThat(exponential.rate(8, at(0, epoch)))
          .isCloseTo(8 * Math.pow(0.9, epoch), within(EXACT * 8));
    }
  }

  /// Worse twice in a row lowers the rate, and the row begins anew after that.
  @Test
  void aPlateauLowersTheRate() {
    var plateau = Schedule.plateau(0.1, 2);
    assertThat(plateau.rate(1, at(9, 0))).isEqualTo(1);
    assertThat(plateau.rate(1, at(9, 1, 5.0))).isEqualTo(1);
    assertThat(plateau.rate(1, at(9, 2, 5.0, 5.0))).isEqualTo(1);
    assertThat(plateau.rate(1, at(9, 3, 5.0, 5.0, 4.0))).isEqualTo(1);
    assertThat(plateau.rate(1, at(9, 5, 5.0, 4.0, 4.5, 4.0))).isCloseTo(0.1, within(EXACT));
    assertThat(plateau.rate(1, at(9, 6, 5.0, 4.0, 4.5, 4.0, 4.1))).isCloseTo(0.1, within(EXACT));
    assertThat(plateau.rate(1, at(9, 7, 5.0, 4.0, 4.5, 4.0, 4.1, 4.2)))
        .isCloseTo(0.01, within(EXACT));
    assertThat(plateau.rate(1, at(9, 7, 5.0, 4.0, 4.5, 4.0, 4.1, 3.9)))
        .isCloseTo(0.1, within(EXACT));
  }

  @Test
  void schedulesAreAppliedOneAfterAnother() {
    var both = Schedule.warmUp(10).then(Schedule.step(0.5, 1)).then(Schedule.linear(0));
    assertThat(both.rate(8, at(4, 2))).isCloseTo(8 * 0.5 * 0.25 * (1 - 0.004), within(EXACT * 8));
  }

  @Test
  void whatIsWrittenIsRead() {
    for (var text : List.of("CONSTANT", "COSINE", "LINEAR", "constant()", "warm-up(10) cosine(0.5)",
        "step(0.5, 3) plateau(0.25, 2) exponential(0.99)", "linear(0.1)")) {
      assertThat(Schedule.parse(text).name()).isEqualTo(text);
    }
    assertThat(Schedule.parse(" cosine")).isEqualTo(Schedule.COSINE);
    assertThatThrownBy(() -> Schedule.parse("cosinus")).hasMessageStartingWith(
        "'cosinus' is no schedule; expected constant, step,");
    assertThatThrownBy(() -> Schedule.parse("step(a)")).hasMessage(
        "the schedule 'step(a)' has 'a' where a number is expected");
    assertThatThrownBy(() -> Schedule.parse("step(0.5, 3, 4)")).hasMessage(
        "'step(0.5, 3, 4)' has 3 numbers, expected at most 2");
    assertThatThrownBy(() -> Schedule.parse("")).hasMessageStartingWith(
        "the schedule '' cannot be read from character 1 on");
  }
}

package dev.unroll.app.run.display;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.train.TrainingListener.Step;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// In the first seconds, in which code is made hot, the time left had been told five to thirty
/// times too long.
class TimeLeftTest {
  private final AtomicBoolean warm = new AtomicBoolean();
  private final TimeLeft left = new TimeLeft(warm::get);

  private void steps(int steps, double seconds) {
    for (int i = 0; i < steps; i++) {
      left.add(seconds, 1_000);
    }
  }

  @Test
  void nothingIsToldBeforeItIsKnownAndThenTheTimeOfWarmSteps() {
    steps(100, 3);
    assertThat(left.seconds()).isEmpty();
    warm.set(true);
    steps(3, 0.3);
    assertThat(left.seconds()).as("the compiler is not done with the rest").isEmpty();
    steps(100, 0.1);
    assertThat(left.seconds().getAsDouble()).isCloseTo(100, within(1e-6));
  }

  @Test
  void stepsThatBecomeMuchFasterBeginAnew() {
    warm.set(true);
    steps(20, 1);
    assertThat(left.seconds().getAsDouble()).isCloseTo(1_000, within(1e-6));
    steps(50, 0.1);
    assertThat(left.seconds().getAsDouble()).isCloseTo(100, within(1e-6));
    warm.set(false);
    steps(1, 0.1);
    assertThat(left.seconds()).as("another layer is made hot").isEmpty();
  }

  @Test
  void theLineLeavesItOutUntilThen() {
    var pace = new Pace("characters", warm::get);
    pace.add(step(0));
    assertThat(pace.toString()).isEqualTo("loss 2.000  norm 1.00   0% clipped  100 characters/s");
    warm.set(true);
    for (int i = 1; i < 5; i++) {
      pace.add(step(i));
    }
    assertThat(pace.toString())
        .isEqualTo("loss 2.000  norm 1.00   0% clipped  0:05 left  100 characters/s");
  }

  private static Step step(int number) {
    return new Step(number, 10, 1, 2, 1, 1, 0.1, 100, 1, 0);
  }
}

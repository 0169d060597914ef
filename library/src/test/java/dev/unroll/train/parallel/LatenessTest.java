package dev.unroll.train.parallel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.model.loss.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// Who comes late is told once, to those that wait.
class LatenessTest {
  private final Lateness lateness = new Lateness(3);

  private List<Straggler> step(double seconds, double late1, double late2) {
    return lateness.step(seconds, new double[] {0, late1, late2});
  }

  private void steps(int count, double seconds) {
    for (int i = 0; i < count; i++) {
      assertThat(step(seconds, 0.1 * seconds, 0)).isEmpty();
    }
  }

  @Test
  void aMemberThatComesLateIsToldOnce() {
    steps(10, 0.5);
    assertThat(step(4, 0, 3.4)).singleElement()
        .hasToString("member 2 came 3.4 s late, where a step takes 0.5 s; the others wait for it, "
            + "so look at what else its machine does");
    for (int i = 0; i < 9; i++) {
      assertThat(step(4, 0, 3.4)).isEmpty();
    }
    assertThat(step(60, 50, 60)).extracting(Straggler::member).containsExactly(1);
  }

  @Test
  void itIsToldAgainAfterItWasInTimeForAWhile() {
    steps(10, 0.5);
    assertThat(step(4, 3, 0)).hasSize(1);
    steps(21, 0.5);
    assertThat(step(4, 3, 0)).hasSize(1);
    steps(20, 0.5);
    assertThat(step(4, 3, 0)).isEmpty();
  }

  @Test
  void shortWaitsAndThoseOfLongStepsAreNotTold() {
    steps(10, 0.001);
    assertThat(step(1, 0.99, 0)).isEmpty();
    var slow = new Lateness(2);
    for (int i = 0; i < 10; i++) {
      assertThat(slow.step(10, new double[] {0, 2})).isEmpty();
    }
    assertThat(slow.step(30, new double[] {0, 19})).isEmpty();
    assertThat(slow.step(30, new double[] {0, 21})).hasSize(1);
  }

  @Test
  void theFirstStepsOfAJobAreSlow() {
    for (int i = 0; i < 5; i++) {
      assertThat(step(0.5, 30, 30)).isEmpty();
    }
    assertThat(step(0.5, 30, 30)).hasSize(2);
  }

  /// Member 1 comes two seconds after the others have begun to wait.
  @Test
  void theOthersHearOfALateMember() throws Exception {
    var waiting = new CountDownLatch(1);
    var told = ReductionTest.members(3, reduction -> {
      var heard = new ArrayList<Straggler>();
      for (int step = 0; step < 8; step++) {
        if (step == 6 && reduction.member() == 1) {
          waiting.await();
          Thread.sleep(2000);
        }
        var own = List.of(new PartSum(0, reduction.member(), new float[5], new Score(1, 1, 0)));
        if (step == 6 && reduction.member() == 0) {
          waiting.countDown();
        }
        reduction.reduce(own, new float[5]);
        heard.addAll(reduction.stragglers());
      }
      return heard;
    });
    assertThat(told.getFirst()).extracting(Straggler::member).contains(1);
    assertThat(told.get(1)).extracting(Straggler::member).doesNotContain(1);
  }
}

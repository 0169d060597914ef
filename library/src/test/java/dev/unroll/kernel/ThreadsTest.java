package dev.unroll.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ThreadsTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void everyThreadRunsTheTaskOnceInEachRun(int size) {
    try (Threads threads = Threads.of(size)) {
      AtomicIntegerArray calls = new AtomicIntegerArray(size);
      for (int run = 1; run <= 1000; run++) {
        threads.run(
            (thread, all) -> {
              assertThat(all).isEqualTo(size);
              calls.incrementAndGet(thread);
            });
        for (int thread = 0; thread < size; thread++) {
          assertThat(calls.get(thread)).as("run %d, thread %d", run, thread).isEqualTo(run);
        }
      }
    }
  }

  @Test
  void theCallerIsThreadZero() {
    try (Threads threads = Threads.of(2)) {
      Thread[] seen = new Thread[2];
      threads.run((thread, all) -> seen[thread] = Thread.currentThread());
      assertThat(seen[0]).isSameAs(Thread.currentThread());
      assertThat(seen[1].isDaemon()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void threadsThatMeetSeeWhatTheOthersWrote(int size) {
    try (Threads threads = Threads.of(size)) {
      int[] written = new int[size];
      int[] sums = new int[size];
      threads.run(
          (thread, all) -> {
            for (int round = 1; round <= 2000; round++) {
              written[thread] = round;
              threads.meet(thread);
              for (int other : written) {
                sums[thread] += other == round ? 1 : 0;
              }
              threads.meet(thread);
            }
          });
      assertThat(sums).containsOnly(2000 * size);
    }
  }

  @Test
  void whoWouldMeetAThreadThatFailedStops() {
    try (Threads threads = Threads.of(3)) {
      for (int run = 0; run < 20; run++) {
        int failing = run % 3;
        assertThatThrownBy(
            () -> threads.run(
                (thread, all) -> {
                  for (int round = 0; round < 10; round++) {
                    if (thread == failing && round == 5) {
                      throw new IllegalArgumentException("round " + round);
                    }
                    threads.meet(thread);
                  }
                }))
            .isInstanceOf(IllegalArgumentException.class).hasMessage("round 5");
        AtomicInteger met = new AtomicInteger();
        threads.run(
            (thread, all) -> {
              threads.meet(thread);
              met.incrementAndGet();
            });
        assertThat(met).as("after the failure").hasValue(3);
      }
    }
  }

  @Test
  void plainWritesAreSeenOnBothSides() {
    try (Threads threads = Threads.of(3)) {
      long[] values = new long[3];
      long total = 0;
      for (int run = 0; run < 2000; run++) {
        values[0] = run;
        values[1] = run;
        values[2] = run;
        threads.run((thread, all) -> values[thread] += thread);
        total += values[0] + values[1] + values[2] - 3L * run;
      }
      assertThat(total).isEqualTo(2000 * 3);
    }
  }

  @Test
  void littleWorkIsDoneByTheCallerAlone() throws InterruptedException {
    // The other tests share the smallest task.
    var before = System.clearProperty("unroll.sharing");
    try (Threads threads = Threads.of(3)) {
      var calls = new AtomicInteger();
      Threads.Task task = (thread, all) -> calls.addAndGet(all == 1 ? 1 : 100);
      threads.run(task, 1);
      assertThat(calls.getAndSet(0)).as("next to nothing").isEqualTo(1);
      var team = new Thread[3];
      threads.run((thread, all) -> team[thread] = Thread.currentThread());
      while (team[1].getState() != Thread.State.WAITING
          || team[2].getState() != Thread.State.WAITING) {
        Thread.sleep(1);
      }
      threads.run(task, 5e6);
      assertThat(calls.getAndSet(0)).as("not enough to wake the others for").isEqualTo(1);
      threads.run(task, 1e9);
      assertThat(calls.getAndSet(0)).as("enough").isEqualTo(300);
    } finally {
      if (before != null) {
        System.setProperty("unroll.sharing", before);
      }
    }
  }

  /// Long work is learned from the first time on and shared from the second one; short work is not
  /// shared.
  @Test
  void workThatIsSplitIsSharedIfItTakesLong() {
    var before = System.clearProperty("unroll.sharing");
    try (var threads = Threads.of(2)) {
      var parts = new AtomicInteger();
      var sum = new AtomicInteger();
      var pause = new AtomicInteger(2);
      var split = new WorkSplit(threads, 3, (from, to) -> {
        parts.incrementAndGet();
        sum.addAndGet(to - from);
        if (pause.get() > 0) {
          sleep(pause.get());
        }
      });
      split.run(100);
      assertThat(parts.getAndSet(0)).isEqualTo(1);
      split.run(100);
      assertThat(parts.getAndSet(0)).isEqualTo(2);
      pause.set(0);
      for (int i = 0; i < 1000; i++) {
        split.run(7);
      }
      // 2000 if all were shared; it may take a while to learn, and where the machine interrupts a
      // run, the next one may be shared again.
      assertThat(parts.get()).isLessThan(1500);
      assertThat(sum.get()).isEqualTo(100 + 100 + 1000 * 7);
    } finally {
      if (before != null) {
        System.setProperty("unroll.sharing", before);
      }
    }
  }

  @Test
  void aParkedTeamWakesUp() throws InterruptedException {
    try (Threads threads = Threads.of(2)) {
      AtomicInteger calls = new AtomicInteger();
      for (int run = 0; run < 20; run++) {
        Thread.sleep(2);
        threads.run((thread, all) -> calls.incrementAndGet());
      }
      assertThat(calls).hasValue(40);
    }
  }

  @Test
  void theCallerWaitsForASlowThread() {
    try (Threads threads = Threads.of(2)) {
      boolean[] finished = new boolean[1];
      threads.run(
          (thread, all) -> {
            if (thread == 1) {
              sleep(20);
              finished[0] = true;
            }
          });
      assertThat(finished[0]).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aFailureIsThrownAfterTheOthersHaveFinished(int failing) {
    try (Threads threads = Threads.of(3)) {
      IllegalArgumentException failure = new IllegalArgumentException("thread " + failing);
      AtomicInteger finished = new AtomicInteger();
      assertThatThrownBy(
          () -> threads.run(
              (thread, all) -> {
                if (thread == failing) {
                  throw failure;
                }
                sleep(5);
                finished.incrementAndGet();
              }))
          .isSameAs(failure);
      assertThat(finished).hasValue(2);

      threads.run((thread, all) -> finished.incrementAndGet());
      assertThat(finished).hasValue(5);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aTaskInsideATaskIsRefused(int size) {
    try (Threads threads = Threads.of(size)) {
      assertThatThrownBy(() -> threads.run((thread, all) -> threads.run((t, n) -> {})))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("needs a team of its own");
      threads.run((thread, all) -> {});
    }
  }

  @Test
  void anInterruptIsKept() {
    try (Threads threads = Threads.of(2)) {
      Thread.currentThread().interrupt();
      threads.run((thread, all) -> pause(thread));
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aClosedTeamEndsItsThreadsAndRefusesTasks() throws InterruptedException {
    Thread[] worker = new Thread[1];
    Threads threads = Threads.of(2);
    threads.run((thread, all) -> worker[0] = thread == 1 ? Thread.currentThread() : worker[0]);
    threads.close();
    threads.close();
    worker[0].join();
    assertThatThrownBy(() -> threads.run((thread, all) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void aTeamHasAtLeastOneThread() {
    assertThatThrownBy(() -> Threads.of(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("size is 0, expected at least 1");
  }

  private static void pause(int thread) {
    if (thread == 1) {
      sleep(20);
    }
  }

  private static void sleep(int milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

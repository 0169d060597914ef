package dev.unroll.server.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// Work that nobody waits for any longer: it went on, and was begun even later.
class ComputeThreadsTest {
  @Test
  void workForAClientThatHasLeftIsInterrupted() throws InterruptedException {
    var ended = new CountDownLatch(1);
    try (var compute = new ComputeThreads(1)) {
      assertThatThrownBy(() -> compute.call(() -> true, () -> {
        try {
          new CountDownLatch(1).await(); // for ever
        } catch (InterruptedException _) {
          ended.countDown();
        }
        return 0;
      })).isInstanceOf(ClientLeftException.class);
      ended.await();
      assertThat(compute.call(() -> true, () -> Thread.currentThread().isInterrupted()))
          .as("what comes next is not interrupted").isFalse();
    }
  }

  @Test
  void workThatHasNotBegunIsNot() throws InterruptedException {
    var release = new CountDownLatch(1);
    var begun = new CountDownLatch(1);
    try (var compute = new ComputeThreads(1)) {
      var first = Thread.ofVirtual().start(() -> compute.call(() -> false, () -> {
        begun.countDown();
        try {
          release.await();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
        return 0;
      }));
      begun.await();
      var ran = new boolean[1];
      assertThatThrownBy(() -> compute.call(() -> true, () -> ran[0] = true))
          .isInstanceOf(ClientLeftException.class);
      release.countDown();
      first.join();
      compute.call(() -> false, () -> 0); // all before it is over
      assertThat(ran[0]).isFalse();
    }
  }
}

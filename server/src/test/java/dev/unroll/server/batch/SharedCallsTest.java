package dev.unroll.server.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SharedCallsTest {
  private static final class Call extends SharedCall {
    private final int size;

    Call(int size) {
      this.size = size;
    }
  }

  /// Calls that note who was in them.
  private static final class Noted extends SharedCalls<Call> {
    private final List<Integer> sizes = new CopyOnWriteArrayList<>();

    Noted(int capacity, Duration wait) {
      super(capacity, wait);
    }

    @Override
    int size(Call call) {
      return call.size;
    }

    @Override
    void call(List<Call> together) {
      sizes.add(together.stream().mapToInt(call -> call.size).sum());
      together.forEach(SharedCall::answer);
    }
  }

  /// Callers were counted, not what they bring: two that fill a call waited for others.
  @Test
  @Timeout(60)
  void aCallThatIsFullDoesNotWait() throws Exception {
    var calls = new Noted(8, Duration.ofHours(1));
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 2; i++) {
        callers.execute(() -> calls.await(new Call(4)));
      }
    }
    assertThat(calls.sizes).containsExactly(8);
  }

  @Test
  void whatDoesNotFitComesInTheNextCall() {
    var calls = new Noted(4, Duration.ZERO);
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 9; i++) {
        callers.execute(() -> calls.await(new Call(3)));
      }
    }
    assertThat(calls.sizes).hasSize(9).containsOnly(3);
  }
}

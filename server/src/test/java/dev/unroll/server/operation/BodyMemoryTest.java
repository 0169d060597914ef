package dev.unroll.server.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.server.protocol.RefusedException;
import org.junit.jupiter.api.Test;

class BodyMemoryTest {
  /// Answers took memory that nobody counted.
  @Test
  void answersTakeFromTheSameMemoryAsBodies() {
    var memory = new BodyMemory(8L << 20, 1 << 16);
    assertThat(memory.mostNumbers()).isEqualTo(1 << 16);
    long answer = BodyMemory.ofNumbers(1 << 16);
    memory.grow(0, answer);
    assertThatThrownBy(() -> memory.grow(0, 1 << 20)).isInstanceOfSatisfying(
        RefusedException.class, e -> assertThat(e.status()).isEqualTo(429));
    memory.release(answer);
    memory.grow(0, 1 << 20);
  }

  @Test
  void aSmallHeapAllowsFewerNumbers() {
    assertThat(new BodyMemory(1 << 20, 1 << 16).mostNumbers()).isEqualTo((1 << 17) / 8);
  }

  /// All computations at once have a quarter of the heap, 8 bytes a number.
  @Test
  void computationsShareAPartOfTheHeap() {
    var memory = new BodyMemory(1L << 32, 1 << 16);
    assertThat(memory.mostComputed(1)).isEqualTo((1 << 30) / 8);
    assertThat(memory.mostComputed(4)).isEqualTo((1 << 28) / 8);
  }
}

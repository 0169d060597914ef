package dev.unroll.server.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.layer.stepping.State;
import dev.unroll.server.protocol.RefusedException;
import dev.unroll.stream.KeyState;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SequenceTableTest {
  private static final KeyState STATE = KeyState.of(
      State.Layout.of("test", List.of(new State.Layout.Part("h", 0, 1))), 0, 0, new float[1]);

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // it may overflow
  private final SequenceTable table = new SequenceTable(2, Duration.ofNanos(10), clock::get);

  private static SequenceId id(long number) {
    return Objects.requireNonNull(SequenceId.of(number));
  }

  @Test
  void idleSequencesAreDropped() {
    table.put(id(1), STATE);
    clock.addAndGet(8);
    table.put(id(2), STATE);
    assertThat(table.expire()).isZero();
    clock.addAndGet(4);
    assertThat(table.expire()).isOne();
    assertThat(table.find(id(1))).isNull();
    clock.addAndGet(8);
    assertThat(table.find(id(2))).isNotNull(); // which uses it
    clock.addAndGet(8);
    assertThat(table.expire()).isZero();
  }

  @Test
  void aFullTableDropsWhatIsIdleBeforeItRefuses() {
    table.put(id(1), STATE);
    table.put(id(2), STATE);
    assertThatThrownBy(() -> table.begin(id(3), STATE)).isInstanceOf(RefusedException.class)
        .hasMessageContaining("2 sequences");
    clock.addAndGet(11);
    table.put(id(3), STATE);
    assertThat(table.size()).isOne();
  }

  @Test
  void roomIsGivenBack() {
    table.begin(id(1), STATE);
    table.giveUp();
    for (int i = 0; i < 10; i++) {
      table.put(id(1), STATE); // takes the place of the one before
    }
    table.put(id(2), STATE);
    assertThat(table.remove(table.require(id(1)))).isTrue();
    table.put(id(3), STATE);
    assertThat(table.size()).isEqualTo(2);
  }

  @Test
  void idsInParametersAndPaths() {
    var largest = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    assertThat(SequenceId.in(Map.of("sequence_id", largest)))
        .isEqualTo(SequenceId.inPath("18446744073709551615"))
        .hasToString("18446744073709551615");
    assertThat(SequenceId.in(Map.of("sequence_id", "7"))).isNotEqualTo(SequenceId.inPath("7"));
    assertThat(SequenceId.in(Map.of("sequence_id", 0L))).isNull();
    assertThat(SequenceId.in(Map.of("sequence_id", ""))).isNull();
    assertThat(SequenceId.in(Map.of())).isNull();
    assertThatThrownBy(() -> SequenceId.inPath("18446744073709551616"))
        .isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> SequenceId.of("x".repeat(257))).isInstanceOf(RefusedException.class)
        .hasMessageContaining("257 characters").hasMessageNotContaining("x".repeat(200));
  }
}

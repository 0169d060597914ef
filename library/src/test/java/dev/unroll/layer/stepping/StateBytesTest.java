package dev.unroll.layer.stepping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StateBytesTest {
  private static final int H = 5;

  private final Engine engine = Engine.of(1);
  private final Stepper stepper = stepper(Lstm.cell(), H);
  private final State.Layout layout = stepper.layout();

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void aStateComesBackFromItsBytes() {
    var state = stepped(3);
    var bytes = state.toBytes();
    assertThat(bytes).hasSize(4 * 2 * H + 24);
    assertThat(State.fromBytes(layout, bytes)).isEqualTo(state);
    assertThat(state.values("l.c")).hasSize(H).isNotEqualTo(state.values("l.h"));
  }

  @Test
  void everyDamagedByteIsFound() {
    var bytes = stepped(2).toBytes();
    for (int i = 0; i < bytes.length; i++) {
      var damaged = bytes.clone();
      damaged[i] ^= 0x10;
      assertThatThrownBy(() -> State.fromBytes(layout, damaged)).as("byte " + i)
          .isInstanceOf(StateException.class)
          .hasMessageStartingWith("a state cannot be read: ");
    }
    for (int n = 0; n < bytes.length; n++) {
      var cut = Arrays.copyOf(bytes, n);
      assertThatThrownBy(() -> State.fromBytes(layout, cut)).isInstanceOf(StateException.class);
    }
  }

  @Test
  void otherVersionsAndLayersAreNamed() {
    var bytes = stepped(2).toBytes();
    assertThatThrownBy(() -> State.fromBytes(layout, changed(bytes, b -> b.putInt(4, 2))))
        .isInstanceOf(StateException.class)
        .hasMessage("a state is of version 2, expected 1; read it with the Unroll that wrote it");
    for (var other : List.of(stepper(Gru.cell(), H), stepper(Lstm.cell(), H + 1))) {
      assertThatThrownBy(() -> State.fromBytes(other.layout(), bytes))
          .isInstanceOf(StateException.class)
          .hasMessageStartingWith("a state belongs to another layer: 10 floats with fingerprint ");
    }
  }

  @Test
  void otherWeightsKeepTheFingerprint() {
    assertThat(stepper(Lstm.cell(), H).layout()).isEqualTo(layout);
  }

  @Test
  void keysComeBackFromASnapshotAndGoOnWithTheSameBits() {
    var states = new KeyedStates<String>(layout);
    for (int i = 0; i < 300; i++) {
      states.at(i);
      step(states, "key " + i % 100);
    }
    states.remove("key 7");
    var restored =
        KeyedStates.fromBytes(layout, states.toBytes(KeyFormat.STRING), KeyFormat.STRING);
    assertThat(restored.keys()).isEqualTo(states.keys()).hasSize(99);
    for (var key : states.keys()) {
      assertThat(restored.lastStep(key)).isEqualTo(states.lastStep(key));
      step(states, key);
      step(restored, key);
      assertThat(restored.get(key)).isEqualTo(states.get(key));
    }
  }

  @Test
  void idleKeysExpireAndBeginAgainWithZeros() {
    var states = new KeyedStates<Long>(layout);
    for (long key = 0; key < 50; key++) {
      states.at(1000 + key);
      step(states, key);
    }
    long bytes = states.bytes();
    assertThat(states.expire(1040)).isEqualTo(40);
    assertThat(states.size()).isEqualTo(10);
    assertThat(states.get(3L)).isNull();
    var first = stepped(1);
    for (long key = 0; key < 40; key++) {
      step(states, key);
      assertThat(states.get(key)).isEqualTo(first);
    }
    // But for the list of slots that were free.
    assertThat(states.bytes()).as("slots are used again").isLessThan(bytes + 1000);
  }

  @Test
  void aStateMayBePutAndTaken() {
    var states = new KeyedStates<String>(layout);
    var state = stepped(4);
    states.put("a", state);
    assertThat(states.get("a")).isEqualTo(state).isNotSameAs(state);
    assertThat(states.get("b")).isNull();
    assertThat(states.remove("b")).isFalse();
  }

  @Test
  void aDamagedSnapshotIsRefused() {
    var states = new KeyedStates<String>(layout);
    step(states, "a");
    step(states, "b");
    var bytes = states.toBytes(KeyFormat.STRING);
    for (int i = 0; i < bytes.length; i++) {
      var damaged = bytes.clone();
      damaged[i] ^= 1;
      assertRefused(damaged);
    }
    // Bytes that were made by someone who knows how the checksum is computed: first the number of
    // keys.
    int count = 28;
    int length = 40;
    for (int lie : new int[] {-1, 0, 1, 3, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertRefused(changed(bytes, b -> b.putInt(count, lie)));
      assertRefused(changed(bytes, b -> b.putInt(length, lie == 1 ? 2 : lie)));
    }
    // Both keys are the same.
    assertRefused(changed(bytes, b -> b.put(44, b.get(44 + 4 * 2 * H + 13))));
  }

  private void assertRefused(byte[] bytes) {
    assertThatThrownBy(() -> KeyedStates.fromBytes(layout, bytes, KeyFormat.STRING))
        .isInstanceOf(StateException.class)
        .hasMessageStartingWith("a snapshot of states ");
  }

  /// Changed bytes with the right checksum.
  private static byte[] changed(byte[] bytes, Consumer<ByteBuffer> change) {
    var buffer = ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
    change.accept(buffer);
    var crc = new CRC32C();
    crc.update(buffer.array(), 0, bytes.length - 4);
    return buffer.putInt(bytes.length - 4, (int) crc.getValue()).array();
  }

  private State stepped(int steps) {
    var state = stepper.initial();
    for (int t = 0; t < steps; t++) {
      stepper.step(new float[] {1, -1}, 0, state, new float[H], 0, state);
    }
    return state;
  }

  private <K> void step(KeyedStates<K> states, K key) {
    stepper.step(states, List.of(key), new float[] {1, -1}, new float[H]);
  }

  private Stepper stepper(Cell cell, int hidden) {
    var parameters = new Parameters();
    var layer = new Recurrent(
        "l", cell, Dimensions.of(2, hidden), parameters, 0, CounterRandom.of(5));
    parameters.freeze();
    layer.initialize();
    return new Stepper(layer, engine, 1);
  }
}

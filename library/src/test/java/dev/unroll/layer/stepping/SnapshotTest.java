package dev.unroll.layer.stepping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.expr.Dimensions;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever keys there are, a snapshot of them is read back, and what is read back is the same.
class SnapshotTest {
  private static final int H = 3;

  private final Engine engine = Engine.of(1);
  private final Stepper stepper = stepper();
  private final State.Layout layout = stepper.layout();

  @AfterEach
  void close() {
    engine.close();
  }

  /// Two keys became the same question mark, and the whole snapshot could not be read.
  @Test
  void keysWithUnpairedSurrogatesAreReadBack() {
    var keys = List.of("\ud800", "\udc00", "?", "", "a\udfff", "\udc00\ud800", "\ud83d\ude00",
        "\ud83d\ude00\ud83d", "\ufffd", "é\ud800é", "\u0000", "ключ", "\uffff\udbff");
    var states = new KeyedStates<String>(layout);
    for (int i = 0; i < keys.size(); i++) {
      states.put(keys.get(i), stepped(i));
    }
    var restored = KeyedStates.fromBytes(layout, states.toBytes(KeyFormat.STRING),
        KeyFormat.STRING);
    assertThat(restored.keys()).isEqualTo(new HashSet<>(keys));
    for (int i = 0; i < keys.size(); i++) {
      assertThat(restored.get(keys.get(i))).as("key %d", i).isEqualTo(stepped(i));
    }
  }

  /// Bytes that no string has: a lone half of UTF-8, cut off, longer than need be, a pair in two
  /// parts.
  @ParameterizedTest
  @ValueSource(strings = {"80", "c3", "61c3", "c080", "e080af", "eda080edb080", "f4908080", "ff",
    "eda0", "f8888080", "c328", "ed2080"})
  void bytesThatAreNoStringAreRefused(String hex) {
    byte[] bytes = new byte[hex.length() / 2];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
    }
    assertThatThrownBy(() -> KeyFormat.STRING.fromBytes(bytes))
        .isInstanceOf(IllegalArgumentException.class).hasMessage("a key is not UTF-8");
  }

  /// It was accepted, and failed when the snapshot was written.
  @Test
  void aKeyThatIsNullIsRefusedBeforeAnythingIsStepped() {
    var states = new KeyedStates<String>(layout);
    var keys = new ArrayList<String>(List.of("a", "b", "c"));
    keys.set(1, null);
    assertThatThrownBy(() -> stepper.step(states, keys, new float[6], new float[3 * H]))
        .isInstanceOf(StateException.class)
        .hasMessage(
            "key 1 of 3 is null; leave out what belongs to no key, or give it a key of its own");
    assertThatThrownBy(() -> states.put(Collections.<String>singletonList(null).getFirst(),
        stepped(1))).isInstanceOf(StateException.class)
        .hasMessageStartingWith("key 0 of 1 is null");
    assertThat(states.keys()).isEmpty();
  }

  /// Keys that were stepped before the next `at` had the time of the last key of the snapshot.
  @Test
  void theClockGoesOnWhereItWas() {
    var states = new KeyedStates<Long>(layout);
    for (long key = 0; key < 20; key++) {
      states.at(key);
      step(states, key);
    }
    states.at(5000);
    var restored = KeyedStates.fromBytes(layout, states.toBytes(KeyFormat.LONG), KeyFormat.LONG);
    assertThat(restored.now()).isEqualTo(5000);
    step(restored, 3L);
    step(restored, 77L);
    assertThat(restored.expire(4000)).isEqualTo(19);
    assertThat(restored.keys()).containsExactlyInAnyOrder(3L, 77L);
  }

  /// They differed by the order in which keys had come and gone.
  @Test
  void equalContentsHaveEqualBytes() {
    var one = new KeyedStates<String>(layout);
    var other = new KeyedStates<String>(layout);
    var order = new ArrayList<Integer>();
    for (int i = 0; i < 500; i++) {
      order.add(i * 37 % 500);
      one.at(i);
      one.put("key " + i, stepped(i % 7));
    }
    for (int i = 0; i < 20_000; i++) {
      other.put("gone " + i, stepped(1));
    }
    for (int i : order) {
      other.at(i);
      other.put("key " + i, stepped(i % 7));
    }
    for (int i = 0; i < 20_000; i++) {
      other.remove("gone " + i);
    }
    other.at(499);
    assertThat(other.toBytes(KeyFormat.STRING)).isEqualTo(one.toBytes(KeyFormat.STRING));
    var restored = KeyedStates.fromBytes(layout, one.toBytes(KeyFormat.STRING), KeyFormat.STRING);
    assertThat(restored.toBytes(KeyFormat.STRING)).isEqualTo(one.toBytes(KeyFormat.STRING));
  }

  @Test
  void aFormatThatMakesTwoKeysTheSameIsRefusedWhenItWrites() {
    var hash = new KeyFormat<String>() {
      @Override
      public byte[] toBytes(String key) {
        return KeyFormat.STRING.toBytes(key.substring(0, 1));
      }

      @Override
      public String fromBytes(byte[] bytes) {
        return KeyFormat.STRING.fromBytes(bytes);
      }
    };
    var states = new KeyedStates<String>(layout);
    states.put("ab", stepped(1));
    states.put("b", stepped(1));
    states.put("ac", stepped(1));
    assertThatThrownBy(() -> states.toBytes(hash)).isInstanceOf(StateException.class)
        .hasMessage("two keys have the same 1 bytes, so they could not be told apart any more; give"
            + " different keys different bytes in KeyFormat.toBytes");
  }

  /// All keys were of time 0 then, and all of them were dropped.
  @Test
  void keysDoNotExpireByAClockThatWasNeverSet() {
    var states = new KeyedStates<String>(layout);
    states.put("a", stepped(1));
    assertThatThrownBy(() -> states.expire(1_700_000_000_000L))
        .isInstanceOf(IllegalStateException.class).hasMessageContaining("call at(time)");
    states.at(0);
    states.put("b", stepped(1));
    assertThat(states.expire(1)).isEqualTo(2);
  }

  /// The memory of the most keys that there ever were was kept.
  @Test
  void expiredKeysGiveTheirMemoryBack() {
    int n = 40_000;
    var states = new KeyedStates<Integer>(layout);
    var view = states.keys();
    for (int key = 0; key < n; key++) {
      states.at(key);
      states.put(key, stepped(key % 5));
    }
    long full = states.bytes();
    assertThat(states.expire(n - n / 10)).isEqualTo(n - n / 10);
    assertThat(states.bytes()).isLessThan(full / 5);
    assertThat(view).hasSize(n / 10).isEqualTo(states.keys());
    for (int key = n - n / 10; key < n; key++) {
      assertThat(states.get(key)).as("key %d", key).isEqualTo(stepped(key % 5));
      assertThat(states.lastStep(key)).isEqualTo(key);
    }
    assertThat(states.expire(Long.MAX_VALUE)).isEqualTo(n / 10);
    assertThat(states.bytes()).isZero();
    // New keys find zeros, wherever they lie.
    for (int key = 0; key < n; key++) {
      step(states, key);
    }
    assertThat(states.bytes()).isLessThanOrEqualTo(full);
    for (int key = 0; key < n; key += 97) {
      assertThat(states.get(key)).isEqualTo(stepped(1));
    }
  }

  /// Every third key goes, so that those that stay have to move, again and again.
  @Test
  void keysKeepTheirStatesWhileTheTableShrinks() {
    var states = new KeyedStates<Integer>(layout);
    for (int key = 0; key < 30_000; key++) {
      states.at(key % 3 == 0 ? 0 : 1 + key % 7);
      states.put(key, stepped(key % 11));
    }
    for (int before = 1; before < 7; before++) {
      states.expire(before);
      int least = before;
      for (int key = 0; key < 30_000; key += 13) {
        boolean stays = key % 3 != 0 && 1 + key % 7 >= least;
        assertThat(states.get(key)).as("key %d, expired before %d", key, before)
            .isEqualTo(stays ? stepped(key % 11) : null);
      }
    }
    for (int key = 0; key < 30_000; key++) {
      states.remove(key);
    }
    assertThat(states.size()).isZero();
    assertThat(states.bytes()).isLessThan(1 << 20);
  }

  /// Written by the version before, from keys é, b, a of times 100, 101, 102, with the clock at
  /// 500.
  private static final String VERSION_1 =
      "VU5SSwEAAADT42a+5P9tuwMAAAADAAAAZgAAAAAAAAABAAAAYQAAgD8tVsu+AACAv2UAAAAAAAAAAQAAAGIAAIA/LVbL"
          + "vgAAgL9kAAAAAAAAAAIAAADDqQAAgD8tVsu+AACAvzlEYA0=";

  private static final String STATE_1 = "VU5SUwEAAADT42a+5P9tuwMAAAAAAIA/LVbLvgAAgL/vIvnb";

  @Test
  void aSnapshotOfVersion1IsRead() {
    var states = KeyedStates.fromBytes(layout, Base64.getDecoder().decode(VERSION_1),
        KeyFormat.STRING);
    assertThat(states.keys()).containsExactlyInAnyOrder("a", "b", "é");
    assertThat(states.lastStep("é")).isEqualTo(100);
    assertThat(states.lastStep("b")).isEqualTo(101);
    assertThat(states.lastStep("a")).isEqualTo(102);
    // It has no clock; that of the last step is the latest that is known.
    assertThat(states.now()).isEqualTo(102);
    var state = State.fromBytes(layout, Base64.getDecoder().decode(STATE_1));
    for (var key : states.keys()) {
      assertThat(states.get(key)).isEqualTo(state);
    }
    assertThat(state.toBytes()).isEqualTo(Base64.getDecoder().decode(STATE_1));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, -1})
  void otherVersionsAreNamed(int version) {
    var bytes = ByteBuffer.wrap(Base64.getDecoder().decode(VERSION_1))
        .order(ByteOrder.LITTLE_ENDIAN).putInt(4, version);
    var crc = new CRC32C();
    crc.update(bytes.array(), 0, bytes.capacity() - 4);
    bytes.putInt(bytes.capacity() - 4, (int) crc.getValue());
    assertThatThrownBy(() -> KeyedStates.fromBytes(layout, bytes.array(), KeyFormat.STRING))
        .isInstanceOf(StateException.class)
        .hasMessage(
            "a snapshot of states is of version %d, expected 1 to 2; read it with the Unroll"
                + " that wrote it",
            version);
  }

  /// A count or clock that is not there, behind a right checksum.
  @Test
  void everyLengthOfASnapshotWithARightChecksumIsReadOrRefused() {
    var whole = new KeyedStates<String>(layout).toBytes(KeyFormat.STRING);
    for (int n = 24; n < whole.length; n++) {
      var bytes = Arrays.copyOf(whole, n);
      var crc = new CRC32C();
      crc.update(bytes, 0, n - 4);
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(n - 4, (int) crc.getValue());
      assertThatThrownBy(() -> KeyedStates.fromBytes(layout, bytes, KeyFormat.STRING))
          .as("%d bytes", n).isInstanceOf(StateException.class);
    }
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

  private Stepper stepper() {
    var parameters = new Parameters();
    var layer =
        new Recurrent("l", Gru.cell(), Dimensions.of(2, H), parameters, 0, CounterRandom.of(5));
    parameters.freeze();
    layer.initialize();
    return new Stepper(layer, engine, 1);
  }
}

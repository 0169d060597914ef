package dev.unroll.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.layer.stepping.State.Layout;
import dev.unroll.layer.stepping.StateException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A state goes through bytes unchanged, and damaged bytes are refused.
class KeyStateTest {
  private static final Layout LAYOUT = Layout.of("test ",
      List.of(new Layout.Part("h", 0, 3), new Layout.Part("c", 3, 2)));

  private static KeyState state() {
    return KeyState.of(LAYOUT, -5, 1L << 40, new float[] {1, -0.0f, Float.NaN, 1e-40f, -3});
  }

  @Test
  void goesThroughBytes() throws IOException {
    var state = state();
    var bytes = state.toBytes();
    assertThat(bytes).hasSize(4 * 5 + 40);
    var again = KeyState.fromBytes(bytes);
    assertThat(again).isEqualTo(state).hasSameHashCodeAs(state);
    assertThat(again.time()).isEqualTo(-5);
    assertThat(again.events()).isEqualTo(1L << 40);
    assertThat(again.fits(LAYOUT)).isTrue();
    var out = new ByteArrayOutputStream();
    state.write(new DataOutputStream(out));
    assertThat(KeyState.read(new DataInputStream(new ByteArrayInputStream(out.toByteArray()))))
        .isEqualTo(state);
  }

  @Test
  void aCopySharesNothing() {
    var state = state();
    var copy = state.copy();
    copy.values()[0] = 9;
    copy.passed(10);
    assertThat(state).isEqualTo(state()).isNotEqualTo(copy);
  }

  @Test
  void everyFlippedBitAndEveryCutIsRefused() {
    var bytes = state().toBytes();
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      var damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> KeyState.fromBytes(damaged)).isInstanceOf(StateException.class);
    }
    for (int n = 0; n < bytes.length; n++) {
      var cut = java.util.Arrays.copyOf(bytes, n);
      assertThatThrownBy(() -> KeyState.fromBytes(cut)).isInstanceOf(StateException.class);
    }
  }

  @Test
  void theTimeNeverGoesBack() {
    var state = KeyState.initial(LAYOUT, new float[5]);
    state.passed(100);
    state.passed(40);
    assertThat(state.time()).isEqualTo(100);
    assertThat(state.events()).isEqualTo(2);
  }

  @Test
  void aStateOfAnotherSizeIsRefused() {
    assertThatThrownBy(() -> KeyState.of(LAYOUT, 0, 0, new float[4]))
        .isInstanceOf(StateException.class)
        .hasMessageStartingWith("4 numbers for a state of 5, h 3");
  }
}

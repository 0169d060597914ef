package dev.unroll.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.layer.stepping.StateException;
import dev.unroll.stream.KeyState;
import dev.unroll.stream.StreamModel;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

/// Our values as bytes.
class SerdesTest {
  private static final KeyStateSerde STATES = new KeyStateSerde();
  private static final FloatsSerde FLOATS = new FloatsSerde();

  @Test
  void aStateComesBack() {
    var layout = StreamModel.of(Events.model(3)).layout();
    var state = KeyState.of(layout, 5, 7, new float[] {1, -0.0f, Float.MIN_VALUE});
    var bytes = STATES.serializer().serialize("topic", state);
    assertThat(bytes).hasSize(4 * 3 + 40);
    assertThat(STATES.deserializer().deserialize("topic", bytes)).isEqualTo(state);
    bytes[40] ^= 1;
    assertThatThrownBy(() -> STATES.deserializer().deserialize("topic", bytes))
        .isInstanceOf(StateException.class).hasMessageContaining("damaged");
  }

  @Test
  void floatsComeBackWithEveryBit() {
    float[] values = {1, -0.0f, Float.intBitsToFloat(0x7fc00123)};
    var bytes = FLOATS.serializer().serialize("topic", values);
    var read = FLOATS.deserializer().deserialize("topic", bytes);
    for (int i = 0; i < values.length; i++) {
      assertThat(Float.floatToRawIntBits(read[i])).isEqualTo(Float.floatToRawIntBits(values[i]));
    }
    assertThatThrownBy(() -> FLOATS.deserializer().deserialize("scores", new byte[7]))
        .isInstanceOf(SerializationException.class)
        .hasMessageStartingWith("a value of topic scores has 7 bytes");
  }

  @Test
  void nullIsNull() {
    assertThat(STATES.serializer().serialize("topic", null)).isNull();
    assertThat(STATES.deserializer().deserialize("topic", null)).isNull();
    assertThat(FLOATS.serializer().serialize("topic", null)).isNull();
    assertThat(FLOATS.deserializer().deserialize("topic", null)).isNull();
  }
}

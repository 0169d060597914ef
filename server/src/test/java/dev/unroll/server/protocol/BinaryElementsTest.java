package dev.unroll.server.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BinaryElementsTest {
  /// Every type is written and read back.
  @ParameterizedTest
  @EnumSource
  void thereAndBack(Datatype type) {
    Object elements = switch (type) {
      case BYTES -> new String[] {"", "ä", "日本\n"};
      case FP16 -> new float[] {0, -1.5f, 65504};
      case FP32 -> new float[] {0, 1e-40f, Float.NaN};
      case FP64 -> new double[] {0, 1e-300, Double.NEGATIVE_INFINITY};
      default -> new long[] {type.least(), 1, type.most()};
    };
    var bytes = BinaryElements.write(new TensorData("x", type, new int[] {3}, elements));
    assertThat(bytes).hasSize(type == Datatype.BYTES ? 3 * 4 + 2 + 7 : 3 * type.bytes());
    assertThat(BinaryElements.read(bytes, 0, bytes.length, "x", type)).isEqualTo(elements);
  }

  /// The example of the specification: a length of 4 bytes, little-endian, and the bytes.
  @Test
  void texts() {
    assertThat(BinaryElements.write(TensorData.of("x", List.of("ab"), 1)))
        .containsExactly(2, 0, 0, 0, 'a', 'b');
    for (var damaged : new byte[][] {{1}, {9, 0, 0, 0, 'a'}, {-1, -1, -1, -1}}) {
      assertThatThrownBy(
          () -> BinaryElements.read(damaged, 0, damaged.length, "x", Datatype.BYTES))
          .isInstanceOf(RefusedException.class).hasMessageContaining("ends after the data");
    }
    var invalid = new byte[] {1, 0, 0, 0, (byte) 0xFF};
    assertThatThrownBy(() -> BinaryElements.read(invalid, 0, 5, "x", Datatype.BYTES))
        .hasMessageContaining("no UTF-8");
  }

  @Test
  void numbersThatAreNotFiniteAreNullInJson() {
    var tensor = TensorData.of("y", new float[] {1, Float.NaN, Float.POSITIVE_INFINITY}, 3);
    var request = new InferRequest(null, Map.of(), List.of(), List.of());
    var written = InferAnswerWriter.write(request, new InferAnswer("m", "1", null,
        List.of(tensor)));
    assertThat(written.bytes().toString(UTF_8)).contains("\"data\":[1.0,null,null]");
  }
}

package dev.unroll.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.format.safetensors.SafetensorsTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that are damaged or lie: one FormatException, and no memory for what is not there.
class SafetensorsHostileTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "F32 | [2]    | [0,8]   | 12 | has 12 bytes of data, but its tensors take 8",
        "F32 | [2]    | [0,8]   | 4  | has 4 bytes of data, but its tensors take 8",
        "F32 | [2]    | [4,12]  | 12 | at byte 4 of the data, expected byte 0",
        "F32 | [3]    | [0,8]   | 8  | with 8 bytes of data, but its shape takes 12",
        "F32 | [2]    | [8,0]   | 8  | offsets that are not begin and end",
        "F32 | [2]    | [-8,0]  | 8  | offsets that are not begin and end",
        "F32 | [2]    | [0]     | 8  | offsets that are not begin and end",
        "F32 | [2]    | []      | 8  | offsets that are not begin and end",
        "F32 | [2]    | [0,8,8] | 8  | offsets that are not begin and end",
        "F32 | [2]    | [0,8.0] | 8  | is [0, 8.0], expected a list of whole numbers",
        "F32 | [2]    | [0,99999999999999999999] | 8 | is too large or malformed",
        "F32 | [-2]   | [0,8]   | 8  | with a dimension of -2",
        "F32 | [-1,-2]| [0,8]   | 8  | with a dimension of -1",
        "F32 | 2      | [0,8]   | 8  | \"shape\" is 2, expected a list of whole numbers",
        "F32 | [\"2\"]| [0,8]   | 8  | expected a list of whole numbers",
        "F32 | [[2]]  | [0,8]   | 8  | nested deeper than the 3 levels",
        "F32 | [2147483639] | [0,8589934556] | 8 | data, but its tensors take 8589934556",
        "F32 | [2147483640] | [0,8589934560] | 8 | with a dimension of 2147483640",
        "F32 | [65536,65536]| [0,0] | 0  | of more than 2147483639 elements",
        "F32 | [65536,65536,65536,65536] | [0,0] | 0  | of more than 2147483639 elements",
        "F32 | [4294967298]| [0,8]  | 8  | with a dimension of 4294967298",
        "F32 | [9223372036854775807,2] | [0,8] | 8 | with a dimension of 9223372036854775807",
        "F8_E4M3| [8] | [0,8]   | 8  | of type \"F8_E4M3\", "
            + "expected one of [F32, F64, I64, I32, U8, F16,",
        "f32 | [2]    | [0,8]   | 8  | of type \"f32\", expected one of",
      })
  void aTensorThatLiesIsNamed(
      String dtype, String shape, String offsets, int data, String problem) {
    String tensor =
        "{\"w\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}"
            .formatted(dtype, shape, offsets);
    assertRefused(SafetensorsTest.file(tensor, data), problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | does not begin with {",
        "[] | does not begin with {",
        "` {}` | does not begin with {",
        "{ | is not well-formed JSON",
        "{}} | is not the JSON expected: a bracket closes that was not opened",
        "{}x | is not well-formed JSON",
        "{\"w\":1} | the field \"w\" is 1, expected an object",
        "{\"w\":{}} | the field \"dtype\" is missing, expected a string",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[]}} | the field \"data_offsets\" is missing",
        "{\"w\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0],\"more\":1}} "
            + "| with the unknown field \"more\"",
        "{\"__metadata__\":[]} | the field \"__metadata__\" is [], expected an object",
        "{\"__metadata__\":{\"a\":1}} | the field \"a\" is 1, expected a string",
        "{\"__metadata__\":{},\"__metadata__\":{}} | \"__metadata__\" occurs twice",
        "{\"w\":{\"dtype\":\"U8\",\"dtype\":\"U8\"}} | \"dtype\" occurs twice",
      })
  void aHeaderThatIsNoneIsNamed(String header, String problem) {
    assertRefused(SafetensorsTest.file(header == null ? "" : header, 0), problem);
  }

  @Test
  void aTensorOfManyDimensionsIsNamed() {
    String shape = "[1" + ",1".repeat(64) + "]";
    String tensor = "{\"w\":{\"dtype\":\"U8\",\"shape\":" + shape + ",\"data_offsets\":[0,1]}}";
    assertRefused(SafetensorsTest.file(tensor, 1), "of 65 dimensions");
  }

  @Test
  void tensorsThatOverlapAreNamed() {
    String tensor = "{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[%d,%d]}";
    String header = "{\"a\":" + tensor.formatted(0, 4) + ",\"b\":" + tensor.formatted(2, 6) + "}";
    assertRefused(
        SafetensorsTest.file(header, 6), "tensor \"b\" at byte 2 of the data, expected byte 4");
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 100, 1L << 24, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -1})
  void aHeaderLengthBeyondTheFileTakesNoMemory(long length) {
    byte[] file =
        ByteBuffer.allocate(10)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(length)
            .putShort((short) 0)
            .array();
    assertRefused(
        file,
        "is said to have a header of "
            + Long.toUnsignedString(length)
            + " bytes, but the whole file has 10");
  }

  @Test
  void aHeaderOfMoreThan16MebibytesIsRefused() {
    assertRefused(
        SafetensorsTest.file("{}" + " ".repeat(1 << 24), 0),
        "has a header of 16777218 bytes, expected at most 16777216");
  }

  @Test
  void deepNestingIsRefused() {
    assertRefused(
        SafetensorsTest.file("{\"a\":".repeat(1 << 20), 0), "nested deeper than the 3 levels");
  }

  @Test
  void aHeaderThatIsNotUtf8IsRefused() {
    byte[] file = SafetensorsTest.file("{\"a\":1}", 0);
    file[10] = (byte) 0xFF;
    assertRefused(file, "has a header that is not UTF-8");
  }

  @Test
  void everyLengthOfAFileCutShortIsRefused() {
    byte[] whole = SafetensorsTest.sample().bytes();
    for (int length = 0; length < whole.length; length++) {
      assertRefused(Arrays.copyOf(whole, length), "");
    }
    assertRefused(Arrays.copyOf(whole, whole.length + 1), "but its tensors take");
  }

  @Test
  void everyFlippedBitIsNoticed() throws Exception {
    byte[] whole = SafetensorsTest.sample().bytes();
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] damaged = whole.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      assertRefused(damaged, "");
    }
  }

  /// One flipped bit in the key of the checksum made it a key that nobody knows, so that a second
  /// one in the data was read without a word.
  @Test
  void aChecksumCannotBeSwitchedOffByDamageToItsKey() {
    byte[] whole = SafetensorsTest.sample().bytes();
    int key = new String(whole, ISO_8859_1).indexOf("unroll.sha256");
    for (int bit = key * 8; bit < (key + "unroll.sha256".length()) * 8; bit++) {
      byte[] damaged = whole.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      damaged[whole.length - 1] ^= 1;
      assertRefused(damaged, "");
    }
  }

  /// Metadata that speak of Unroll need the checksum, wherever they stand; those of others do not.
  @ParameterizedTest
  @ValueSource(strings = {"unroll.format", "unroll.sha257", "unroll.architecture"})
  void aFileThatSaysItIsOursHasAChecksum(String key) throws Exception {
    var header = "{\"__metadata__\":{\"a\":\"b\",\"%s\":\"1\"}}";
    assertRefused(SafetensorsTest.file(header.formatted(key), 0),
        "says that Unroll wrote it, but has no checksum (unroll.sha256)");
    var other = SafetensorsTest.file(header.formatted(key.replace("unroll", "model")), 0);
    assertThat(Safetensors.read(other, "other").verified()).isFalse();
  }

  @Test
  void randomDamageIsNoticed() throws Exception {
    long seed = 20_240_303;
    var random = new Random(seed);
    byte[] whole = SafetensorsTest.sample().bytes();
    for (int round = 0; round < 5_000; round++) {
      byte[] damaged = whole.clone();
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        int at = random.nextInt(damaged.length);
        switch (random.nextInt(4)) {
          case 0 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
          case 1 -> damaged[at] = (byte) random.nextInt();
          case 2 -> damaged = Arrays.copyOf(damaged, 1 + at);
          default -> {
            int length = Math.min(random.nextInt(32), damaged.length - at);
            System.arraycopy(
                damaged, random.nextInt(damaged.length - length + 1), damaged, at, length);
          }
        }
      }
      if (!Arrays.equals(damaged, whole)) {
        assertNeverVerified("seed %d round %d".formatted(seed, round), damaged);
      }
    }
  }

  /// Damage of any kind is refused, or so large that nothing of our beginning is left: then the
  /// file is one from elsewhere, read without the claim that it is intact.
  private static void assertNeverVerified(String what, byte[] damaged) throws Exception {
    try {
      var read = Safetensors.read(damaged, "damaged");
      assertThat(read.verified()).as(what).isFalse();
      assertThat(new String(damaged, 0, 64, ISO_8859_1))
          .as(what)
          .doesNotContain("{\"__metadata__\":{\"unroll.sha256\":\"");
    } catch (FormatException e) {
      assertThat(e).as(what).hasMessageStartingWith("damaged");
    }
  }

  private static void assertRefused(byte[] file, String problem) {
    assertThatThrownBy(() -> Safetensors.read(file, "hostile"))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("hostile")
        .hasMessageContaining(problem)
        .hasMessageContaining(";")
        .hasMessageEndingWith(".")
        .message()
        .hasSizeLessThan(400)
        .doesNotContain("\n");
  }
}

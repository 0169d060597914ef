package dev.unroll.table.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalTest {
  private static double parse(String text) {
    byte[] bytes = ("<" + text + ">").getBytes(UTF_8);
    return Decimal.parse(bytes, 1, bytes.length - 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-0", "12", "+12", "-12.5", ".5", "5.", "1e3", "1E-3", "2.5e+10",
    "0.1", "9007199254740993", "123456789012345678901234567890", "4.9e-324", "1e-400",
    "1.7976931348623157e308", "0.00000000000000000000000000000001", "1700000000.25"})
  void isWhatJavaReads(String text) {
    assertThat(parse(text)).isEqualTo(Double.parseDouble(text));
    assertThat(parse("  " + text + " ")).isEqualTo(Double.parseDouble(text));
  }

  /// Java reads the first three as doubles.
  @ParameterizedTest
  @ValueSource(
      strings = {"1d", "2f", "0x1p3", "", " ", ".", "-", "e5", "1e", "1e+", "1 2", "1,5", "NaN",
        "Infinity", "-Infinity", "1e999", "1.2.3", "--1", "１", "1_000"})
  void isNoNumber(String text) {
    assertThat(parse(text)).isNaN();
  }

  @Test
  void anyNumberIsReadAsJavaReadsIt() {
    var random = new SplittableRandom(5);
    for (int i = 0; i < 100_000; i++) {
      String text = switch (i % 4) {
        case 0 -> Double.toString(Double.longBitsToDouble(random.nextLong() & ~(1L << 62)));
        case 1 -> Long.toString(random.nextLong());
        case 2 -> String.format(Locale.ROOT, "%.6f", 1000 * random.nextDouble() - 500);
        default -> random.nextInt(1000) + "." + random.nextLong(1L << 50);
      };
      assertThat(parse(text)).as(text).isEqualTo(Double.parseDouble(text));
    }
  }
}

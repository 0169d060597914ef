package dev.unroll.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.tensor.Rows;
import java.util.Arrays;

/// Rows of numbers for tests.
public final class Numbers {
  private Numbers() {}

  public static Rows sines(int rows, int columns, double phase) {
    var sines = Rows.allocate(rows, columns);
    for (int i = 0; i < sines.array().length; i++) {
      sines.array()[i] = (float) Math.sin(i + phase);
    }
    return sines;
  }

  /// Steps `[from, to)` of one sample of `[T, B, columns]`.
  static Rows sample(Rows rows, int batch, int sample, int from, int to) {
    int n = rows.columns();
    var one = Rows.allocate(to - from, n);
    for (int t = from; t < to; t++) {
      System.arraycopy(rows.array(), rows.offset() + (t * batch + sample) * n, one.array(),
          (t - from) * n, n);
    }
    return one;
  }

  public static float[] read(Rows rows, int count) {
    int n = count * rows.columns();
    return Arrays.copyOfRange(rows.array(), rows.offset(), rows.offset() + n);
  }

  /// The same numbers, where 0 is −0.
  public static void assertSame(String what, float[] expected, float[] actual) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      if (!(expected[i] == actual[i])) {
        throw new AssertionError("%s: [%d] is %s, expected %s"
            .formatted(what, i, actual[i], expected[i]));
      }
    }
  }

  /// Sums in another order: about ten roundings of the largest.
  public static void assertClose(String what, float[] expected, float[] actual) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    float scale = 1;
    for (float e : expected) {
      scale = Math.max(scale, Math.abs(e));
    }
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(expected[i] - actual[i]) <= 2e-6 * scale)) {
        throw new AssertionError("%s: [%d] is %s, expected %s"
            .formatted(what, i, actual[i], expected[i]));
      }
    }
  }
}

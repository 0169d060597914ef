package dev.unroll.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.kernel.FloatPanels;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.SmallKind;
import dev.unroll.kernel.SmallPanels;
import dev.unroll.tensor.Precision;
import dev.unroll.tensor.store.SmallMatrices;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Products by small weights have the bits of products by floats of the same values, with every
/// provider, both sets of tiles, and vector kernels that are not warm yet.
class SmallProductTest {
  static final Kernels[] KERNELS = ProductTest.KERNELS;

  @ParameterizedTest
  @FieldSource("KERNELS")
  void everyNumberOfRowsHasTheBitsOfFloats(Kernels kernels) {
    var random = new Random(7);
    for (int rows = 1; rows <= 40; rows++) {
      for (int columns : new int[] {3, 7 * 16 + 1, 300}) {
        int depth = 1 + random.nextInt(20) + (rows % 10 == 4 ? 512 : 0);
        assertBitsOfFloats(kernels, random, rows, depth, columns);
      }
    }
  }

  /// So many weights that many rows unpack them in several groups.
  @ParameterizedTest
  @FieldSource("KERNELS")
  void manyWeightsHaveTheBitsOfFloats(Kernels kernels) {
    for (int rows : new int[] {1, 2, 9, 23, 24, 139}) {
      assertBitsOfFloats(kernels, new Random(rows), rows, 1300 + rows, 401);
    }
  }

  /// Scales of other programs are no powers of two: each element is rounded before it is
  /// multiplied.
  @ParameterizedTest
  @FieldSource("KERNELS")
  void bytesWithAnyScaleHaveTheBitsOfFloats(Kernels kernels) {
    var random = new Random(11);
    for (int rows : new int[] {1, 2, 3, 4, 5, 7, 8, 9, 15, 23, 24, 139}) {
      for (int columns : new int[] {3, 7 * 16 + 1, 300}) {
        int depth = 1 + random.nextInt(20) + (rows % 4 == 1 ? 512 : 0);
        float[] a = floats(random, rows * depth);
        float[] start = floats(random, rows * columns);
        float[] matrix = new float[depth * columns];
        var small = kernels.panels(depth, columns, SmallKind.SCALED_INT8);
        for (int j = 0; j < columns; j++) {
          float scale = random.nextFloat() - 0.3f;
          small.scales()[j] = scale;
          for (int k = 0; k < depth; k++) {
            byte q = (byte) random.nextInt();
            small.set(k, j, q);
            matrix[k * columns + j] = q * scale;
          }
        }
        var floats = kernels.panels(depth, columns);
        kernels.pack(matrix, 0, columns, 1, floats);
        assertThat(small.unpacked()).isEqualTo(floats.unpacked());
        assertSame(kernels, "scaled int8", a, rows, floats, small, start);
      }
    }
  }

  private static void assertBitsOfFloats(Kernels kernels, Random random, int rows, int depth,
      int columns) {
    float[] a = floats(random, rows * depth);
    float[] start = floats(random, rows * columns);
    // A row of the whole matrix [columns, whole] has more elements than the product uses.
    int whole = depth + random.nextInt(5);
    int first = random.nextInt(whole - depth + 1);
    for (var precision : new Precision[] {Precision.BFLOAT16, Precision.INT8}) {
      float[] matrix = floats(random, columns * whole);
      precision.round(matrix, 0, columns, whole);
      var floats = kernels.panels(depth, columns);
      kernels.pack(matrix, first, 1, whole, floats);
      var small = (SmallPanels) kernels.panels(depth, columns, precision);
      int half = small.count() / 2;
      var stored = SmallMatrices.of(precision, matrix, columns, whole);
      small.pack(stored, first, whole, half, small.count());
      small.pack(stored, first, whole, 0, half);
      assertThat(small.unpacked()).isEqualTo(floats.unpacked());
      assertSame(kernels, precision.toString(), a, rows, floats, small, start);
    }
  }

  private static void assertSame(Kernels kernels, String kind, float[] a, int rows,
      FloatPanels floats, SmallPanels small, float[] start) {
    for (int split : new int[] {0, small.count() / 2 * small.width()}) {
      for (boolean accumulate : new boolean[] {false, true}) {
        for (boolean descending : new boolean[] {false, true}) {
          float[] expected = start.clone();
          product(kernels, a, rows, floats, split, expected, accumulate, descending);
          float[] result = start.clone();
          product(kernels, a, rows, small, split, result, accumulate, descending);
          assertThat(Arrays.mismatch(result, expected))
              .as("%s, %s: %d rows, columns %d of %d, depth %d, adds %b, descending %b: element",
                  kernels.name(), kind, rows, split, small.columns(), small.depth(), accumulate,
                  descending)
              .isEqualTo(-1);
        }
      }
    }
  }

  private static void product(Kernels kernels, float[] a, int rows, Object b, int from, float[] c,
      boolean accumulate, boolean descending) {
    switch (b) {
      case FloatPanels it -> kernels.multiply(a, 0, it.depth(), rows, it, from, it.columns(), c, 0,
          it.columns(), accumulate, descending);
      case SmallPanels it -> kernels.multiply(a, 0, it.depth(), rows, it, from, it.columns(), c, 0,
          it.columns(), accumulate, descending);
      default -> throw new AssertionError(b);
    }
  }

  private static float[] floats(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (random.nextFloat() - 0.5f) * 20;
    }
    return values;
  }
}

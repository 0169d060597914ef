package dev.unroll.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.kernel.FloatPanels;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Panels;
import dev.unroll.kernel.RightFactor;
import dev.unroll.kernel.Workspace;
import dev.unroll.kernel.provider.Providers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Every provider, both sets of tiles and their variants, and vector kernels that are not warm yet,
/// against the rule of the bits written as three loops.
class ProductTest {
  private static final int LANES = FloatVector.SPECIES_PREFERRED.length();

  static final Kernels[] KERNELS = {
    Providers.scalar(), new VectorKernels(new TileSet(LANES, 16)),
    new VectorKernels(new TileSet(LANES, 32)), variant(16, 0), variant(16, 2), variant(32, 3),
    VectorKernels.create()
  };

  private static Kernels variant(int registers, int variant) {
    var kernels = new VectorKernels(new TileSet(LANES, registers));
    kernels.use(variant);
    return kernels;
  }

  /// A random product: sizes, where the matrices lie, and how the work is split.
  private record Problem(
      int rows,
      int depth,
      int columns,
      int aOffset,
      int aStride,
      int cOffset,
      int cStride,
      int rowSplit,
      boolean accumulate,
      boolean descending) {
    static Problem random(Random random) {
      int rows = random.nextInt(8) == 0 ? 90 + random.nextInt(20) : 1 + random.nextInt(25);
      int columns = 1 + random.nextInt(random.nextInt(4) == 0 ? 200 : 50);
      int depth =
          random.nextInt(3) == 0
              ? Kernels.DEPTH_BLOCK * (1 + random.nextInt(2)) - 3 + random.nextInt(7)
              : 1 + random.nextInt(70);
      return new Problem(
          rows,
          depth,
          columns,
          random.nextInt(5),
          Math.max(rows, depth) + random.nextInt(4),
          random.nextInt(5),
          columns + random.nextInt(4),
          random.nextInt(rows + 1),
          random.nextBoolean(),
          random.nextBoolean());
    }

    float[] c(Random random) {
      return floats(random, cOffset + rows * cStride + 3);
    }
  }

  @ParameterizedTest
  @FieldSource("KERNELS")
  void productsFollowTheRuleOfTheBits(Kernels kernels) {
    for (int seed = 0; seed < 120; seed++) {
      Random random = new Random(seed);
      Problem p = Problem.random(random);
      float[] a = floats(random, p.aOffset + p.rows * p.aStride);
      float[] matrix = floats(random, p.depth * p.columns);
      float[] c = p.c(random);
      float[] expected = c.clone();
      for (int i = 0; i < p.rows; i++) {
        for (int j = 0; j < p.columns; j++) {
          int at = p.cOffset + i * p.cStride + j;
          float start = p.accumulate ? c[at] : 0;
          expected[at] =
              sum(a, p.aOffset + i * p.aStride, 1, matrix, j, p.columns, p.depth, start);
        }
      }

      FloatPanels b = kernels.panels(p.depth, p.columns);
      boolean transposed = random.nextBoolean();
      float[] source = transposed ? transpose(matrix, p.depth, p.columns) : matrix;
      kernels.pack(source, 0, transposed ? 1 : p.columns, transposed ? p.depth : 1, b);
      assertThat(b.unpacked()).as("seed %d", seed).isEqualTo(matrix);
      int split = Math.min(p.columns, random.nextInt(1 + p.columns / b.width()) * b.width());
      int rest = p.rows - p.rowSplit;
      int aRest = p.aOffset + p.rowSplit * p.aStride;
      int cRest = p.cOffset + p.rowSplit * p.cStride;
      multiply(kernels, p, a, p.aOffset, p.rowSplit, b, 0, split, c, p.cOffset);
      multiply(kernels, p, a, p.aOffset, p.rowSplit, b, split, p.columns, c, p.cOffset);
      multiply(kernels, p, a, aRest, rest, b, 0, split, c, cRest);
      multiply(kernels, p, a, aRest, rest, b, split, p.columns, c, cRest);
      assertSameBits(c, expected, seed, p);
    }
  }

  /// Each number of rows has tiles of its own; from 8 panels on, rows are packed.
  @ParameterizedTest
  @FieldSource("KERNELS")
  void everyNumberOfRowsFollowsTheRuleOfTheBits(Kernels kernels) {
    Random random = new Random(40);
    for (int rows = 1; rows <= 40; rows++) {
      for (int columns : new int[] {3, 7 * 16 + 1, 300}) {
        int depth = 1 + random.nextInt(20) + (rows % 10 == 4 ? 512 : 0);
        assertFollowsTheRule(kernels, random, rows, depth, columns);
      }
    }
  }

  /// More than 2¹⁸ weights pass a row by fewer panels at once.
  @ParameterizedTest
  @FieldSource("KERNELS")
  void fewRowsOfManyWeightsFollowTheRuleOfTheBits(Kernels kernels) {
    for (int rows = 1; rows <= 3; rows++) {
      assertFollowsTheRule(kernels, new Random(rows), rows, 700 + rows, 401);
    }
  }

  /// More than 2²⁰ weights are passed in parts by many rows: here some parts of the depth and two
  /// of the columns.
  @ParameterizedTest
  @FieldSource("KERNELS")
  void manyRowsOfManyWeightsFollowTheRuleOfTheBits(Kernels kernels) {
    assertFollowsTheRule(kernels, new Random(4), 139, 1541, 1539);
  }

  private static void assertFollowsTheRule(Kernels kernels, Random random, int rows, int depth,
      int columns) {
    float[] a = floats(random, rows * depth);
    float[] matrix = floats(random, depth * columns);
    float[] c = floats(random, rows * columns);
    float[] expected = c.clone();
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        int at = i * columns + j;
        expected[at] = sum(a, i * depth, 1, matrix, j, columns, depth, c[at]);
      }
    }
    FloatPanels b = kernels.panels(depth, columns);
    kernels.pack(matrix, 0, columns, 1, b);
    for (boolean descending : new boolean[] {false, true}) {
      float[] result = c.clone();
      kernels.multiply(a, 0, depth, rows, b, 0, columns, result, 0, columns, true, descending);
      int at = Arrays.mismatch(result, expected);
      assertThat(at).as("%s: %d rows, %d columns, depth %d, descending %b: element", kernels.name(),
          rows, columns, depth, descending).isEqualTo(-1);
    }
  }

  @Test
  void panelsAreFilledInShares() {
    Random random = new Random(3);
    int depth = 37;
    int columns = 61;
    float[] matrix = floats(random, depth * columns);
    var b = new FloatPanels(depth, columns, 16);
    assertThat(b.count()).isEqualTo(4);
    b.pack(matrix, 0, columns, 1, 3, 4);
    b.pack(transpose(matrix, depth, columns), 0, 1, depth, 0, 3);
    assertThat(b.unpacked()).isEqualTo(matrix);
  }

  private static void multiply(
      Kernels kernels,
      Problem p,
      float[] a,
      int aOffset,
      int rows,
      Panels b,
      int from,
      int to,
      float[] c,
      int cOffset) {
    kernels.multiply(
        a, aOffset, p.aStride, rows, b, from, to, c, cOffset, p.cStride, p.accumulate,
        p.descending);
  }

  @ParameterizedTest
  @FieldSource("KERNELS")
  void outerProductsFollowTheRuleOfTheBits(Kernels kernels) {
    Workspace workspace = new Workspace();
    for (int seed = 0; seed < 120; seed++) {
      Random random = new Random(seed);
      Problem p = Problem.random(random);
      float[] a = floats(random, p.aOffset + p.depth * p.aStride);
      int bOffset = random.nextInt(5);
      int bStride = p.columns + random.nextInt(4);
      float[] b = floats(random, bOffset + p.depth * bStride);
      float[] c = p.c(random);
      float[] expected = c.clone();
      for (int i = 0; i < p.rows; i++) {
        for (int j = 0; j < p.columns; j++) {
          int at = p.cOffset + i * p.cStride + j;
          expected[at] =
              sum(a, p.aOffset + i, p.aStride, b, bOffset + j, bStride, p.depth, c[at]);
        }
      }
      outer(kernels, p, a, b, bOffset, bStride, 0, p.rowSplit, c, workspace);
      outer(kernels, p, a, b, bOffset, bStride, p.rowSplit, p.rows, c, workspace);
      assertSameBits(c, expected, seed, p);
    }
  }

  private static void outer(
      Kernels kernels,
      Problem p,
      float[] a,
      float[] b,
      int bOffset,
      int bStride,
      int rowFrom,
      int rowTo,
      float[] c,
      Workspace workspace) {
    // Two factors, as the columns of one matrix are enough to tell them apart.
    int first = (p.columns + 1) / 2;
    var factors = new ArrayList<RightFactor>();
    factors.add(RightFactor.of(b, bOffset, bStride, first, c, p.cOffset, p.cStride));
    if (first < p.columns) {
      factors.add(RightFactor.of(b, bOffset + first, bStride, p.columns - first, c,
          p.cOffset + first, p.cStride));
    }
    kernels.accumulateOuter(a, p.aOffset, p.aStride, p.depth, rowFrom, rowTo, factors, workspace);
  }

  /// The rule: blocks of fused multiply-adds in order. Starting from +0 instead of setting the
  /// first block changes nothing but a −0, which a sum that begins with +0 never is.
  private static float sum(
      float[] a, int ao, int as, float[] b, int bo, int bs, int depth, float start) {
    float total = start;
    for (int block = 0; block < depth; block += 512) {
      float sum = 0;
      for (int k = block; k < Math.min(depth, block + 512); k++) {
        sum = Math.fma(a[ao + k * as], b[bo + k * bs], sum);
      }
      total += sum;
    }
    return total;
  }

  /// A sum of n rounded terms is off by at most n·2⁻²⁴·Σ|aₖ bₖ| (Higham, Accuracy and Stability of
  /// Numerical Algorithms, 3.1), and a little more for the terms of second order.
  @ParameterizedTest
  @FieldSource("KERNELS")
  void productsAreCloseToDoubles(Kernels kernels) {
    int rows = 7;
    int depth = 1100;
    int columns = 37;
    Random random = new Random(5);
    float[] a = floats(random, rows * depth);
    float[] matrix = floats(random, depth * columns);
    FloatPanels b = kernels.panels(depth, columns);
    kernels.pack(matrix, 0, columns, 1, b);
    float[] c = new float[rows * columns];
    kernels.multiply(a, 0, depth, rows, b, 0, columns, c, 0, columns, false);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double sum = 0;
        double magnitude = 0;
        for (int k = 0; k < depth; k++) {
          double term = (double) a[i * depth + k] * matrix[k * columns + j];
          sum += term;
          magnitude += Math.abs(term);
        }
        double bound = 1.001 * depth * 0x1p-24 * magnitude;
        assertThat((double) c[i * columns + j]).isCloseTo(sum, within(bound));
      }
    }
  }

  private static void assertSameBits(float[] actual, float[] expected, int seed, Problem p) {
    int at = Arrays.mismatch(actual, expected);
    assertThat(at)
        .as(
            () -> "seed %d, %s: element %d is %s, expected %s"
                .formatted(seed, p, at, actual[at], expected[at]))
        .isEqualTo(-1);
  }

  private static float[] floats(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }

  private static float[] transpose(float[] matrix, int rows, int columns) {
    float[] transposed = new float[matrix.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        transposed[j * rows + i] = matrix[i * columns + j];
      }
    }
    return transposed;
  }
}

package dev.unroll.kernel.vector;

import dev.unroll.expr.Function;
import dev.unroll.expr.Operator;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Panels;
import dev.unroll.kernel.Workspace;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The kernels on the Vector API, for the widest vectors of this machine.
public final class VectorKernels implements Kernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /// Rows of A that stay in the second-level cache while all panels pass: 96 · 512 floats, 192 KB.
  private static final int ROW_BLOCK = 96;

  /// The rows of the largest tile.
  private static final int TILE = 6;

  /// Elements between packed tiles and panels: their length is a multiple of 4 KB, so that without a
  /// gap all of them would compete for the same few lines of the first-level cache.
  private static final int GAP = 16;

  private final Tiles tiles;
  private final int width;

  /// A tile that sticks out over the end of C is computed here first.
  private final ThreadLocal<float[]> margin;

  VectorKernels(Tiles tiles) {
    this.tiles = tiles;
    this.width = tiles.width();
    this.margin = ThreadLocal.withInitial(() -> new float[TILE * width]);
  }

  /// The kernels of this machine.
  public static Kernels create() {
    // 512-bit x86 and 64-bit Arm have 32 vector registers, all others here 16.
    boolean many =
        SPECIES.vectorBitSize() >= 512 || System.getProperty("os.arch").equals("aarch64");
    return new VectorKernels(many ? new Tiles4() : new Tiles2());
  }

  @Override
  public String name() {
    return "vector " + SPECIES.vectorBitSize() + " bit";
  }

  @Override
  public int lanes() {
    return SPECIES.length();
  }

  @Override
  public Panels panels(int depth, int columns) {
    return new Panels(depth, columns, width);
  }

  @Override
  public void multiply(
      float[] a,
      int aOffset,
      int aStride,
      int rows,
      Panels b,
      int columnFrom,
      int columnTo,
      float[] c,
      int cOffset,
      int cStride,
      boolean accumulate) {
    b.check(width, columnFrom, columnTo);
    for (int i = 0; i < rows; i += ROW_BLOCK) {
      int blockRows = Math.min(ROW_BLOCK, rows - i);
      for (int k = 0; k < b.depth(); k += DEPTH_BLOCK) {
        int depth = Math.min(DEPTH_BLOCK, b.depth() - k);
        int from = aOffset + i * aStride + k;
        int to = cOffset + i * cStride;
        boolean add = accumulate || k > 0;
        if (blockRows == 1) {
          row(a, from, b, k, depth, columnFrom, columnTo, c, to, add);
        } else {
          block(a, from, aStride, blockRows, b, k, depth, columnFrom, columnTo, c, to, cStride,
              add);
        }
      }
    }
  }

  /// One row of A times a block of the depth of B.
  private void row(
      float[] a,
      int ao,
      Panels b,
      int k,
      int depth,
      int columnFrom,
      int columnTo,
      float[] c,
      int co,
      boolean add) {
    int stride = b.depth() * width;
    int full = columnTo / width;
    int panel = columnFrom / width;
    while (panel < full) {
      int panels = Math.min(tiles.panelsAtOnce(), full - panel);
      int bo = b.offset(panel) + k * width;
      tiles.rows1(a, ao, b.data(), bo, stride, panels, depth, c, co + panel * width, add);
      panel += panels;
    }
    if (full * width < columnTo) {
      float[] tile = margin.get();
      tiles.rows1(a, ao, b.data(), b.offset(full) + k * width, 0, 1, depth, tile, 0, false);
      store(tile, 1, columnTo - full * width, c, co + full * width, 0, add);
    }
  }

  /// Some rows of A times a block of the depth of B: each panel stays in the cache while the rows
  /// pass in tiles of nearly equal size.
  private void block(
      float[] a,
      int ao,
      int as,
      int rows,
      Panels b,
      int k,
      int depth,
      int columnFrom,
      int columnTo,
      float[] c,
      int co,
      int cs,
      boolean add) {
    int count = (rows + TILE - 1) / TILE;
    for (int j = columnFrom; j < columnTo; j += width) {
      int bo = b.offset(j / width) + k * width;
      int valid = Math.min(width, columnTo - j);
      for (int t = 0, i = 0; t < count; t++) {
        int size = (rows - i) / (count - t);
        int from = ao + i * as;
        int to = co + i * cs + j;
        if (valid == width) {
          tile(a, from, as, size, b.data(), bo, depth, c, to, cs, add);
        } else {
          float[] tile = margin.get();
          tile(a, from, as, size, b.data(), bo, depth, tile, 0, width, false);
          store(tile, size, valid, c, to, cs, add);
        }
        i += size;
      }
    }
  }

  private void tile(
      float[] a,
      int ao,
      int as,
      int rows,
      float[] b,
      int bo,
      int depth,
      float[] c,
      int co,
      int cs,
      boolean add) {
    switch (rows) {
      case 6 -> tiles.rows6(a, ao, as, b, bo, depth, c, co, cs, add);
      case 2 -> tiles.rows2(a, ao, as, b, bo, depth, c, co, cs, add);
      default -> tiles.rows5(a, ao, as, rows, b, bo, depth, c, co, cs, add);
    }
  }

  /// Copies the valid part of a tile to C, or adds it.
  private void store(float[] tile, int rows, int columns, float[] c, int co, int cs, boolean add) {
    for (int i = 0; i < rows; i++) {
      int to = co + i * cs;
      for (int j = 0; j < columns; j++) {
        float sum = tile[i * width + j];
        c[to + j] = add ? c[to + j] + sum : sum;
      }
    }
  }

  @Override
  public void accumulateOuter(
      float[] a,
      int aOffset,
      int aStride,
      float[] b,
      int bOffset,
      int bStride,
      int depth,
      int rowFrom,
      int rowTo,
      int columns,
      float[] c,
      int cOffset,
      int cStride,
      Workspace workspace) {
    int panels = (columns + width - 1) / width;
    float[] left = workspace.left(ROW_BLOCK / TILE * (TILE * DEPTH_BLOCK + GAP));
    float[] right = workspace.right(panels * (width * DEPTH_BLOCK + GAP));
    for (int from = 0; from < depth; from += DEPTH_BLOCK) {
      int block = Math.min(DEPTH_BLOCK, depth - from);
      packRight(b, bOffset + from * bStride, bStride, block, columns, right);
      for (int i = rowFrom; i < rowTo; i += ROW_BLOCK) {
        int rows = Math.min(ROW_BLOCK, rowTo - i);
        packLeft(a, aOffset + from * aStride + i, aStride, block, rows, left);
        outer(left, rows, right, block, columns, c, cOffset + i * cStride, cStride);
      }
    }
  }

  /// Packed rows times packed panels, added to C.
  private void outer(
      float[] left, int rows, float[] right, int depth, int columns, float[] c, int co, int cs) {
    for (int j = 0, bo = 0; j < columns; j += width, bo += width * depth + GAP) {
      int valid = Math.min(width, columns - j);
      for (int i = 0, ao = 0; i < rows; i += TILE, ao += TILE * depth + GAP) {
        int size = Math.min(TILE, rows - i);
        int to = co + i * cs + j;
        if (valid == width && size == TILE) {
          tiles.packed6(left, ao, 1, right, bo, depth, c, to, cs, true);
        } else {
          float[] tile = margin.get();
          tiles.packed6(left, ao, 1, right, bo, depth, tile, 0, width, false);
          store(tile, size, valid, c, to, cs, true);
        }
      }
    }
  }

  /// Columns of A, six at a time: element r of row k of a tile is `A[k, i + r]`, zero beyond the last.
  private static void packLeft(float[] a, int ao, int as, int depth, int rows, float[] left) {
    int tile = TILE * depth + GAP;
    int whole = rows / TILE;
    for (int k = 0; k < depth; k++) {
      int from = ao + k * as;
      int to = k * TILE;
      for (int t = 0; t < whole; t++) {
        // Two vectors of 4 that overlap by 2 are the 6 numbers.
        FloatVector.fromArray(FloatVector.SPECIES_128, a, from).intoArray(left, to);
        FloatVector.fromArray(FloatVector.SPECIES_128, a, from + 2).intoArray(left, to + 2);
        from += TILE;
        to += tile;
      }
      if (whole * TILE < rows) {
        Arrays.fill(left, to, to + TILE, 0);
        System.arraycopy(a, from, left, to, rows - whole * TILE);
      }
    }
  }

  /// B in panels: element r of row k of a panel is `B[k, j + r]`, zero beyond the last.
  private void packRight(float[] b, int bo, int bs, int depth, int columns, float[] right) {
    for (int k = 0; k < depth; k++) {
      int from = bo + k * bs;
      for (int j = 0, to = k * width; j < columns; j += width, to += width * depth + GAP) {
        int valid = Math.min(width, columns - j);
        System.arraycopy(b, from + j, right, to, valid);
        Arrays.fill(right, to + valid, to + width, 0);
      }
    }
  }

  @Override
  public void apply(Function f, float[] a, int ao, float[] y, int yo, int n) {
    VectorFunctions.apply(f, a, ao, y, yo, n);
  }

  @Override
  public void combine(
      Operator op,
      float[] a,
      int ao,
      boolean aScalar,
      float[] b,
      int bo,
      boolean bScalar,
      float[] y,
      int yo,
      int n) {
    VectorOperations.combine(op, a, ao, aScalar, b, bo, bScalar, y, yo, n);
  }

  @Override
  public float sum(float[] a, int ao, int n) {
    return VectorSum.sum(a, ao, n);
  }
}

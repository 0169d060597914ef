package dev.unroll.kernel;

/// Panels of floats.
///
/// ```
/// B[k, j] = data[offset(j / width) + k·width + j mod width]
/// ```
///
/// Made by [Kernels#panels], filled by [Kernels#pack].
public final class FloatPanels extends Panels {
  /// Under G1 this element of a large array lies at the start of a cache line; vectors that
  /// straddle two lines are read at half speed.
  private static final int FIRST = 12;

  /// The columns that are transposed together, and the rows that are copied together.
  private static final int STRIP = 8;

  private static final int ROWS = 16;

  private final int depth;
  private final int columns;
  private final int width;
  private final float[] data;

  /// Panels of zeros.
  ///
  /// @throws IllegalArgumentException if a size is below 1 or the matrix has 2³¹ elements or more
  public FloatPanels(int depth, int columns, int width) {
    super(depth, columns, width);
    this.depth = depth;
    this.columns = columns;
    this.width = width;
    data = new float[length(FIRST, depth)];
  }

  /// The elements, for kernels.
  public float[] data() {
    return data;
  }

  /// The start of a panel in [#data].
  public int offset(int panel) {
    return FIRST + panel * depth * width;
  }

  /// Fills the panels from one to another:
  /// `B[k, j] = source[offset + k·depthStride + j·columnStride]`. Different panels may be filled at
  /// once.
  ///
  /// @param from the first panel
  /// @param to the panel behind the last one
  public void pack(
      float[] source, int offset, int depthStride, int columnStride, int from, int to) {
    if (columnStride == 1) {
      copy(source, offset, depthStride, from, to);
    } else {
      for (int panel = from; panel < to; panel++) {
        int column = panel * width;
        int end = Math.min(columns, column + width);
        for (int at = offset(panel); column < end; at += STRIP) {
          int start = offset + column * columnStride;
          if (end - column >= STRIP) {
            transposeStrip(source, start, depthStride, columnStride, at);
            column += STRIP;
          } else {
            transpose(source, start, depthStride, columnStride, at, end - column);
            column = end;
          }
        }
      }
    }
  }

  /// Copies some k of all panels at a time, so that few rows of the source are read at once: at a
  /// distance of a power of two they would compete for the same lines of the cache.
  private void copy(float[] source, int offset, int depthStride, int from, int to) {
    for (int first = 0; first < depth; first += ROWS) {
      int end = Math.min(depth, first + ROWS);
      for (int panel = from; panel < to; panel++) {
        int column = panel * width;
        int valid = Math.min(width, columns - column);
        int at = offset(panel) + first * width;
        for (int k = first; k < end; k++, at += width) {
          System.arraycopy(source, offset + k * depthStride + column, data, at, valid);
        }
      }
    }
  }

  /// Eight columns side by side, k by k: the writes fill whole cache lines.
  private void transposeStrip(float[] source, int r0, int depthStride, int columnStride, int to) {
    int r1 = r0 + columnStride;
    int r2 = r1 + columnStride;
    int r3 = r2 + columnStride;
    int r4 = r3 + columnStride;
    int r5 = r4 + columnStride;
    int r6 = r5 + columnStride;
    int r7 = r6 + columnStride;
    for (int k = 0, at = to, row = 0; k < depth; k++, at += width, row += depthStride) {
      data[at] = source[r0 + row];
      data[at + 1] = source[r1 + row];
      data[at + 2] = source[r2 + row];
      data[at + 3] = source[r3 + row];
      data[at + 4] = source[r4 + row];
      data[at + 5] = source[r5 + row];
      data[at + 6] = source[r6 + row];
      data[at + 7] = source[r7 + row];
    }
  }

  private void transpose(
      float[] source, int start, int depthStride, int columnStride, int to, int valid) {
    for (int j = 0; j < valid; j++) {
      int row = start + j * columnStride;
      for (int k = 0; k < depth; k++) {
        data[to + k * width + j] = source[row + k * depthStride];
      }
    }
  }

  @Override
  public float[] unpacked() {
    float[] matrix = new float[Math.multiplyExact(depth, columns)];
    for (int column = 0; column < columns; column += width) {
      int valid = Math.min(width, columns - column);
      for (int k = 0; k < depth; k++) {
        System.arraycopy(
            data, offset(column / width) + k * width, matrix, k * columns + column, valid);
      }
    }
    return matrix;
  }
}

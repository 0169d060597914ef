package dev.unroll.kernel;

/// A matrix `B [depth, columns]` laid out as right-hand operand of a product: panels of `width`
/// columns, each panel `[depth, width]` row by row, the last one filled up with zeros.
///
/// ```
/// B[k, j] = data[offset(j / width) + k·width + j mod width]
/// ```
///
/// Made by [Kernels#panels], filled by [Kernels#pack], read by [Kernels#multiply]. Any number of
/// threads may read at once; packing must not overlap with reading.
public final class Panels {
  /// Under G1 this element of a large array lies at the start of a cache line; vectors that straddle
  /// two lines are read at half speed.
  private static final int FIRST = 12;

  private final int depth;
  private final int columns;
  private final int width;
  private final float[] data;

  /// Panels of zeros.
  ///
  /// @throws IllegalArgumentException if a size is below 1 or the matrix has 2³¹ elements or more
  public Panels(int depth, int columns, int width) {
    if (depth < 1 || columns < 1 || width < 1) {
      throw new IllegalArgumentException(
          "Panels: depth %d, columns %d and width %d must all be at least 1"
              .formatted(depth, columns, width));
    }
    long length = (columns + (long) width - 1) / width * width * depth + FIRST;
    if (length > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "Panels: a matrix [%d, %d] needs %d floats, more than an array holds"
              .formatted(depth, columns, length));
    }
    this.depth = depth;
    this.columns = columns;
    this.width = width;
    this.data = new float[(int) length];
  }

  /// The length of the sums, k.
  public int depth() {
    return depth;
  }

  /// The columns of the matrix, without filling.
  public int columns() {
    return columns;
  }

  /// The columns of one panel. Splits of the columns between threads fall on multiples of it.
  public int width() {
    return width;
  }

  /// The elements, for kernels.
  public float[] data() {
    return data;
  }

  /// Where a panel begins in [#data].
  public int offset(int panel) {
    return FIRST + panel * depth * width;
  }

  /// Fills the panels: `B[k, j] = source[offset + k·depthStride + j·columnStride]`.
  public void pack(float[] source, int offset, int depthStride, int columnStride) {
    for (int column = 0, to = FIRST; column < columns; column += width, to += depth * width) {
      int valid = Math.min(width, columns - column);
      int from = offset + column * columnStride;
      if (columnStride == 1) {
        for (int k = 0; k < depth; k++) {
          System.arraycopy(source, from + k * depthStride, data, to + k * width, valid);
        }
      } else {
        for (int j = 0; j < valid; j++) {
          int row = from + j * columnStride;
          for (int k = 0; k < depth; k++) {
            data[to + k * width + j] = source[row + k * depthStride];
          }
        }
      }
    }
  }

  /// Refuses the panels of another provider, and a range of columns that is not whole panels.
  public void check(int expectedWidth, int columnFrom, int columnTo) {
    if (width != expectedWidth) {
      throw new IllegalArgumentException(
          "%s: these kernels need panels of width %d; make them with panels(%d, %d) of the same"
              .formatted(this, expectedWidth, depth, columns));
    }
    boolean starts = columnFrom >= 0 && columnFrom % width == 0;
    boolean ends = columnTo <= columns && (columnTo % width == 0 || columnTo == columns);
    if (!starts || !ends) {
      throw new IllegalArgumentException(
          "Columns [%d, %d) of %d: both ends must be multiples of the panel width %d or the end"
              .formatted(columnFrom, columnTo, columns, width));
    }
  }

  /// A copy of the matrix as `[depth, columns]`, row by row.
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

  @Override
  public String toString() {
    return "Panels[%d, %d], width %d".formatted(depth, columns, width);
  }
}

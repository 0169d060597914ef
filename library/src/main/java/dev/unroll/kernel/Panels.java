package dev.unroll.kernel;

/// A matrix `B [depth, columns]` laid out as the right-hand operand of a product: panels of `width`
/// columns, each panel `[depth, width]` row by row, the last one filled up with zeros.
///
/// Read by [Kernels#multiply]. Any number of threads may read at once; packing must not overlap
/// with reading.
public abstract sealed class Panels permits FloatPanels, SmallPanels {
  private final int depth;
  private final int columns;
  private final int width;

  Panels(int depth, int columns, int width) {
    if (depth < 1 || columns < 1 || width < 1) {
      throw new IllegalArgumentException(
          "Panels: depth %d, columns %d and width %d must all be at least 1"
              .formatted(depth, columns, width));
    }
    this.depth = depth;
    this.columns = columns;
    this.width = width;
  }

  /// The length of an array of all panels behind some elements.
  ///
  /// @param rows the rows of a panel in the array
  /// @throws IllegalArgumentException if no array is that long
  int length(int before, int rows) {
    long length = (columns + (long) width - 1) / width * width * rows + before;
    if (length > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "Panels: a matrix [%d, %d] needs %d elements, more than an array holds"
              .formatted(depth, columns, length));
    }
    return (int) length;
  }

  /// The length of the sums, k.
  public final int depth() {
    return depth;
  }

  /// The number of columns of the matrix, without padding.
  public final int columns() {
    return columns;
  }

  /// The columns of one panel. Splits of the columns between threads fall on multiples of it.
  public final int width() {
    return width;
  }

  /// The number of panels.
  public final int count() {
    return (columns + width - 1) / width;
  }

  /// Refuses the panels of another provider, and a range of columns that is not whole panels.
  public final void check(int expectedWidth, int columnFrom, int columnTo) {
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
  public abstract float[] unpacked();

  @Override
  public final String toString() {
    return "Panels[%d, %d], width %d".formatted(depth, columns, width);
  }
}

package dev.unroll.tensor.store;

import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Precision;
import java.util.Arrays;
import java.util.List;

/// Matrices of a [Precision] below 32 bits, one behind another, row by row.
///
/// ```
/// int8       W[i, j] = bytes[offset + i·columns + j] · scales[row + i], rounded to a float
/// bfloat16   W[i, j] = the float whose upper half is upper[offset + i·columns + j]
/// ```
///
/// Reading is safe from any thread while nobody writes.
public final class SmallMatrices {
  private final Precision precision;
  private final boolean anyScale;
  private final short[] upper;
  private final byte[] bytes;
  private final float[] scales;

  /// The offset, the first row and the columns of each matrix, in order.
  private final int[] offsets;
  private final int[] rows;
  private final int[] columns;

  /// Matrices of zeros.
  ///
  /// @param precision bfloat16 or int8
  /// @param matrices their sizes, of fewer than 2³¹ elements together; the other components do not
  ///     matter
  /// @param anyScale whether scales need not be powers of two, so that products are not exact
  public SmallMatrices(Precision precision, List<Parameters.Block> matrices, boolean anyScale) {
    if (precision == Precision.FLOAT32) {
      throw new IllegalArgumentException(
          "float32 is not a small precision; keep such matrices in an array of floats");
    }
    this.precision = precision;
    this.anyScale = anyScale;
    offsets = new int[matrices.size()];
    rows = new int[matrices.size()];
    columns = new int[matrices.size()];
    int length = 0;
    int row = 0;
    for (int i = 0; i < matrices.size(); i++) {
      offsets[i] = length;
      rows[i] = row;
      columns[i] = matrices.get(i).columns();
      length += matrices.get(i).length();
      row += matrices.get(i).rows();
    }
    boolean int8 = precision == Precision.INT8;
    bytes = new byte[int8 ? length : 0];
    scales = new float[int8 ? row : 0];
    upper = new short[int8 ? 0 : length];
  }

  /// One matrix of rounded floats.
  ///
  /// @throws IllegalArgumentException if one is not finite
  public static SmallMatrices of(Precision precision, float[] w, int rows, int columns) {
    var block = new Parameters.Block("", 0, rows, columns, precision);
    var matrix = new SmallMatrices(precision, List.of(block), false);
    for (int i = 0; i < rows; i++) {
      matrix.write(i * columns, Arrays.copyOfRange(w, i * columns, (i + 1) * columns));
    }
    return matrix;
  }

  /// The precision of the elements.
  public Precision precision() {
    return precision;
  }

  /// Whether scales need not be powers of two.
  public boolean hasAnyScale() {
    return anyScale;
  }

  /// The elements of int8; not to be changed.
  public byte[] bytes() {
    return bytes;
  }

  /// The scale of each row of all matrices of int8, see [#row]; not to be changed.
  public float[] scales() {
    return scales;
  }

  /// The elements of bfloat16, the upper halves of floats; not to be changed.
  public short[] upper() {
    return upper;
  }

  /// The row of an element, counted over all matrices.
  public int row(int offset) {
    int i = matrix(offset);
    return rows[i] + (offset - offsets[i]) / columns[i];
  }

  private int matrix(int offset) {
    int found = Arrays.binarySearch(offsets, offset);
    return found >= 0 ? found : -found - 2;
  }

  /// Writes whole rows of one matrix as floats.
  ///
  /// @param offset the first element of the first row
  /// @param count the number of elements, a multiple of its columns
  public void read(int offset, int count, float[] into, int at) {
    if (precision == Precision.BFLOAT16) {
      for (int k = 0; k < count; k++) {
        into[at + k] = Precision.bfloat16(upper[offset + k]);
      }
      return;
    }
    int width = columns[matrix(offset)];
    int row = row(offset);
    for (int from = 0; from < count; from += width, row++) {
      float scale = scales[row];
      for (int j = from; j < from + width; j++) {
        into[at + j] = bytes[offset + j] * scale;
      }
    }
  }

  /// Keeps a row of int8 as it is.
  ///
  /// @param offset the first element of the row
  /// @param row at least as many as the matrix has columns
  void write(int offset, byte[] row, float scale) {
    System.arraycopy(row, 0, bytes, offset, columns[matrix(offset)]);
    scales[row(offset)] = scale;
  }

  /// Rounds a row of floats and keeps it.
  ///
  /// @param offset the first element of the row
  /// @param row at least as many floats as the matrix has columns
  /// @throws IllegalArgumentException if one is not finite
  void write(int offset, float[] row) {
    int width = columns[matrix(offset)];
    float scale = precision.finiteScale(row, 0, width, 1);
    if (precision == Precision.BFLOAT16) {
      for (int j = 0; j < width; j++) {
        upper[offset + j] = Precision.bfloat16(row[j]);
      }
      return;
    }
    scales[row(offset)] = scale;
    for (int j = 0; j < width; j++) {
      bytes[offset + j] = Precision.int8(row[j], scale);
    }
  }
}

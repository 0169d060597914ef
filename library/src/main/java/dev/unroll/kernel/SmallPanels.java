package dev.unroll.kernel;

import dev.unroll.tensor.store.SmallMatrices;

/// Panels of small weights: bfloat16, or bytes with a scale for each column.
///
/// ```
/// bytes      B[k, j] = data[offset(j / width) + k·width + j mod width] · scale[j]
/// bfloat16   word = data[offset(j / width) + (k / 2)·width + j mod width]
///            B[k, j] = the float with the lower half of the word, for odd k the upper one, as its
///                      upper half
/// ```
///
/// A column of B is a row of the weight matrix, or a part of it, with the scale of the whole row.
public final class SmallPanels extends Panels {
  /// The bytes before the first panel, which then starts at a cache line, as in [FloatPanels].
  private static final int BEFORE = 48;

  private final SmallKind kind;
  private final int[] words;
  private final byte[] bytes;
  private final float[] scales;

  /// Panels of zeros.
  ///
  /// @throws IllegalArgumentException if a size is below 1 or the matrix has 2³¹ elements or more
  public SmallPanels(int depth, int columns, int width, SmallKind kind) {
    super(depth, columns, width);
    this.kind = kind;
    boolean isBytes = kind.isBytes();
    words = new int[isBytes ? 0 : length(first(), rows())];
    bytes = new byte[isBytes ? length(first(), rows()) : 0];
    scales = new float[isBytes ? count() * width : 0];
  }

  /// The element of [#data] with which the first panel starts.
  private int first() {
    return kind.isBytes() ? BEFORE : BEFORE / Integer.BYTES;
  }

  /// The rows of a panel in memory.
  private int rows() {
    return kind.isBytes() ? depth() : (depth() + 1) / 2;
  }

  /// How the elements are kept.
  public SmallKind kind() {
    return kind;
  }

  /// The elements, for kernels: `int[]` or `byte[]`.
  public Object data() {
    return kind.isBytes() ? bytes : words;
  }

  /// The elements of bfloat16, two in a word.
  public int[] words() {
    return words;
  }

  /// The elements of bytes.
  public byte[] bytes() {
    return bytes;
  }

  /// The scale of each column, padded to whole panels; empty for bfloat16.
  public float[] scales() {
    return scales;
  }

  /// The start of a panel in [#data].
  public int offset(int panel) {
    return first() + panel * stride();
  }

  /// The distance of panels in [#data].
  public int stride() {
    return rows() * width();
  }

  /// The distance of row k from the start of its panel; k is even for bfloat16.
  public int row(int k) {
    return (kind.isBytes() ? k : k / 2) * width();
  }

  /// Fills the panels from one to another: `B[k, j]` is element k of row j of a matrix, counted
  /// from some element of it. Different panels may be filled at once.
  ///
  /// @param offset the place of `B[0, 0]` among the elements of the matrices
  /// @param stride the distance of rows, the columns of the matrix
  /// @param from the first panel
  /// @param to the panel behind the last one
  public void pack(SmallMatrices source, int offset, int stride, int from, int to) {
    int first = source.row(offset);
    for (int j = from * width(); j < Math.min(columns(), to * width()); j++) {
      int at = offset(j / width()) + j % width();
      int row = offset + j * stride;
      if (kind.isBytes()) {
        byte[] elements = source.bytes();
        scales[j] = source.scales()[first + j];
        for (int k = 0; k < depth(); k++, at += width()) {
          bytes[at] = elements[row + k];
        }
      } else {
        short[] elements = source.upper();
        for (int k = 0; k < depth(); k += 2, at += width()) {
          int odd = k + 1 < depth() ? elements[row + k + 1] : 0;
          words[at] = elements[row + k] & 0xffff | odd << Short.SIZE;
        }
      }
    }
  }

  /// Sets `B[k, j]` of bytes, but for its scale.
  public void set(int k, int j, byte q) {
    bytes[offset(j / width()) + row(k) + j % width()] = q;
  }

  /// Sets `B[k, j]` of bfloat16.
  public void set(int k, int j, short upper) {
    int at = offset(j / width()) + row(k) + j % width();
    words[at] = k % 2 == 0 ? words[at] & 0xffff0000 | upper & 0xffff
        : words[at] & 0xffff | upper << Short.SIZE;
  }

  /// Writes some rows of some columns of a panel as floats, row by row.
  ///
  /// @param first the first column within the panel
  /// @param into gets `B[k, j]` at `to + (k − from)·columns + j − first`
  public void unpack(int panel, int first, int columns, int from, int end, float[] into, int to) {
    for (int k = from; k < end; k++) {
      int at = offset(panel) + row(k) + first;
      int row = to + (k - from) * columns;
      if (kind.isBytes()) {
        int scale = panel * width() + first;
        for (int j = 0; j < columns; j++) {
          into[row + j] = bytes[at + j] * scales[scale + j];
        }
      } else {
        int up = k % 2 == 0 ? Short.SIZE : 0;
        for (int j = 0; j < columns; j++) {
          into[row + j] = Float.intBitsToFloat(words[at + j] << up & 0xffff0000);
        }
      }
    }
  }

  @Override
  public float[] unpacked() {
    float[] matrix = new float[Math.multiplyExact(depth(), columns())];
    for (int k = 0; k < depth(); k++) {
      for (int panel = 0, j = 0; panel < count(); panel++, j += width()) {
        unpack(panel, 0, Math.min(width(), columns() - j), k, k + 1, matrix, k * columns() + j);
      }
    }
    return matrix;
  }
}

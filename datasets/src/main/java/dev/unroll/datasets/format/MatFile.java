package dev.unroll.datasets.format;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.unroll.data.DataException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.InflaterInputStream;

/// The real matrices and the cell arrays of real matrices in a MATLAB 5 file ("MAT-File Format",
/// The MathWorks); anything else in it is skipped.
///
/// A file is a header of 128 bytes and elements: a type and a size of four bytes each, then the
/// data, padded to eight bytes; an element of up to four bytes has all of that in eight. An element
/// can be another element, compressed. No length in the file is trusted.
public final class MatFile {
  private static final int HEAD = 128;
  private static final int BYTE_ORDER_AT = 126;

  // Types of elements.
  private static final int MATRIX = 14;
  private static final int COMPRESSED = 15;

  /// The class of a cell array; the numeric ones are 6 … 13, double to uint32.
  private static final int CELLS = 1;
  private static final int FIRST_NUMERIC = 6;
  private static final int LAST_NUMERIC = 13;
  private static final int COMPLEX = 0x800;

  /// The largest number of bytes of a decompressed element.
  private static final int MOST_BYTES = 1 << 28;

  private final SourceBytes source;
  private final Map<String, List<Matrix>> cells = new HashMap<>();
  private final SequencedMap<String, Matrix> matrices = new LinkedHashMap<>();

  /// An element: its type and its data.
  private record Element(int type, ByteBuffer data) {}

  /// A matrix of real numbers, column by column.
  public record Matrix(int rows, int columns, double[] values) {
    public double at(int row, int column) {
      return values[column * rows + row];
    }
  }

  private MatFile(SourceBytes source) {
    this.source = source;
  }

  /// Reads a file.
  ///
  /// @throws DataException one sentence, if it is damaged or something else
  public static MatFile of(SourceBytes source) {
    var file = new MatFile(source);
    byte[] bytes = source.bytes();
    boolean little = bytes.length > HEAD && bytes[BYTE_ORDER_AT] == 'I';
    if (bytes.length <= HEAD
        || bytes[BYTE_ORDER_AT] != (little ? 'I' : 'M')
        || bytes[BYTE_ORDER_AT + 1] != (little ? 'M' : 'I')) {
      throw file.wrong("its head is missing");
    }
    var in = ByteBuffer.wrap(bytes)
        .position(HEAD)
        .slice()
        .order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    try {
      while (in.hasRemaining()) {
        var element = file.next(in);
        if (element.type == COMPRESSED) {
          element = file.next(file.unpack(element.data));
        }
        if (element.type == MATRIX) {
          file.variable(element.data);
        }
      }
    } catch (BufferUnderflowException e) {
      throw file.wrong("it ends early");
    } catch (IOException e) {
      throw file.wrong("its compressed data are damaged (%s)".formatted(e.getMessage()));
    }
    return file;
  }

  /// The matrices of a cell array.
  ///
  /// @throws DataException if the file has no cell array of that name
  public List<Matrix> cells(String name) {
    var matrices = cells.get(name);
    if (matrices == null) {
      throw new DataException(
          "%s has no cell array \"%s\"; give a file that has it.".formatted(source.name(), name));
    }
    return matrices;
  }

  /// The matrices that are variables of their own, in the order of the file.
  SequencedMap<String, Matrix> matrices() {
    return Collections.unmodifiableSequencedMap(matrices);
  }

  private Element next(ByteBuffer in) {
    int type = in.getInt();
    int size = type >>> 16;
    boolean isSmall = size != 0;
    if (isSmall) {
      type &= 0xFFFF;
    } else {
      size = in.getInt();
    }
    if (size < 0 || size > in.remaining()) {
      throw new BufferUnderflowException();
    }
    var data = in.slice(in.position(), size).order(in.order());
    int padded = isSmall ? 4 : type == COMPRESSED ? size : (size + 7) / 8 * 8;
    in.position(Math.min(in.position() + padded, in.limit()));
    return new Element(type, data);
  }

  private ByteBuffer unpack(ByteBuffer packed) throws IOException {
    var bytes = new ByteArrayInputStream(
        packed.array(), packed.arrayOffset(), packed.remaining());
    try (var in = new InflaterInputStream(bytes)) {
      byte[] unpacked = in.readNBytes(MOST_BYTES + 1);
      if (unpacked.length > MOST_BYTES) {
        throw wrong(String.format(Locale.ROOT, "an element has more than %,d bytes", MOST_BYTES));
      }
      return ByteBuffer.wrap(unpacked).order(packed.order());
    }
  }

  private void variable(ByteBuffer in) {
    int flags = next(in).data.getInt();
    var shape = next(in).data;
    String name = US_ASCII.decode(next(in).data).toString();
    int kind = flags & 0xFF;
    if (kind >= FIRST_NUMERIC && kind <= LAST_NUMERIC && (flags & COMPLEX) == 0
        && shape.remaining() == 8) {
      matrices.put(name, numbers(shape, next(in)));
    }
    if (kind != CELLS) {
      return;
    }
    long count = 1;
    while (shape.hasRemaining()) {
      count *= shape.getInt();
    }
    var matrices = new ArrayList<Matrix>();
    while (in.hasRemaining()) {
      matrices.add(matrix(next(in)));
    }
    if (matrices.size() != count) {
      throw wrong("%s has %d cells, expected %d".formatted(name, matrices.size(), count));
    }
    cells.put(name, matrices);
  }

  private Matrix matrix(Element cell) {
    if (cell.type != MATRIX) {
      throw wrong("a cell is no matrix");
    }
    var in = cell.data;
    int flags = next(in).data.getInt();
    int kind = flags & 0xFF;
    var shape = next(in).data;
    next(in); // the name, which is empty
    if (kind < FIRST_NUMERIC
        || kind > LAST_NUMERIC
        || (flags & COMPLEX) != 0
        || shape.remaining() != 8) {
      throw wrong("a cell is no matrix of real numbers");
    }
    return numbers(shape, next(in));
  }

  private Matrix numbers(ByteBuffer shape, Element numbers) {
    int rows = shape.getInt();
    int columns = shape.getInt();
    int width = width(numbers.type);
    if (rows < 0 || columns < 0 || (long) rows * columns * width != numbers.data.remaining()) {
      throw wrong("a matrix of %d × %d has other data".formatted(rows, columns));
    }
    double[] values = new double[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(numbers.type, numbers.data);
    }
    return new Matrix(rows, columns, values);
  }

  /// The size in bytes of a number of a type.
  private int width(int type) {
    return switch (type) {
      case 1, 2 -> 1;
      case 3, 4 -> 2;
      case 5, 6, 7 -> 4;
      case 9 -> 8;
      default -> throw wrong("a matrix has numbers of type %d".formatted(type));
    };
  }

  private double number(int type, ByteBuffer in) {
    return switch (type) {
      case 1 -> in.get();
      case 2 -> Byte.toUnsignedInt(in.get());
      case 3 -> in.getShort();
      case 4 -> Short.toUnsignedInt(in.getShort());
      case 5 -> in.getInt();
      case 6 -> Integer.toUnsignedLong(in.getInt());
      case 7 -> in.getFloat();
      default -> in.getDouble();
    };
  }

  private DataException wrong(String what) {
    return new DataException(
        "%s is not a whole MATLAB 5 file: %s; fetch it again.".formatted(source.name(), what));
  }
}

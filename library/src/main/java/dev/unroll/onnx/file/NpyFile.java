package dev.unroll.onnx.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.RawElements;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Arrays as NumPy writes them, versions 1 to 3 of its format:
///
/// ```text
/// 6 bytes   \x93NUMPY
/// 2 bytes   version
/// 2 bytes   n, the length of the header, little-endian; 4 bytes from version 2 on
/// n bytes   {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
/// the rest  the elements
/// ```
public final class NpyFile {
  private static final byte[] MAGIC = "\u0093NUMPY".getBytes(ISO_8859_1);
  private static final Pattern TYPE = Pattern.compile("'descr':\\s*'([<>|=])([a-zA-Z])(\\d{1,2})'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order':\\s*(True|False)");
  private static final Pattern SHAPE =
      Pattern.compile("'shape':\\s*\\(\\s*+((?:\\d{1,18}+\\s*+(?:,\\s*+|(?=\\)))){0,64}+)\\)");

  private NpyFile() {}

  /// Whether the bytes begin as such a file does.
  public static boolean isOne(byte[] bytes) {
    return bytes.length >= MAGIC.length && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0,
        MAGIC.length);
  }

  /// Whether the bytes begin as a ZIP archive does: `.npz`, with several arrays.
  public static boolean isArchive(byte[] bytes) {
    return bytes.length >= 4 && bytes[0] == 'P' && bytes[1] == 'K'
        && (bytes[2] == 3 && bytes[3] == 4 || bytes[2] == 5 && bytes[3] == 6);
  }

  /// Reads the bytes of a file.
  ///
  /// @throws Refusal if they are none
  public static NdArray read(byte[] bytes) {
    if (!isOne(bytes) || bytes.length < 12) {
      throw new Refusal("is no array of NumPy; give a file that numpy.save wrote");
    }
    var in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int major = bytes[6];
    if (major < 1 || major > 3) {
      throw Refusal.of("has version %d of NumPy's format, expected 1 to 3", major);
    }
    in.position(8);
    long length = major == 1 ? in.getShort() & 0xffff : in.getInt() & 0xffffffffL;
    if (length > Math.min(in.remaining(), 1 << 16)) {
      throw Refusal.of("has a header of %d bytes, but %d are left; it is cut or damaged", length,
          in.remaining());
    }
    var header = new String(bytes, in.position(), (int) length, ISO_8859_1);
    in.position(in.position() + (int) length);
    var type = TYPE.matcher(header);
    var fortran = FORTRAN.matcher(header);
    var sizes = SHAPE.matcher(header);
    if (!type.find() || !fortran.find() || !sizes.find()) {
      throw Refusal.of("has the header %s, expected numbers of one type and a shape",
          header.strip());
    }
    var shape = NdShape.of(Arrays.stream(sizes.group(1).split(",")).map(String::strip)
        .filter(size -> !size.isEmpty()).mapToLong(Long::parseLong).toArray());
    var element = type(type.group(2) + type.group(3));
    int elements = NdShape.elements(shape);
    if (in.remaining() != (long) elements * element.bytes()) {
      throw Refusal.of("has %d bytes of data for %s %s, which needs %d", in.remaining(),
          element.text(), NdShape.text(shape), (long) elements * element.bytes());
    }
    var order = type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    var data = in.slice().order(order);
    if (fortran.group(1).equals("False")) {
      return RawElements.of(element, shape, data);
    }
    var turned = RawElements.of(element, reversed(shape), data);
    return turned.take(shape,
        NdShape.indices(shape, reversed(NdShape.strides(reversed(shape))), 0));
  }

  private static int[] reversed(int[] values) {
    var reversed = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      reversed[i] = values[values.length - 1 - i];
    }
    return reversed;
  }

  /// The bytes of a file of version 1, little-endian.
  ///
  /// @throws Refusal if NumPy has no such type
  public static byte[] write(NdArray array) {
    var shape = Arrays.stream(array.shape()).mapToObj(Integer::toString)
        .collect(Collectors.joining(", "));
    var header = "{'descr': '%s%s', 'fortran_order': False, 'shape': (%s%s), }".formatted(
        array.type().bytes() == 1 ? "|" : "<", code(array.type()), shape,
        array.axes() == 1 ? "," : "");
    int before = MAGIC.length + 4;
    int padded = (before + header.length() + 1 + 63) / 64 * 64 - before;
    header = header + " ".repeat(padded - 1 - header.length()) + "\n";
    long length = before + padded + (long) array.length() * array.type().bytes();
    if (length > Integer.MAX_VALUE - 8) {
      throw Refusal.of("%s has more than 2 GiB", array);
    }
    var out = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
    out.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) padded)
        .put(header.getBytes(ISO_8859_1));
    RawElements.write(array, out);
    return out.array();
  }

  private static ElementType type(String code) {
    for (var type : ElementType.values()) {
      if (type != ElementType.STRING && type != ElementType.BFLOAT16 && code(type).equals(code)) {
        return type;
      }
    }
    throw Refusal.of("has elements of type %s; supported are real numbers, integers and truth"
        + " values", code);
  }

  private static String code(ElementType type) {
    return switch (type) {
      case BOOL -> "b1";
      case STRING, BFLOAT16 -> throw Refusal.of("NumPy has no type %s", type.text());
      default -> type.text().replaceFirst("\\d+$", "").toLowerCase(Locale.ROOT).substring(0, 1)
          + type.bytes();
    };
  }
}

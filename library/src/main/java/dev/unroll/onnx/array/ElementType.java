package dev.unroll.onnx.array;

import java.util.Arrays;
import java.util.stream.Collectors;

/// The types of elements that ONNX knows and that are computed with here.
///
/// Elements of the half types are kept as `float`, rounded to what the type can hold; integers and
/// truth values are kept as `long`.
public enum ElementType {
  FLOAT(1, "float32", 4, Kind.FLOATS), UINT8(2, "uint8", 1, Kind.LONGS), INT8(3, "int8", 1,
      Kind.LONGS), UINT16(4, "uint16", 2, Kind.LONGS), INT16(5, "int16", 2, Kind.LONGS), INT32(6,
          "int32", 4,
          Kind.LONGS), INT64(7, "int64", 8, Kind.LONGS), STRING(8, "string", 0, Kind.STRINGS), BOOL(
              9, "bool", 1, Kind.LONGS), FLOAT16(10, "float16", 2, Kind.FLOATS), DOUBLE(11,
                  "float64", 8, Kind.DOUBLES), UINT32(12, "uint32", 4, Kind.LONGS), UINT64(13,
                      "uint64", 8, Kind.LONGS), BFLOAT16(16, "bfloat16", 2, Kind.FLOATS);

  /// The Java arrays that hold elements.
  public enum Kind {
    /// `float[]`
    FLOATS,
    /// `double[]`
    DOUBLES,
    /// `long[]`
    LONGS,
    /// `String[]`
    STRINGS
  }

  private final int code;
  private final String text;
  private final int bytes;
  private final Kind kind;

  ElementType(int code, String text, int bytes, Kind kind) {
    this.code = code;
    this.text = text;
    this.bytes = bytes;
    this.kind = kind;
  }

  /// The type with this number in ONNX files.
  public static ElementType ofCode(long code) {
    for (var type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw Refusal.of("element type %d is not supported; there are %s", code,
        Arrays.stream(values()).map(t -> t.text).collect(Collectors.joining(", ")));
  }

  /// The number in ONNX files.
  public int code() {
    return code;
  }

  /// The name, as NumPy has it.
  public String text() {
    return text;
  }

  /// The bytes of an element in a file; 0 for strings.
  public int bytes() {
    return bytes;
  }

  /// How elements are kept.
  public Kind kind() {
    return kind;
  }

  /// Whether elements are numbers with a fraction.
  public boolean isReal() {
    return kind == Kind.FLOATS || kind == Kind.DOUBLES;
  }

  /// Whether elements are integers, truth values apart.
  public boolean isInteger() {
    return kind == Kind.LONGS && this != BOOL;
  }

  /// An integer as this type keeps it: without the bits that it has no place for.
  public long wrap(long value) {
    return switch (this) {
      case INT8 -> (byte) value;
      case INT16 -> (short) value;
      case INT32 -> (int) value;
      case UINT8 -> value & 0xff;
      case UINT16 -> value & 0xffff;
      case UINT32 -> value & 0xffffffffL;
      case BOOL -> value == 0 ? 0 : 1;
      default -> value;
    };
  }

  /// A number as this type keeps it: the nearest that it has.
  public float round(float value) {
    return switch (this) {
      case FLOAT16 -> Float.float16ToFloat(Float.floatToFloat16(value));
      case BFLOAT16 -> bfloat16(value);
      default -> value;
    };
  }

  private static float bfloat16(float value) {
    if (Float.isNaN(value)) {
      return value;
    }
    int bits = Float.floatToRawIntBits(value);
    return Float.intBitsToFloat(bits + 0x7fff + (bits >> 16 & 1) & 0xffff0000);
  }
}

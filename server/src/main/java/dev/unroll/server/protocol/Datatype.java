package dev.unroll.server.protocol;

import java.util.Locale;

/// The types of tensor elements, by the names of the protocol.
public enum Datatype {
  BOOL(1, 0, 1), UINT8(1, 0, 0xFF), UINT16(2, 0, 0xFFFF), UINT32(4, 0, 0xFFFF_FFFFL), UINT64(8, 0,
      Long.MAX_VALUE), INT8(1, Byte.MIN_VALUE, Byte.MAX_VALUE), INT16(2, Short.MIN_VALUE,
          Short.MAX_VALUE), INT32(4, Integer.MIN_VALUE, Integer.MAX_VALUE), INT64(8, Long.MIN_VALUE,
              Long.MAX_VALUE), FP16(2, 0, 0), FP32(4, 0, 0), FP64(8, 0, 0), BYTES(0, 0, 0);

  private final int bytes;
  private final long least;
  private final long most;

  Datatype(int bytes, long least, long most) {
    this.bytes = bytes;
    this.least = least;
    this.most = most;
  }

  /// The type of a name.
  ///
  /// @throws RefusedException if there is none
  public static Datatype of(String name) {
    for (var type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw RefusedException.invalid("there is no datatype %s; there are BOOL, UINT8 to UINT64, INT8"
        + " to INT64, FP16, FP32, FP64 and BYTES", Shown.of(name));
  }

  /// The type of a tensor of an ONNX model: `float32`, `int64`, `string` …
  ///
  /// @throws RefusedException if the protocol has none, as for bfloat16
  public static Datatype ofOnnx(String type) {
    return switch (type) {
      case "float16" -> FP16;
      case "float32" -> FP32;
      case "float64" -> FP64;
      case "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64" ->
          valueOf(type.toUpperCase(Locale.ROOT));
      case "string" -> BYTES;
      default -> throw RefusedException.invalid("the protocol has no datatype for %s", type);
    };
  }

  /// The bytes of an element; 0 for texts, which differ.
  public int bytes() {
    return bytes;
  }

  /// Whether elements are integers or truth values, held as longs.
  public boolean isInteger() {
    return least < most;
  }

  /// The smallest integer.
  public long least() {
    return least;
  }

  /// The largest integer; of UINT64 only those that a long holds are read.
  public long most() {
    return most;
  }
}

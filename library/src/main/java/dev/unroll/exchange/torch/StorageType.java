package dev.unroll.exchange.torch;

import dev.unroll.format.FormatException;
import dev.unroll.format.pickle.PickleValue.Global;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The element types of PyTorch's storages. Those without a conversion are listed, and their
/// tensors cannot be read.
enum StorageType {
  // @formatter:off
  FLOAT64("Double", 8), FLOAT32("Float", 4), FLOAT16("Half", 2), BFLOAT16("BFloat16", 2),
  INT64("Long", 8), INT32("Int", 4), INT16("Short", 2), INT8("Char", 1),
  UINT8("Byte", 1), BOOL("Bool", 1), UINT16("UInt16", 2), UINT32("UInt32", 4),
  UINT64("UInt64", 8), COMPLEX64("ComplexFloat", 8), COMPLEX128("ComplexDouble", 16),
  QINT8("QInt8", 1), QUINT8("QUInt8", 1), QINT32("QInt32", 4),
  FLOAT8_E5M2("Float8_e5m2", 1), FLOAT8_E4M3FN("Float8_e4m3fn", 1),
  /// Bytes, whose type the tensor says.
  UNTYPED("Untyped", 1);
  // @formatter:on

  private static final Set<StorageType> NOT_READ = EnumSet.of(UINT64, COMPLEX64, COMPLEX128, QINT8,
      QUINT8, QINT32, FLOAT8_E5M2, FLOAT8_E4M3FN, UNTYPED);

  private final String storage;
  private final int bytes;

  StorageType(String storage, int bytes) {
    this.storage = storage;
    this.bytes = bytes;
  }

  /// `torch.FloatStorage`, `torch.storage.UntypedStorage`; null if it is none.
  static @Nullable StorageType ofStorage(Global name) {
    boolean ours = name.module().equals("torch") || name.module().equals("torch.storage")
        || name.module().equals("torch.cuda");
    return Arrays.stream(values()).filter(_ -> ours)
        .filter(type -> name.name().equals(type.storage + "Storage")).findFirst().orElse(null);
  }

  /// `torch.float32`; null if it is none.
  static @Nullable StorageType ofDtype(Global name) {
    return Arrays.stream(values()).filter(_ -> name.module().equals("torch"))
        .filter(type -> type != UNTYPED && name.name().equals(type.word())).findFirst()
        .orElse(null);
  }

  /// As PyTorch prints it.
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The size of an element.
  int bytes() {
    return bytes;
  }

  /// Element `i` of a buffer in its byte order.
  float element(ByteBuffer from, int i) {
    return switch (this) {
      case FLOAT64 -> (float) from.getDouble(8 * i);
      case FLOAT32 -> from.getFloat(4 * i);
      case FLOAT16 -> Float.float16ToFloat(from.getShort(2 * i));
      case BFLOAT16 -> Float.intBitsToFloat(from.getShort(2 * i) << 16);
      case INT64 -> from.getLong(8 * i);
      case INT32 -> from.getInt(4 * i);
      case INT16 -> from.getShort(2 * i);
      case INT8 -> from.get(i);
      case UINT8 -> Byte.toUnsignedInt(from.get(i));
      case BOOL -> from.get(i) == 0 ? 0 : 1;
      case UINT16 -> Short.toUnsignedInt(from.getShort(2 * i));
      case UINT32 -> Integer.toUnsignedLong(from.getInt(4 * i));
      default -> throw new IllegalStateException(this + " has no conversion");
    };
  }

  /// Refuses a type whose elements are not simply numbers.
  void requireNumbers(String tensor) throws FormatException {
    if (NOT_READ.contains(this)) {
      throw new FormatException("tensor %s has elements of type %s; convert it: tensor.float()"
          .formatted(tensor, word()));
    }
  }
}

package dev.unroll.server.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;

/// Elements as the binary tensor data extension has them: little-endian, row by row; a truth value
/// is one byte, a text its length in 4 bytes and its UTF-8.
final class BinaryElements {
  private BinaryElements() {}

  /// Reads elements.
  ///
  /// @param bytes where the elements begin; `size` bytes belong to them
  static Object read(byte[] bytes, int offset, int size, String name, Datatype datatype) {
    var buffer = ByteBuffer.wrap(bytes, offset, size).slice().order(ByteOrder.LITTLE_ENDIAN);
    if (datatype == Datatype.BYTES) {
      return texts(buffer, name);
    }
    if (size % datatype.bytes() != 0) {
      throw RefusedException.invalid(
          "the input %s has %d bytes of binary data, which are no whole elements of %s",
          Shown.of(name), size, datatype);
    }
    int n = size / datatype.bytes();
    return switch (datatype) {
      case FP32 -> {
        var floats = new float[n];
        buffer.asFloatBuffer().get(floats);
        yield floats;
      }
      case FP16 -> {
        var floats = new float[n];
        for (int i = 0; i < n; i++) {
          floats[i] = Float.float16ToFloat(buffer.getShort());
        }
        yield floats;
      }
      case FP64 -> {
        var doubles = new double[n];
        buffer.asDoubleBuffer().get(doubles);
        yield doubles;
      }
      default -> {
        var longs = new long[n];
        for (int i = 0; i < n; i++) {
          longs[i] = integer(buffer, datatype);
        }
        yield longs;
      }
    };
  }

  private static long integer(ByteBuffer buffer, Datatype datatype) {
    return switch (datatype) {
      case BOOL -> buffer.get() == 0 ? 0 : 1;
      case UINT8 -> Byte.toUnsignedLong(buffer.get());
      case INT8 -> buffer.get();
      case UINT16 -> Short.toUnsignedLong(buffer.getShort());
      case INT16 -> buffer.getShort();
      case UINT32 -> Integer.toUnsignedLong(buffer.getInt());
      case INT32 -> buffer.getInt();
      default -> buffer.getLong();
    };
  }

  private static String[] texts(ByteBuffer buffer, String name) {
    var texts = new ArrayList<String>();
    while (buffer.hasRemaining()) {
      int length = buffer.remaining() < Integer.BYTES ? -1 : buffer.getInt();
      if (length < 0 || length > buffer.remaining()) {
        throw RefusedException.invalid(
            "element %d of the binary data of the input %s ends after the data; each is its length"
                + " in 4 bytes, little-endian, and so many bytes",
            texts.size(), Shown.of(name));
      }
      try {
        texts.add(UTF_8.newDecoder().decode(buffer.slice(buffer.position(), length)).toString());
      } catch (CharacterCodingException _) {
        throw RefusedException.invalid("element %d of the input %s is no UTF-8", texts.size(),
            Shown.of(name));
      }
      buffer.position(buffer.position() + length);
    }
    return texts.toArray(String[]::new);
  }

  /// The elements as bytes.
  static byte[] write(TensorData tensor) {
    if (tensor.elements() instanceof String[] texts) {
      var out = new ByteSink(16 * texts.length);
      for (var text : texts) {
        var bytes = text.getBytes(UTF_8);
        length(out, bytes.length);
        out.writeBytes(bytes);
      }
      return out.toByteArray();
    }
    var datatype = tensor.datatype();
    var buffer = ByteBuffer.allocate(Math.multiplyExact(tensor.size(), datatype.bytes()))
        .order(ByteOrder.LITTLE_ENDIAN);
    switch (tensor.elements()) {
      case float[] floats when datatype == Datatype.FP16 -> {
        for (float value : floats) {
          buffer.putShort(Float.floatToFloat16(value));
        }
      }
      case float[] floats -> buffer.asFloatBuffer().put(floats);
      case double[] doubles -> buffer.asDoubleBuffer().put(doubles);
      default -> {
        for (long value : tensor.longs()) {
          integer(buffer, datatype, value);
        }
      }
    }
    return buffer.array();
  }

  private static void length(ByteSink out, int length) {
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN).putInt(length).array());
  }

  private static void integer(ByteBuffer buffer, Datatype datatype, long value) {
    switch (datatype.bytes()) {
      case 1 -> buffer.put((byte) value);
      case 2 -> buffer.putShort((short) value);
      case 4 -> buffer.putInt((int) value);
      default -> buffer.putLong(value);
    }
  }
}

package dev.unroll.onnx.proto;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import java.nio.ByteBuffer;

/// Elements of an array as bytes one after another, in the byte order of the buffer.
public final class RawElements {
  private RawElements() {}

  /// Reads all that is left of the buffer, which has exactly the elements of the shape.
  public static NdArray of(ElementType type, int[] shape, ByteBuffer in) {
    var elements = NdArray.allocate(type, in.remaining() / type.bytes());
    switch (elements) {
      case float[] f -> {
        for (int i = 0; i < f.length; i++) {
          f[i] = switch (type) {
            case FLOAT16 -> Float.float16ToFloat(in.getShort());
            case BFLOAT16 -> Float.intBitsToFloat(in.getShort() << 16);
            default -> in.getFloat();
          };
        }
      }
      case double[] d -> in.asDoubleBuffer().get(d);
      default -> {
        var l = (long[]) elements;
        for (int i = 0; i < l.length; i++) {
          l[i] = type.wrap(switch (type.bytes()) {
            case 1 -> in.get();
            case 2 -> in.getShort();
            case 4 -> in.getInt();
            default -> in.getLong();
          });
        }
      }
    }
    return NdArray.of(type, shape, elements);
  }

  /// Writes the elements to a buffer.
  public static void write(NdArray array, ByteBuffer out) {
    var type = array.type();
    for (int i = 0; i < array.length(); i++) {
      switch (array.elements()) {
        case float[] f -> {
          switch (type) {
            case FLOAT16 -> out.putShort(Float.floatToFloat16(f[i]));
            case BFLOAT16 -> out.putShort((short) (Float.floatToRawIntBits(f[i]) >>> 16));
            default -> out.putFloat(f[i]);
          }
        }
        case double[] d -> out.putDouble(d[i]);
        default -> {
          long value = array.longs()[i];
          switch (type.bytes()) {
            case 1 -> out.put((byte) value);
            case 2 -> out.putShort((short) value);
            case 4 -> out.putInt((int) value);
            default -> out.putLong(value);
          }
        }
      }
    }
  }
}

package dev.unroll.format.safetensors;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// A tensor in a file: element type, shape and the elements, the last dimension fastest.
///
/// The array of elements is not copied, neither here nor by the accessors: changing it changes
/// the tensor. The shape is copied. Safe for use by several threads that only read.
public final class StoredTensor {
  private final Dtype dtype;
  private final int[] shape;
  /// A `float[]`, `double[]`, `long[]`, `int[]`, `short[]` or `byte[]`, as the dtype says.
  private final Object data;

  private StoredTensor(Dtype dtype, int[] shape, Object data, int length) {
    long elements = 1;
    for (int size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException(
            "StoredTensor: shape %s has a negative size.".formatted(Arrays.toString(shape)));
      }
      elements = Math.multiplyExact(elements, size);
    }
    if (elements != length) {
      throw new IllegalArgumentException(
          "StoredTensor: shape %s has %d elements, but %d are given."
              .formatted(Arrays.toString(shape), elements, length));
    }
    this.dtype = dtype;
    this.shape = shape.clone();
    this.data = data;
  }

  /// An `F32` tensor; a shape without sizes is a single number.
  public static StoredTensor of(float[] data, int... shape) {
    return new StoredTensor(Dtype.F32, shape, data, data.length);
  }

  /// An `F64` tensor.
  public static StoredTensor of(double[] data, int... shape) {
    return new StoredTensor(Dtype.F64, shape, data, data.length);
  }

  /// An `I64` tensor.
  public static StoredTensor of(long[] data, int... shape) {
    return new StoredTensor(Dtype.I64, shape, data, data.length);
  }

  /// An `I32` tensor.
  public static StoredTensor of(int[] data, int... shape) {
    return new StoredTensor(Dtype.I32, shape, data, data.length);
  }

  /// A `U8` tensor.
  public static StoredTensor of(byte[] data, int... shape) {
    return new StoredTensor(Dtype.U8, shape, data, data.length);
  }

  /// An `I8` tensor.
  public static StoredTensor int8(byte[] data, int... shape) {
    return new StoredTensor(Dtype.I8, shape, data, data.length);
  }

  /// A `BF16` tensor: the upper halves of floats.
  public static StoredTensor bfloat16(short[] data, int... shape) {
    return new StoredTensor(Dtype.BF16, shape, data, data.length);
  }

  /// A tensor of zeros, for the reader to fill.
  static StoredTensor zeros(Dtype dtype, int[] shape, int elements) {
    return switch (dtype) {
      case F32 -> of(new float[elements], shape);
      case F64 -> of(new double[elements], shape);
      case I64 -> of(new long[elements], shape);
      case I32 -> of(new int[elements], shape);
      case U8, I8, BOOL -> new StoredTensor(dtype, shape, new byte[elements], elements);
      case F16, BF16, I16 -> new StoredTensor(dtype, shape, new short[elements], elements);
    };
  }

  /// The element type.
  public Dtype dtype() {
    return dtype;
  }

  /// The sizes of the dimensions, a copy; none for a single number.
  public int[] shape() {
    return shape.clone();
  }

  /// The number of elements.
  public int elements() {
    return switch (data) {
      case float[] a -> a.length;
      case double[] a -> a.length;
      case long[] a -> a.length;
      case int[] a -> a.length;
      case short[] a -> a.length;
      default -> ((byte[]) data).length;
    };
  }

  /// The elements of an `F32` tensor.
  ///
  /// @throws IllegalStateException for another dtype, here and below
  public float[] floats() {
    return (float[]) as(Dtype.F32);
  }

  /// The elements of an `F64` tensor.
  public double[] doubles() {
    return (double[]) as(Dtype.F64);
  }

  /// The elements of an `I64` tensor.
  public long[] longs() {
    return (long[]) as(Dtype.I64);
  }

  /// The elements of an `I32` tensor.
  public int[] ints() {
    return (int[]) as(Dtype.I32);
  }

  /// The elements of an `I8` tensor.
  public byte[] signedBytes() {
    return (byte[]) as(Dtype.I8);
  }

  /// The elements of a `BF16` tensor: the upper halves of floats.
  public short[] shorts() {
    return (short[]) as(Dtype.BF16);
  }

  /// The elements of a `U8` tensor.
  public byte[] bytes() {
    return (byte[]) as(Dtype.U8);
  }

  /// The elements of a tensor of any type, rounded to floats.
  public float[] toFloats() {
    if (dtype == Dtype.F32) {
      return floats();
    }
    float[] all = new float[elements()];
    for (int i = 0; i < all.length; i++) {
      all[i] = switch (data) {
        case double[] a -> (float) a[i];
        case long[] a -> a[i];
        case int[] a -> a[i];
        case short[] a -> switch (dtype) {
          case F16 -> Float.float16ToFloat(a[i]);
          case BF16 -> Float.intBitsToFloat(a[i] << Short.SIZE);
          default -> a[i];
        };
        default -> switch (dtype) {
          case U8 -> Byte.toUnsignedInt(((byte[]) data)[i]);
          case BOOL -> ((byte[]) data)[i] == 0 ? 0 : 1;
          default -> ((byte[]) data)[i];
        };
      };
    }
    return all;
  }

  private Object as(Dtype wanted) {
    if (dtype != wanted) {
      throw new IllegalStateException("%s is not %s.".formatted(this, wanted));
    }
    return data;
  }

  /// Writes elements `from … from + n − 1` to the buffer, in its byte order.
  void encode(int from, int n, ByteBuffer to) {
    switch (data) {
      case float[] a -> to.asFloatBuffer().put(a, from, n);
      case double[] a -> to.asDoubleBuffer().put(a, from, n);
      case long[] a -> to.asLongBuffer().put(a, from, n);
      case int[] a -> to.asIntBuffer().put(a, from, n);
      case short[] a -> to.asShortBuffer().put(a, from, n);
      default -> to.duplicate().put((byte[]) data, from, n);
    }
  }

  /// Reads elements `at … at + n − 1` from the buffer, in its byte order.
  void decode(int at, int n, ByteBuffer from) {
    switch (data) {
      case float[] a -> from.asFloatBuffer().get(a, at, n);
      case double[] a -> from.asDoubleBuffer().get(a, at, n);
      case long[] a -> from.asLongBuffer().get(a, at, n);
      case int[] a -> from.asIntBuffer().get(a, at, n);
      case short[] a -> from.asShortBuffer().get(a, at, n);
      default -> from.duplicate().get((byte[]) data, at, n);
    }
  }

  @Override
  public String toString() {
    return dtype + " " + Arrays.toString(shape);
  }
}

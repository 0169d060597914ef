package dev.unroll.onnx.array;

/// The elements of a constant in one or two bytes each. Who asks an [NdArray] for a Java array of
/// them gets a new one; weights are laid out for the kernels without it.
public sealed interface SmallValues {
  /// The number of elements.
  int length();

  /// An element as a number.
  double number(int i);

  /// The elements as the Java array of their type.
  Object decoded();

  /// Integers of type int8 or uint8.
  record Bytes(byte[] bytes, boolean signed) implements SmallValues {
    /// The integers of an array of one of these types.
    public static Bytes of(NdArray array) {
      var from = array.longs();
      var bytes = new byte[from.length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) from[i];
      }
      return new Bytes(bytes, array.type() == ElementType.INT8);
    }

    /// An element.
    public int integer(int i) {
      return signed ? bytes[i] : bytes[i] & 0xff;
    }

    @Override
    public int length() {
      return bytes.length;
    }

    @Override
    public double number(int i) {
      return integer(i);
    }

    @Override
    public long[] decoded() {
      var all = new long[bytes.length];
      for (int i = 0; i < all.length; i++) {
        all[i] = integer(i);
      }
      return all;
    }
  }

  /// Floats whose lower half is zero.
  ///
  /// @param upper their upper halves
  record Halves(short[] upper) implements SmallValues {
    @Override
    public int length() {
      return upper.length;
    }

    @Override
    public double number(int i) {
      return Float.intBitsToFloat(upper[i] << 16);
    }

    @Override
    public float[] decoded() {
      var all = new float[upper.length];
      for (int i = 0; i < all.length; i++) {
        all[i] = Float.intBitsToFloat(upper[i] << 16);
      }
      return all;
    }
  }

  /// Floats `(q − zero) · scale`, where q − zero is from −128 to 127 and the product is rounded to
  /// a float.
  ///
  /// @param scales of groups of elements: `i / inner mod scales.length` is that of element i
  /// @param zeros as many
  record Scaled(Bytes of, float[] scales, int[] zeros, int inner) implements SmallValues {
    /// The group of an element.
    public int group(int i) {
      return i / inner % scales.length;
    }

    /// q − zero of an element.
    public byte integer(int i) {
      return (byte) (of.integer(i) - zeros[group(i)]);
    }

    /// The scale of an element.
    public float scale(int i) {
      return scales[group(i)];
    }

    /// Whether `count` elements that are `stride` apart have one scale, wherever they begin in
    /// steps from an offset.
    public boolean isScaledAlong(int offset, int count, int stride, int step) {
      boolean together = stride == 1 && inner % count == 0 && offset % count == 0
          && step % count == 0;
      return scales.length == 1 || count == 1 || together
          || stride % ((long) inner * scales.length) == 0;
    }

    /// Whether multiplying by a scale rounds nothing and may be done after adding up.
    public boolean isExact() {
      for (float scale : scales) {
        int exponent = Math.getExponent(scale);
        if (scale != Math.scalb(1f, exponent) || Math.abs(exponent) > MOST_EXPONENT) {
          return false;
        }
      }
      return true;
    }

    /// Products by larger numbers overflow, those by smaller ones may be subnormal.
    private static final int MOST_EXPONENT = 100;

    @Override
    public int length() {
      return of.length();
    }

    @Override
    public double number(int i) {
      return integer(i) * scale(i);
    }

    @Override
    public float[] decoded() {
      var all = new float[of.length()];
      for (int i = 0; i < all.length; i++) {
        all[i] = integer(i) * scale(i);
      }
      return all;
    }
  }
}

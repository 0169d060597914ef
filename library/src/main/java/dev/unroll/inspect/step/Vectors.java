package dev.unroll.inspect.step;

/// Arithmetic of vectors in double.
public final class Vectors {
  private Vectors() {}

  /// The inner product, in four sums that a processor can work on at the same time.
  static double dot(double[] a, double[] b) {
    double first = 0;
    double second = 0;
    double third = 0;
    double fourth = 0;
    int i = 0;
    for (; i + 3 < a.length; i += 4) {
      first += a[i] * b[i];
      second += a[i + 1] * b[i + 1];
      third += a[i + 2] * b[i + 2];
      fourth += a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      first += a[i] * b[i];
    }
    return first + second + (third + fourth);
  }

  /// The length, also if its square would overflow or underflow.
  public static double norm(double[] a) {
    double largest = 0;
    for (double element : a) {
      largest = Math.max(largest, Math.abs(element));
    }
    if (largest == 0 || !Double.isFinite(largest)) {
      return largest;
    }
    // A power of two, so that scaling is exact.
    double scale = Math.scalb(1.0, -Math.getExponent(largest));
    double sum = 0;
    for (double element : a) {
      sum += element * scale * (element * scale);
    }
    return Math.sqrt(sum) / scale;
  }

  public static void scale(double[] a, double factor) {
    for (int i = 0; i < a.length; i++) {
      a[i] *= factor;
    }
  }

  /// `a += factor · b`
  static void add(double[] a, double factor, double[] b) {
    for (int i = 0; i < a.length; i++) {
      a[i] += factor * b[i];
    }
  }

  /// The length of `n` floats.
  public static double norm(float[] a, int offset, int n) {
    double sum = 0;
    for (int i = offset; i < offset + n; i++) {
      sum += (double) a[i] * a[i];
    }
    return Math.sqrt(sum);
  }

  /// Normalizes `n` floats to length one, unless they are zero.
  ///
  /// @return the length they had
  public static double normalize(float[] a, int offset, int n) {
    double length = norm(a, offset, n);
    if (length > 0 && Double.isFinite(length)) {
      for (int i = offset; i < offset + n; i++) {
        a[i] = (float) (a[i] / length);
      }
    }
    return length;
  }
}

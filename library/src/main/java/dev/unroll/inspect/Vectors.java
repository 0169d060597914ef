package dev.unroll.inspect;

/// Arithmetic of vectors in double.
final class Vectors {
  private Vectors() {}

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /// The length, also where its square would be no number.
  static double norm(double[] a) {
    double largest = 0;
    for (double element : a) {
      largest = Math.max(largest, Math.abs(element));
    }
    if (largest == 0 || !Double.isFinite(largest)) {
      return largest;
    }
    double sum = 0;
    for (double element : a) {
      sum += element / largest * (element / largest);
    }
    return largest * Math.sqrt(sum);
  }

  static void scale(double[] a, double factor) {
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

  /// Brings `n` floats to length one, unless they are zero.
  ///
  /// @return the length they had
  static double normalize(float[] a, int offset, int n) {
    double sum = 0;
    for (int i = offset; i < offset + n; i++) {
      sum += (double) a[i] * a[i];
    }
    double length = Math.sqrt(sum);
    if (length > 0 && Double.isFinite(length)) {
      for (int i = offset; i < offset + n; i++) {
        a[i] = (float) (a[i] / length);
      }
    }
    return length;
  }
}

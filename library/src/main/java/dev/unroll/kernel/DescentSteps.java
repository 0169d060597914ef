package dev.unroll.kernel;

/// One step of the simpler optimizers for each element, with `g = scale · gradient`. Plain loops
/// that C2 turns into vector code; elements do not depend on one another, so the bits depend
/// neither on the vectors nor on how threads divide the elements.
///
/// Averages of vanished gradients would fade until they are subnormal numbers, on which processors
/// are slow. Without a branch, which would keep the loops from being vectorized, averages of
/// squares stay above that by [#TINY_SQUARE], and those of gradients are cleared of tiny values by
/// adding and subtracting [#LARGE_BESIDE_TINY].
public final class DescentSteps {
  /// Its root, 1e-15, is negligible compared with every ε.
  public static final float TINY_SQUARE = 0x1p-100f;

  /// Sums with it are multiples of 2⁻⁹⁴: values below half of that become zero.
  public static final float LARGE_BESIDE_TINY = 0x1p-71f;

  private DescentSteps() {}

  /// `w = w − rate · g`.
  public static void sgd(
      float[] w, float[] gradients, int from, int to, float scale, float rate) {
    for (int i = from; i < to; i++) {
      w[i] -= rate * (scale * gradients[i]);
    }
  }

  /// `v = μ v + g, w = w − rate · v`.
  public static void momentum(float[] w, float[] gradients, float[] v, int from, int to,
      float scale, float rate, float mu) {
    for (int i = from; i < to; i++) {
      float velocity = withoutTiny(mu * v[i] + scale * gradients[i]);
      v[i] = velocity;
      w[i] -= rate * velocity;
    }
  }

  /// `v = μ v + g, w = w − rate · (g + μ v)`.
  public static void nesterov(float[] w, float[] gradients, float[] v, int from, int to,
      float scale, float rate, float mu) {
    for (int i = from; i < to; i++) {
      float g = scale * gradients[i];
      float velocity = withoutTiny(mu * v[i] + g);
      v[i] = velocity;
      w[i] -= rate * (g + mu * velocity);
    }
  }

  /// `s = ρ s + (1 − ρ) g², w = w − rate · g / (√s + ε)`.
  public static void rmsProp(float[] w, float[] gradients, float[] s, int from, int to,
      float scale, float rate, float rho, float epsilon) {
    for (int i = from; i < to; i++) {
      float g = scale * gradients[i];
      float square = rho * s[i] + (1 - rho) * (g * g) + TINY_SQUARE;
      s[i] = square;
      w[i] -= rate * g / ((float) Math.sqrt(square) + epsilon);
    }
  }

  /// `s = s + g², w = w − rate · g / (√s + ε)`.
  public static void adagrad(float[] w, float[] gradients, float[] s, int from, int to,
      float scale, float rate, float epsilon) {
    for (int i = from; i < to; i++) {
      float g = scale * gradients[i];
      float square = s[i] + g * g + TINY_SQUARE;
      s[i] = square;
      w[i] -= rate * g / ((float) Math.sqrt(square) + epsilon);
    }
  }

  /// `a = a + share · (w − a)`: the running mean for a share of 1 / n.
  public static void mean(float[] a, float[] w, int from, int to, float share) {
    for (int i = from; i < to; i++) {
      a[i] += share * (w[i] - a[i]);
    }
  }

  /// `w = factor · w`.
  public static void scale(float[] w, int from, int to, float factor) {
    for (int i = from; i < to; i++) {
      w[i] *= factor;
    }
  }

  /// `y = y + factor · x`.
  public static void add(float[] y, float[] x, int from, int to, float factor) {
    for (int i = from; i < to; i++) {
      y[i] += factor * x[i];
    }
  }

  private static float withoutTiny(float a) {
    return (a + LARGE_BESIDE_TINY) - LARGE_BESIDE_TINY;
  }
}

package dev.unroll.kernel;

/// One step of Adam (Kingma and Ba 2015, arXiv 1412.6980) for each element, in plain Java:
///
/// ```
/// g = flush(scale · gradient)
/// m = flush(β₁ m + (1 − β₁) g)
/// v = flush(β₂ v + (1 − β₂) g²)
/// w = w − rate · m / (√v / root + ε)
/// ```
///
/// When gradients vanish, the moments fade until they are subnormal numbers, on which processors
/// are slow. So tiny values are flushed to zero: g below 2⁻⁵⁶, which would move a parameter by less
/// than 1e-8 of the rate, m below 2⁻¹⁰⁰, and v below 2⁻¹²⁶.
///
/// @param beta1 β₁
/// @param beta2 β₂
/// @param epsilon ε
/// @param scale the factor of the gradients
/// @param rate the learning rate over 1 − β₁ᵗ
/// @param root √(1 − β₂ᵗ)
public record AdamStep(
    float beta1, float beta2, float epsilon, float scale, float rate, float root) {
  /// The square of a larger gradient, times 1 − β₂ for the usual β₂ of 0.999, is a normal number.
  public static final float TINY_GRADIENT = 0x1p-56f;

  public static final float TINY_MEAN = 0x1p-100f;

  /// The smallest normal number.
  public static final float TINY_SQUARE = 0x1p-126f;

  /// Updates the elements `[from, to)`.
  ///
  /// @param values the parameters, changed in place
  /// @param gradients unchanged
  /// @param m the first moments, changed in place
  /// @param v the second moments, changed in place
  public void update(float[] values, float[] gradients, float[] m, float[] v, int from, int to) {
    for (int i = from; i < to; i++) {
      float g = flush(gradients[i] * scale, TINY_GRADIENT);
      float mean = flush(beta1 * m[i] + (1 - beta1) * g, TINY_MEAN);
      float square = flush(beta2 * v[i] + (1 - beta2) * (g * g), TINY_SQUARE);
      m[i] = mean;
      v[i] = square;
      values[i] -= rate * mean / ((float) Math.sqrt(square) / root + epsilon);
    }
  }

  private static float flush(float a, float tiny) {
    return Math.abs(a) < tiny ? 0 : a;
  }
}

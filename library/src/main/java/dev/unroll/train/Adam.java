package dev.unroll.train;

import dev.unroll.kernel.Engine;
import dev.unroll.kernel.Split;

/// Adam (Kingma and Ba 2015, arXiv 1412.6980), with bias correction:
///
/// ```
/// m = β₁ m + (1 − β₁) g        m̂ = m / (1 − β₁ᵗ)
/// v = β₂ v + (1 − β₂) g²       v̂ = v / (1 − β₂ᵗ)
/// w = w − lr · m̂ / (√v̂ + ε)
/// ```
///
/// Tiny numbers are flushed to zero, as processors are slow on subnormal ones, and where gradients
/// vanish for good there would be nothing else: |g| below 2⁻⁵⁶, which would move a parameter by less
/// than 1e-8 of the rate, |m| below 2⁻¹⁰⁰ and v below 2⁻¹²⁶, the smallest normal number.
///
/// Elements do not depend on one another, so any number of threads gives the same bits.
public final class Adam {
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-8f;

  /// The bits of 2⁻⁵⁶: its square, times 1 − β₂, is normal.
  private static final int TINY_GRADIENT = (127 - 56) << 23;

  private static final int TINY_MEAN = (127 - 100) << 23;
  private static final int TINY_SQUARE = 1 << 23;

  private final Split elements;
  private final float[] m;
  private final float[] v;
  private long steps;
  private float[] values = {};
  private float[] gradients = {};
  private float scale;
  private float rate;
  private float root;

  /// @param size the number of parameters
  public Adam(Engine engine, int size) {
    elements = engine.split(1024, this::update);
    m = new float[size];
    v = new float[size];
  }

  /// One step.
  ///
  /// @param values the parameters, changed in place
  /// @param gradients the gradients, unchanged
  /// @param scale what the gradients are multiplied with first: the factor of clipping
  /// @param learningRate lr
  public void step(float[] values, float[] gradients, float scale, double learningRate) {
    steps++;
    rate = (float) (learningRate / (1 - StrictMath.pow(BETA1, (double) steps)));
    root = (float) Math.sqrt(1 - StrictMath.pow(BETA2, (double) steps));
    this.values = values;
    this.gradients = gradients;
    this.scale = scale;
    elements.run(values.length);
  }

  private void update(int from, int to) {
    update(values, gradients, m, v, scale, rate, root, from, to);
  }

  /// With all that the loop reads in local variables, so that it is compiled to vectors.
  private static void update(float[] values, float[] gradients, float[] m, float[] v, float scale,
      float rate, float root, int from, int to) {
    for (int i = from; i < to; i++) {
      float g = flush(gradients[i] * scale, TINY_GRADIENT);
      float mean = flush(BETA1 * m[i] + (1 - BETA1) * g, TINY_MEAN);
      float square = flush(BETA2 * v[i] + (1 - BETA2) * (g * g), TINY_SQUARE);
      m[i] = mean;
      v[i] = square;
      values[i] -= rate * mean / ((float) Math.sqrt(square) / root + EPSILON);
    }
  }

  /// Zero where the magnitude of `a` is below that with the bits `tiny`: by arithmetic on the bits, as
  /// a condition would keep the loop from being compiled to vectors.
  private static float flush(float a, int tiny) {
    int bits = Float.floatToRawIntBits(a);
    int below = ((bits & Integer.MAX_VALUE) - tiny) >> 31;
    return Float.intBitsToFloat(bits & ~below);
  }

  /// m, to be stored and restored.
  float[] firstMoments() {
    return m;
  }

  /// v, to be stored and restored.
  float[] secondMoments() {
    return v;
  }

  /// t, the number of steps done.
  long steps() {
    return steps;
  }

  void resumeAt(long steps) {
    this.steps = steps;
  }
}

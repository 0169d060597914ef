package dev.unroll.train;

import dev.unroll.kernel.Engine;

/// Adam (Kingma and Ba 2015, arXiv 1412.6980), with bias correction:
///
/// ```
/// m = β₁ m + (1 − β₁) g        m̂ = m / (1 − β₁ᵗ)
/// v = β₂ v + (1 − β₂) g²       v̂ = v / (1 − β₂ᵗ)
/// w = w − lr · m̂ / (√v̂ + ε)
/// ```
///
/// Elements do not depend on one another, so any number of threads gives the same bits.
public final class Adam {
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-8f;

  private final Engine engine;
  private final float[] m;
  private final float[] v;
  private long steps;

  /// @param size the number of parameters
  public Adam(Engine engine, int size) {
    this.engine = engine;
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
    float rate = (float) (learningRate / (1 - StrictMath.pow(BETA1, (double) steps)));
    float root = (float) Math.sqrt(1 - StrictMath.pow(BETA2, (double) steps));
    engine.split(values.length, 1024, (from, to) -> {
      for (int i = from; i < to; i++) {
        float g = gradients[i] * scale;
        float mean = BETA1 * m[i] + (1 - BETA1) * g;
        float square = BETA2 * v[i] + (1 - BETA2) * (g * g);
        m[i] = mean;
        v[i] = square;
        values[i] -= rate * mean / ((float) Math.sqrt(square) / root + EPSILON);
      }
    });
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

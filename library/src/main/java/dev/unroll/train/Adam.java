package dev.unroll.train;

import dev.unroll.kernel.AdamStep;
import dev.unroll.kernel.Engine;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Split;

/// Adam (Kingma and Ba 2015, arXiv 1412.6980), with bias correction:
///
/// ```
/// m = β₁ m + (1 − β₁) g        m̂ = m / (1 − β₁ᵗ)
/// v = β₂ v + (1 − β₂) g²       v̂ = v / (1 − β₂ᵗ)
/// w = w − lr · m̂ / (√v̂ + ε)
/// ```
///
/// with what is tiny flushed to zero, as [AdamStep] says.
///
/// Elements do not depend on one another, so any number of threads gives the same bits.
public final class Adam {
  private final Kernels kernels;
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
    kernels = engine.kernels();
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
    rate = (float) (learningRate / (1 - StrictMath.pow(AdamStep.BETA1, (double) steps)));
    root = (float) Math.sqrt(1 - StrictMath.pow(AdamStep.BETA2, (double) steps));
    this.values = values;
    this.gradients = gradients;
    this.scale = scale;
    elements.run(values.length);
  }

  private void update(int from, int to) {
    kernels.adam(values, gradients, m, v, from, to, scale, rate, root);
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

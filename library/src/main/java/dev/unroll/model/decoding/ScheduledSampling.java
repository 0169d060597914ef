package dev.unroll.model.decoding;

import dev.unroll.Engine;
import dev.unroll.expr.Function;
import dev.unroll.kernel.Kernels;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;

/// Scheduled sampling: replaces the target that is fed back by the model's own output, at random
/// places. No gradient passes through the sampling (Bengio et al. 2015, arXiv 1506.03099).
final class ScheduledSampling {
  private final Decoder decoder;
  private final Kernels kernels;
  private final int batch;
  private final float[] probabilities;

  ScheduledSampling(Decoder decoder, Engine engine, int batch) {
    this.decoder = decoder;
    this.batch = batch;
    kernels = engine.kernels();
    probabilities = new float[decoder.outputs().size()];
  }

  /// Replaces some of the feedback of step t.
  ///
  /// @param outputs of the step before, `[T, B, outputs]`
  void replace(int t, Rows outputs, TeacherForcing dictation, long draw, double rate) {
    for (int b = 0; b < batch; b++) {
      int row = t * batch + b;
      boolean replaces = decoder.random().uniform(draw, 2L * row) < rate;
      if (!replaces || dictation.present().array()[row] == 0) {
        continue;
      }
      int at = outputs.offset() + (row - batch) * outputs.columns();
      if (decoder.feedback() != null) {
        double u = decoder.random().uniform(draw, 2L * row + 1);
        dictation.fed()[row] = draw(outputs.array(), at, u);
      } else if (decoder.feedbackSize() > 0) {
        // Of several outputs for a number, such as mean and variance, the first ones are fed back.
        int n = decoder.feedbackSize();
        System.arraycopy(outputs.array(), at, dictation.numbers().array(), row * n, n);
      }
    }
  }

  /// Draws a symbol by its probability; the end is fed back like any other.
  private int draw(float[] logits, int from, double u) {
    int n = probabilities.length;
    Leftovers.spoil(probabilities);
    float max = logits[from];
    for (int j = 1; j < n; j++) {
      max = Math.max(max, logits[from + j]);
    }
    for (int j = 0; j < n; j++) {
      probabilities[j] = logits[from + j] - max;
    }
    kernels.apply(Function.EXP, probabilities, 0, probabilities, 0, n);
    double target = u * kernels.sum(probabilities, 0, n);
    double passed = 0;
    for (int j = 0; j < n; j++) {
      passed += probabilities[j];
      if (target < passed) {
        return j;
      }
    }
    return n - 1;
  }
}

package dev.unroll.model.part;

import dev.unroll.expr.Function;
import dev.unroll.kernel.Kernels;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;

/// Logarithms of the probabilities of classes, from logits. One caller at a time.
public final class LogProbabilities {
  private final Kernels kernels;
  private final float[] exponentials;

  public LogProbabilities(Kernels kernels, int classes) {
    this.kernels = kernels;
    exponentials = new float[classes];
  }

  /// `log Σ exp(logit)` of a row.
  public double normalizer(Rows logits, int row) {
    int n = logits.columns();
    int from = logits.offset() + row * n;
    var z = logits.array();
    Leftovers.spoil(exponentials);
    float max = z[from];
    for (int j = 1; j < n; j++) {
      max = Math.max(max, z[from + j]);
    }
    for (int j = 0; j < n; j++) {
      exponentials[j] = z[from + j] - max;
    }
    kernels.apply(Function.EXP, exponentials, 0, exponentials, 0, n);
    return max + StrictMath.log(kernels.sum(exponentials, 0, n));
  }

  /// The log probability `log p` of a class.
  public static double of(Rows logits, int row, int symbol, double normalizer) {
    return logits.array()[logits.offset() + row * logits.columns() + symbol] - normalizer;
  }
}

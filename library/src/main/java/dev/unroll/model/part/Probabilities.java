package dev.unroll.model.part;

import dev.unroll.Engine;
import dev.unroll.expr.Function;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.model.loss.Loss;
import dev.unroll.model.loss.Loss.BinaryCrossEntropy;
import dev.unroll.model.loss.Loss.Regression;
import dev.unroll.model.loss.run.ManyClasses;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;

/// Predictions from the outputs: softmax for classes, σ for bits, else the outputs unchanged.
/// Threads work on different rows.
public final class Probabilities {
  private final Kernels kernels;
  private final Loss loss;
  private final int rows;

  /// Allocated at the first use: training does not need it.
  private Rows result;

  private final WorkSplit split;
  private Rows outputs;

  /// Whether the outputs are where the predictions are to be.
  private boolean inPlace;

  public Probabilities(Engine engine, Loss loss, int rows, int size) {
    kernels = engine.kernels();
    this.loss = loss;
    this.rows = rows;
    result = Rows.allocate(0, size);
    split = engine.split(1, this::rows);
    outputs = result;
  }

  /// The predictions of the first `rows` rows; the result is overwritten by the next call.
  public Rows of(Rows outputs, int rows) {
    allocate();
    this.outputs = outputs;
    inPlace = false;
    split.run(rows);
    return result;
  }

  /// The predictions of the first `rows` rows of an output layer, without another copy of its
  /// outputs.
  public Rows of(ManyClasses layer, Rows h, int rows) {
    allocate();
    outputs = result;
    inPlace = true;
    layer.logits(h, rows, result);
    split.run(rows);
    return result;
  }

  private void allocate() {
    Leftovers.spoil(result);
    if (result.array().length == 0) {
      result = Rows.allocate(rows, result.columns());
    }
  }

  private void rows(int from, int to) {
    int n = result.columns();
    var p = result.array();
    for (int row = from; row < to; row++) {
      if (!inPlace) {
        System.arraycopy(outputs.array(), outputs.offset() + row * n, p, row * n, n);
      }
      switch (loss) {
        case Loss.CrossEntropy _ -> softmax(p, row * n, n);
        case Loss.Chain _ -> throw new IllegalStateException(
            "the probabilities of a chain are those of whole sequences");
        case BinaryCrossEntropy _ -> kernels.apply(Function.SIGMOID, p, row * n, p, row * n, n);
        case Regression _ -> {}
      }
    }
  }

  private void softmax(float[] p, int from, int n) {
    float max = p[from];
    for (int j = 1; j < n; j++) {
      max = Math.max(max, p[from + j]);
    }
    for (int j = 0; j < n; j++) {
      p[from + j] -= max;
    }
    kernels.apply(Function.EXP, p, from, p, from, n);
    float scale = 1 / kernels.sum(p, from, n);
    for (int j = 0; j < n; j++) {
      p[from + j] *= scale;
    }
  }

  public long bytes() {
    return 4L * result.array().length;
  }
}

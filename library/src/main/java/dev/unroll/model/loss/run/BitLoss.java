package dev.unroll.model.loss.run;

import dev.unroll.Engine;
import dev.unroll.expr.Function;
import dev.unroll.kernel.Kernels;
import dev.unroll.model.loss.Loss.BinaryCrossEntropy;
import dev.unroll.model.loss.Score;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;

/// [BinaryCrossEntropy] bound to memory.
final class BitLoss extends RowLoss {
  private final Kernels kernels;
  private final int bits;

  /// Each row has a place of its own, as threads work on different rows.
  private final Rows logarithms;

  BitLoss(Engine engine, int rows, int bits) {
    super(engine, rows, bits, 1);
    kernels = engine.kernels();
    this.bits = bits;
    logarithms = Rows.allocate(rows, bits);
  }

  /// @throws IllegalArgumentException if a target that counts is not from 0 to 1
  @Override
  public Score score(Rows outputs, Targets targets) {
    var t = targets.values();
    for (int row = 0; row < targets.rows(); row++) {
      for (int j = 0; targets.asked()[row] && j < bits; j++) {
        float target = t.array()[t.offset() + row * t.columns() + j];
        if (!BinaryCrossEntropy.isProbability(target)) {
          throw new IllegalArgumentException(
              "target %s in row %d, column %d, expected 0 to 1 for binary cross-entropy"
                  .formatted(target, row, j));
        }
      }
    }
    return super.score(outputs, targets);
  }

  @Override
  double row(float[] y, int at, float[] t, int from, float[] dy, int to, float weight) {
    var logs = logarithms.array();
    Leftovers.spoil(logs, to, to + bits);
    for (int j = 0; j < bits; j++) {
      dy[to + j] = -Math.abs(y[at + j]);
    }
    kernels.apply(Function.EXP, dy, to, dy, to, bits);
    for (int j = 0; j < bits; j++) {
      logs[to + j] = 1 + dy[to + j];
    }
    kernels.apply(Function.LOG, logs, to, logs, to, bits);
    for (int j = 0; j < bits; j++) {
      float z = y[at + j];
      logs[to + j] += Math.max(z, 0f) - z * t[from + j];
      float e = dy[to + j];
      dy[to + j] = weight * ((z >= 0 ? 1 : e) / (1 + e) - t[from + j]);
    }
    return kernels.sum(logs, to, bits);
  }

  @Override
  boolean isRight(float[] y, int at, float[] t, int from) {
    for (int j = 0; j < bits; j++) {
      if (y[at + j] > 0 != t[from + j] > 0.5f) {
        return false;
      }
    }
    return true;
  }
}

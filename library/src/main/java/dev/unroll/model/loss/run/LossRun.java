package dev.unroll.model.loss.run;

import dev.unroll.Engine;
import dev.unroll.model.loss.Loss;
import dev.unroll.model.loss.Loss.BinaryCrossEntropy;
import dev.unroll.model.loss.Loss.Regression;
import dev.unroll.model.loss.Score;
import dev.unroll.tensor.Rows;

/// A loss bound to memory for a number of rows. One caller at a time.
public interface LossRun {

  /// The loss of outputs; computes the [#gradient] too.
  ///
  /// @param outputs `[rows, outputs]`, unchanged
  Score score(Rows outputs, Targets targets);

  /// The gradient of the mean loss over all that counted in the last call, `[rows, outputs]`; zero
  /// in rows outside the target mask.
  Rows gradient();

  /// Binds a loss to memory.
  ///
  /// @param rows the largest number of rows of a call
  /// @param targets how many numbers or classes there are
  static LossRun of(Loss loss, Engine engine, int rows, int targets) {
    return switch (loss) {
      case Loss.CrossEntropy classes -> new SoftmaxCrossEntropy(engine, rows, targets, classes);
      case Loss.Chain _ -> throw new IllegalArgumentException(
          "a chain has parameters of its own; bind it by ChainLoss");
      case BinaryCrossEntropy _ -> new BitLoss(engine, rows, targets);
      case Regression numbers -> new NumberLoss(engine, rows, numbers, targets);
    };
  }
}

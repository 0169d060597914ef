package dev.unroll.model.loss.run;

import dev.unroll.Engine;
import dev.unroll.model.loss.Loss;
import dev.unroll.model.loss.Loss.BinaryCrossEntropy;
import dev.unroll.model.loss.Regression;
import dev.unroll.model.loss.Score;
import dev.unroll.tensor.Rows;

/// A loss bound to memory for a number of rows. One caller at a time.
public interface LossRun {

  /// The loss of outputs; computes the [#gradient] too.
  ///
  /// @param outputs `[rows, outputs]`, unchanged
  Score score(Rows outputs, Targets targets);

  /// The gradient of the mean loss over all that was asked in the last call, `[rows, outputs]`; zero in
  /// rows of which nothing was asked.
  Rows gradient();

  /// Binds a loss to memory.
  ///
  /// @param rows the largest number of rows of a call
  /// @param targets how many numbers or classes there are
  static LossRun of(Loss loss, Engine engine, int rows, int targets) {
    return switch (loss) {
      case Loss.CrossEntropy classes -> new SoftmaxCrossEntropy(engine, rows, targets, classes);
      case BinaryCrossEntropy _ -> new BitLoss(engine, rows, targets);
      case Regression regression -> {
        int outputs = regression.outputs(targets);
        int each = regression instanceof Regression.Quantile ? outputs / targets : 1;
        yield new RowLoss(engine, rows, outputs, each * targets) {
          @Override
          int count(float[] t, int from) {
            int known = 0;
            for (int j = 0; j < targets; j++) {
              known += Float.isNaN(t[from + j]) ? 0 : each;
            }
            return known;
          }

          @Override
          double row(float[] y, int at, float[] t, int from, float[] dy, int to, float weight) {
            return regression.row(y, at, t, from, targets, dy, to, weight);
          }
        };
      }
    };
  }
}

package dev.unroll.train;

import dev.unroll.model.loss.Score;
import dev.unroll.tensor.Parameters;
import dev.unroll.train.step.OptimizerRun;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What a [TrainingLoop] trains: a model bound to its data, and the files in which it is kept.
interface Learner {
  Parameters parameters();

  /// The batches of an epoch.
  int batches();

  /// Adds the gradient of the mean loss of a batch to the gradients of the parameters.
  ///
  /// @param draw for which masks are drawn, another one for each batch of the run
  Score train(int epoch, int batch, long draw);

  /// Where the first number of a batch that was just trained on is not finite, in the order of
  /// computation; empty if it is not known. The gradients of the parameters are spoilt.
  ///
  /// @param draw that of the training
  String firstNotFinite(int epoch, int batch, long draw);

  /// Takes over changed parameters for training.
  void load();

  /// What the validation data say of the parameters as they are; null where there are none.
  @Nullable
  Validation validate();

  /// Keeps the parameters as the best so far.
  void keep(Progress progress) throws IOException;

  /// Writes all that is needed to go on.
  void checkpoint(Progress progress, OptimizerRun optimizer) throws IOException;
}

package dev.unroll.train;

import dev.unroll.model.loss.Score;
import dev.unroll.tensor.Parameters;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What a [TrainingLoop] trains: a model bound to its data, and the files that it is saved in.
interface Learner {
  Parameters parameters();

  /// The number of batches of an epoch.
  int batches();

  /// Adds the gradient of the mean loss of a batch to the gradients of the parameters.
  ///
  /// @param draw the dropout step, for which masks are drawn: a different one for each batch of the
  ///     run
  Score train(int epoch, int batch, long draw);

  /// The dropout step of the next batch: its number within the run, for which masks are drawn.
  default long draw(Progress progress) {
    return (long) progress.epoch() * batches() + progress.batch();
  }

  /// Describes where the first number of a batch that was just trained on is not finite, in the
  /// order of computation; empty if it is not known. Overwrites the gradients of the parameters.
  ///
  /// @param draw the dropout step of the training
  String firstNotFinite(int epoch, int batch, long draw);

  /// Takes over changed parameters for training.
  void load();

  /// Evaluates the current parameters on the validation data; null if there are none.
  @Nullable
  Validation validate();

  /// Keeps the parameters as the best so far.
  void keep(Progress progress) throws IOException;

  /// Writes all that is needed to resume.
  void checkpoint(Progress progress, Descent descent) throws IOException;
}

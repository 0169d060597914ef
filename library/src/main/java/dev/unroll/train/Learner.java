package dev.unroll.train;

import dev.unroll.model.Score;
import dev.unroll.tensor.Parameters;
import java.io.IOException;
import java.util.Optional;

/// What a [TrainingLoop] trains: a model bound to its data, and the files in which it is kept.
interface Learner {
  Parameters parameters();

  /// The batches of an epoch.
  int batches();

  /// Makes ready for the first batch of an epoch.
  void begin();

  /// Adds the gradient of the mean loss of a batch to the gradients of the parameters.
  ///
  /// @param draw for which masks are drawn, another one for each batch of the run
  Score train(int epoch, int batch, long draw);

  /// What was the first to be not finite in a batch that was trained on last, computed once more with every layer
  /// traced.
  ///
  /// @return a part of a sentence; empty if nothing can be found out
  Optional<String> firstNotFinite(int epoch, int batch, long draw);

  /// Takes over changed parameters for training.
  void load();

  /// The loss of the validation data with the parameters as they are.
  Score validate();

  /// Keeps the parameters as the best so far.
  void keep(Progress progress) throws IOException;

  /// Writes all that is needed to go on.
  void checkpoint(Progress progress, OptimizerRun optimizer) throws IOException;
}

package dev.unroll.model;

import dev.unroll.data.Batch;
import dev.unroll.layer.LayerRun;
import dev.unroll.model.loss.Score;
import dev.unroll.tensor.Rows;
import java.util.List;

/// A model bound to sizes and memory. States start anew with each batch unless it continues the one before it
/// ([dev.unroll.data.Batches#streams]), and padding changes nothing.
/// Batches have the B columns that the run is bound to, and up to as many steps. What a run returns is
/// its own memory, valid until its next call. Not thread-safe: one caller at a time; the runs of our
/// structures refuse overlapping calls by an `IllegalStateException`.
public interface ModelRun {

  /// Takes over changed parameters; needed after each change.
  void load();

  /// One step of training, but for the update: adds the gradient of the mean loss over all that is
  /// asked to the gradients of the parameters. Nothing is added where nothing is asked.
  ///
  /// @param draw the number of the step, for which random masks are drawn
  /// @return the loss of the data alone: penalties on activations are in the gradient only
  /// @throws IllegalStateException if the run is not bound for training
  Score train(Batch batch, long draw);

  /// As the other method, where of each sample one step of its target is asked and nothing else: what a
  /// single answer sends back.
  ///
  /// @param steps `[B]`, for each sample the step; beyond its target nothing is asked
  /// @return the loss of what was asked: the gradient is that of its mean
  /// @throws UnsupportedOperationException if a model of one's own has no answers one by one
  default Score train(Batch batch, long draw, int[] steps) {
    throw new UnsupportedOperationException(
        "%s takes whole targets only".formatted(getClass().getSimpleName()));
  }

  /// The loss of a batch, without dropout and without label smoothing.
  ///
  /// @throws IllegalStateException if the run is bound for training, where dropout acts
  Score evaluate(Batch batch);

  /// What the model says, after its output activation: probabilities for cross-entropy.
  ///
  /// @return `[T, B, outputs]` for a sequence, `[B, outputs]` for a vector, the rows of padding
  ///     mean nothing
  /// @throws IllegalStateException if the run is bound for training, where dropout acts
  Rows predict(Batch batch);

  /// What the model says with the random masks of a draw, as in training: one sample for a Monte Carlo
  /// prediction.
  ///
  /// @throws IllegalStateException if the run is not bound for training
  Rows predict(Batch batch, long draw);

  /// What penalties on activations added to the mean loss of the last [#train]; 0 without any.
  default double penalty() {
    return 0;
  }

  /// The states before the next batch, if it continues the one before it, by name; each is `[B, size]` and
  /// may be written. None where states are not carried on.
  default List<LayerRun.StateRows> states() {
    return List.of();
  }

  /// The bytes of memory that were planned so far; that of recurrent layers is planned with the first
  /// batch, which shows whether there is padding.
  long bytes();
}

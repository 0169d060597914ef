package dev.unroll.model;

import dev.unroll.data.Batch;
import dev.unroll.model.loss.Score;
import dev.unroll.tensor.Rows;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// A model bound to sizes and memory. States are reset with each batch, unless it continues the one
/// before it ([dev.unroll.data.Batches#streams]), and padding changes nothing. Batches have the B
/// columns that the run is bound to, and up to as many steps. What a run returns is its own memory,
/// valid until its next call. Not thread-safe: one caller at a time; the runs of our structures
/// refuse overlapping calls by an `IllegalStateException`.
public interface ModelRun {

  /// Takes over changed parameters; needed after each change.
  void load();

  /// One training step without the update: adds the gradient of the mean loss over all steps of the
  /// target mask to the gradients of the parameters. Adds nothing if the mask is empty.
  ///
  /// @param draw the dropout step: the number for which random masks are drawn
  /// @return the loss of the data alone: penalties on activations are in the gradient only
  /// @throws IllegalStateException if the run is not bound for training
  Score train(Batch batch, long draw);

  /// Like [#train(Batch, long)], but only one step of each sample's target counts towards the loss:
  /// gives the gradient of a single output.
  ///
  /// @param steps `[B]`, for each sample the step; beyond its target nothing counts
  /// @return the loss of the steps that count: the gradient is that of its mean
  /// @throws UnsupportedOperationException if a custom model does not support it, or the loss is
  ///     that of a chain, which is not a sum over outputs
  default Score train(Batch batch, long draw, int[] steps) {
    throw new UnsupportedOperationException(
        "%s takes whole targets only".formatted(getClass().getSimpleName()));
  }

  /// The loss of a batch, without dropout and without label smoothing.
  ///
  /// @throws IllegalStateException if the run is bound for training, where dropout acts
  Score evaluate(Batch batch);

  /// The predicted outputs, after the output activation: probabilities for cross-entropy.
  ///
  /// @return `[T, B, outputs]` for a sequence, `[B, outputs]` for a vector; the rows of padding are
  ///     undefined
  /// @throws IllegalStateException if the run is bound for training, where dropout acts
  Rows predict(Batch batch);

  /// The predicted outputs with the random masks of a dropout step, as in training: one sample of a
  /// Monte Carlo prediction.
  ///
  /// @throws IllegalStateException if the run is not bound for training
  Rows predict(Batch batch, long draw);

  /// The classes that were chosen by the last [#predict], `[T·B]`: of each step the most probable
  /// one, or with a chain those of the most probable sequence; in padding undefined.
  ///
  /// @throws UnsupportedOperationException if there is no class for each step of the input
  default int[] classes() {
    throw new UnsupportedOperationException("the model does not choose a class at each step");
  }

  /// The penalty on activations that the last [#train] added to the mean loss; 0 if there is none.
  default double penalty() {
    return 0;
  }

  /// The states before the next batch, if it continues the one before it, by name; each is
  /// `[B, size]` and may be written. Empty if states are not carried.
  default SequencedMap<String, Rows> states() {
    return new LinkedHashMap<>();
  }

  /// The bytes of memory planned so far; that of recurrent layers is planned with the first batch,
  /// which shows whether there is padding.
  long bytes();
}

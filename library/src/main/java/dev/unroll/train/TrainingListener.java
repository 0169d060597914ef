package dev.unroll.train;

import java.io.IOException;

/// A listener that is notified during training, on the thread that trains.
public interface TrainingListener {
  /// A listener that does nothing.
  TrainingListener SILENT = new TrainingListener() {};

  /// A completed step.
  ///
  /// @param step from 0, over the whole run
  /// @param steps of the whole run
  /// @param epoch from 1
  /// @param loss the mean over what counts in the step, in nats for the cross-entropies
  /// @param norm of all gradients together, before clipping
  /// @param clippedNorm after clipping
  /// @param learningRate of this step
  /// @param count the number that the loss is a mean over: characters for a text
  /// @param seconds that the step took
  /// @param clippedShare of the gradients' elements that clipping changed, from 0 to 1
  record Step(
      long step,
      long steps,
      int epoch,
      double loss,
      double norm,
      double clippedNorm,
      double learningRate,
      long count,
      double seconds,
      double clippedShare) {

    /// Whether the gradients were clipped.
    public boolean clipped() {
      return clippedShare > 0;
    }
  }

  /// A completed and validated epoch.
  ///
  /// @param epoch from 1
  /// @param epochs of the run
  /// @param step the number of steps done
  /// @param trainLoss the mean loss over the epoch, with the weights as they changed
  /// @param validationLoss the mean loss over the validation data, with the weights at the end
  /// @param best whether it is the best so far, according to the [Monitor], so that the model was
  ///     saved
  /// @param trainAccuracy the share of right predictions, 0 for a loss without accuracy
  /// @param validationAccuracy likewise
  record Epoch(
      int epoch,
      int epochs,
      long step,
      double trainLoss,
      double validationLoss,
      boolean best,
      double trainAccuracy,
      double validationAccuracy) {}

  /// Whether [#update] is called, checked once when training begins. It costs a few passes over the
  /// parameters at each step and [Update#bytes]; a run whose listener does not want it pays
  /// nothing. The results are the same bits.
  default boolean wantsUpdates() {
    return false;
  }

  /// Called when training begins or is resumed.
  ///
  /// @param epochs of the run
  default void begin(int epochs) throws IOException {}

  /// Called after each step, right before [#step], if [#wantsUpdates].
  ///
  /// @param update the same object at each step
  default void update(Update update) throws IOException {}

  /// Called after each step.
  default void step(Step step) throws IOException {}

  /// Called after each epoch, when a better model was saved and before the checkpoint is: a run
  /// that resumes from a checkpoint repeats the events after it. Averaged weights, if there are
  /// any, are in place during the call.
  default void epoch(Epoch epoch) throws IOException {}

  /// Called after a checkpoint was written at a step.
  default void checkpoint(long step) throws IOException {}
}

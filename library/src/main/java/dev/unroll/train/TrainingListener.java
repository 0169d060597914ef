package dev.unroll.train;

import java.io.IOException;

/// Hears of a training run as it goes, on the thread that trains.
public interface TrainingListener {
  /// Hears nothing.
  TrainingListener SILENT = new TrainingListener() {};

  /// A step was done.
  ///
  /// @param step from 0, over the whole run
  /// @param steps of the whole run
  /// @param epoch from 1
  /// @param loss the mean over what the step was asked, in nats for the cross-entropies
  /// @param norm of all gradients together, before clipping
  /// @param clippedNorm after clipping
  /// @param learningRate of this step
  /// @param count what the loss is a mean over: characters for a text
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

  /// An epoch ended and was validated.
  ///
  /// @param epoch from 1
  /// @param epochs of the run
  /// @param step the number of steps done
  /// @param trainLoss the mean over what the epoch asked, with the weights as they changed
  /// @param validationLoss the mean over what the validation data ask, with the weights at the end
  /// @param best whether it is the best so far, as the [Monitor] says, so that the model was saved
  /// @param trainAccuracy the share of right answers, 0 for a loss that knows none
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

  /// Whether [#update] is called, asked once when training begins. It costs a few passes over the
  /// parameters at each step and [Update#bytes]; a run whose listener does not want it pays nothing. The
  /// results are the same bits.
  default boolean wantsUpdates() {
    return false;
  }

  /// A training begins, or goes on.
  ///
  /// @param epochs of the run
  default void begin(int epochs) throws IOException {}

  /// After each step, right before [#step], if it is wanted.
  ///
  /// @param update the same object at each step
  default void update(Update update) throws IOException {}

  /// After each step.
  default void step(Step step) throws IOException {}

  /// After each epoch, when a better model is written and before the checkpoint is: what is heard of
  /// after a checkpoint is heard of again by a run that resumes from it. Averaged weights, if there are
  /// any, are in place meanwhile.
  default void epoch(Epoch epoch) throws IOException {}

  /// After a checkpoint was written at a step.
  default void checkpoint(long step) throws IOException {}
}

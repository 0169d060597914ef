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
  /// @param loss the mean over the step's characters, in nats
  /// @param norm of all gradients together, before clipping
  /// @param clippedNorm after clipping
  /// @param learningRate of this step
  /// @param characters that the step predicted
  /// @param seconds that the step took
  record Step(
      long step,
      long steps,
      int epoch,
      double loss,
      double norm,
      double clippedNorm,
      double learningRate,
      int characters,
      double seconds) {

    /// Whether the gradients were clipped.
    public boolean clipped() {
      return clippedNorm < norm;
    }
  }

  /// An epoch ended and was validated.
  ///
  /// @param epoch from 1
  /// @param epochs of the run
  /// @param step the number of steps done
  /// @param trainLoss the mean over the epoch's characters, in nats, with the weights as they changed
  /// @param validationLoss in nats for each character, with the weights at the end
  /// @param best whether it is the lowest so far, so that the model was saved
  record Epoch(
      int epoch, int epochs, long step, double trainLoss, double validationLoss, boolean best) {}

  /// After each step.
  default void step(Step step) throws IOException {}

  /// After each epoch, when a better model is written and before the checkpoint is: what is heard of
  /// after a checkpoint is heard of again by a run that resumes from it.
  default void epoch(Epoch epoch) throws IOException {}

  /// After a checkpoint was written at a step.
  default void checkpoint(long step) throws IOException {}
}

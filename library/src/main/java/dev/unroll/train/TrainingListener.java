package dev.unroll.train;

import dev.unroll.tensor.Parameters.Block;
import dev.unroll.train.TrainingResult.Ending;
import dev.unroll.train.parallel.Straggler;
import java.io.IOException;
import java.util.List;

/// A listener that is notified during training, on the thread that trains.
public interface TrainingListener {
  /// A listener that does nothing.
  TrainingListener SILENT = new TrainingListener() {};

  /// A completed step. With replicas ([Recipe#syncEvery]), whose steps differ, the loss is that of
  /// all that this member has, and the norms are the largest of them.
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

  /// Statistics of one step: how it changed the gradient and the parameters.
  ///
  /// ```
  /// cosine  = g · g' / (‖g‖ ‖g'‖)        g before clipping, g' after it
  /// ratio_b = ‖Δθ_b‖ / ‖θ_b‖            for each block of parameters b; θ before the step
  /// ```
  ///
  /// With replicas ([Recipe#syncEvery]) they are those of the first one that this member has.
  ///
  /// Clipping by the norm of all gradients changes their length alone, so the cosine is 1; by value
  /// or by block it turns the gradient as well. A ratio near 1e-3 is usual where a model learns
  /// well (Karpathy, CS231n, "Ratio of weights:updates"): if it is far larger, steps are too large;
  /// if far smaller, the block hardly learns.
  ///
  /// The same bits for any number of threads. One object serves a whole run: its values are valid
  /// until the listener returns. Not thread-safe.
  interface Update {
    /// The step, from 0, over the whole run.
    long step();

    /// The blocks of parameters, in the order in which the other methods count them.
    List<Block> blocks();

    /// The cosine between the gradient before clipping and after it; 1 where the gradient is zero.
    double cosine();

    /// ‖∂L/∂θ_b‖ of a block before clipping.
    double gradient(int block);

    /// ‖θ_b‖ of a block before the step.
    double weight(int block);

    /// ‖Δθ_b‖: by how much the step changed a block, weight decay included.
    double change(int block);

    /// ‖Δθ_b‖ / ‖θ_b‖; 0 if nothing changed, infinite if all was zero before.
    default double ratio(int block) {
      double change = change(block);
      return change == 0 ? 0 : change / weight(block);
    }

    /// The bytes that it takes for a model with this many parameters.
    static long bytes(long parameters) {
      return 2L * Float.BYTES * parameters;
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
  /// @param monitored the figure of the [Monitor]; that of [Monitor#LAST] without validation data
  record Epoch(
      int epoch,
      int epochs,
      long step,
      double trainLoss,
      double validationLoss,
      boolean best,
      double trainAccuracy,
      double validationAccuracy,
      Figure monitored) {

    /// An epoch whose figure is the loss.
    public Epoch(int epoch, int epochs, long step, double trainLoss, double validationLoss,
        boolean best, double trainAccuracy, double validationAccuracy) {
      this(epoch, epochs, step, trainLoss, validationLoss, best, trainAccuracy, validationAccuracy,
          new Figure(Monitor.LOSS.name(), validationLoss));
    }
  }

  /// A figure of the validation data.
  ///
  /// @param name of the [Monitor]
  /// @param value of it, a share or another number
  record Figure(String name, double value) {
    /// Whether an epoch says it otherwise: as its loss or accuracy, or there is none.
    public boolean isUsual() {
      return name.equals(Monitor.LOSS.name()) || name.equals(Monitor.ACCURACY.name())
          || name.equals(Monitor.LAST.name());
    }
  }

  /// Whether [#update] is called, checked once when training begins. It costs a few passes over the
  /// parameters at each step and [Update#bytes]; a run whose listener does not want it pays
  /// nothing. The results are the same bits.
  default boolean wantsUpdates() {
    return false;
  }

  /// Whether [#update] is called after a step, asked before it if [#wantsUpdates]: a listener that
  /// wants few of them pays for few.
  ///
  /// @param step from 0, over the whole run
  default boolean wantsUpdate(long step) {
    return true;
  }

  /// Called when training begins or is resumed, before [#begin(int)], with what is trained: for
  /// looks inside the model between its steps.
  ///
  /// @param training whose model may be read on the thread that trains, and not be changed
  default void begin(TrainingSession training) throws IOException {}

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

  /// Called when the learning rate has been changed ([TrainingSession#learningRate]), right before
  /// the checkpoint that has it.
  ///
  /// @param step the steps that are done; the next one has the new rate
  /// @param rate of that step; the schedule goes on from it, scaled
  default void learningRate(long step, double rate) throws IOException {}

  /// Called after a step for which other members had to wait for one; by default it is a warning in
  /// the log of this member, of the logger `dev.unroll`.
  default void straggler(Straggler straggler) throws IOException {
    System.getLogger("dev.unroll").log(System.Logger.Level.WARNING, straggler.toString());
  }

  /// Called after each epoch, when a better model was saved and before the checkpoint is: a run
  /// that resumes from a checkpoint repeats the events after it. Averaged weights, if there are
  /// any, are in place during the call.
  default void epoch(Epoch epoch) throws IOException {}

  /// Called after a checkpoint was written at a step.
  default void checkpoint(long step) throws IOException {}

  /// Called last, unless training has failed. The model has the weights of its last step.
  default void end(Ending ending) throws IOException {}
}

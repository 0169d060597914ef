package dev.unroll.train;

import dev.unroll.format.FormatException;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.model.loss.Score;
import dev.unroll.train.step.OptimizerRun;
import java.io.IOException;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// How a run takes its steps: [SynchronousSteps], each one of all shards together, or [LocalSteps],
/// each one of every shard for itself.
interface Descent {
  /// Takes a step.
  ///
  /// @param before the progress before it
  /// @param batches how many batches or shards it takes
  /// @param rate the learning rate
  /// @param update gets the norms of the step; null for none
  /// @throws TrainingException if loss or gradients are not finite
  /// @throws IOException if a member is lost
  Taken step(Progress before, int batches, double rate, @Nullable UpdateNorms update)
      throws IOException;

  /// A step that was taken.
  ///
  /// @param next the progress after it
  /// @param score of what this member has computed, or all together
  /// @param norm of all gradients together, before clipping
  /// @param clippedNorm after clipping
  /// @param clippedShare of the elements that clipping changed
  record Taken(Progress next, Score score, double norm, double clippedNorm, double clippedShare) {}

  /// Whether all members have the same weights there, so that a run can be resumed from it.
  boolean isSynchronized(Progress progress);

  /// The optimizer of the weights that all have in common.
  OptimizerRun optimizer();

  /// What a checkpoint needs besides the arrays of [#optimizer], by name; only the first member has
  /// all of it.
  ///
  /// @throws IOException if a member is lost
  SequencedMap<String, float[]> collected() throws IOException;

  /// Takes over what [#collected] has given.
  void resume(Progress progress, Safetensors checkpoint) throws FormatException;
}

package dev.unroll.train;

import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Parameters.Block;
import java.util.Optional;

/// Stops a run whose numbers are no longer finite.
final class Finite {
  private Finite() {}

  /// After the gradients of a step.
  ///
  /// @param step from 1
  /// @throws TrainingException that names the step, the first parameter at fault and what to try
  static void require(long step, double loss, double norm, Parameters parameters) {
    if (Double.isFinite(loss) && Double.isFinite(norm)) {
      return;
    }
    var values = first(parameters, parameters.values());
    var where = values.map(block -> ", as the values of " + block.name() + " are not finite")
        .or(() -> first(parameters, parameters.gradients())
            .map(block -> ", first in the gradient of " + block.name()))
        .orElse("");
    throw new TrainingException(
        ("step %d: the loss is %s and the norm of the gradients %s%s; try a lower learning rate or "
            + "stronger clipping").formatted(step, loss, norm, where));
  }

  /// After a validation.
  ///
  /// @throws TrainingException that names the step, the epoch and what to try
  static void require(Progress progress, double validationLoss) {
    if (!Double.isFinite(validationLoss)) {
      throw new TrainingException(
          ("step %d: the validation loss after epoch %d is %s; try a lower learning rate or stronger "
              + "clipping").formatted(progress.step(), progress.epoch() + 1, validationLoss));
    }
  }

  private static Optional<Block> first(Parameters parameters, float[] array) {
    return parameters.blocks().stream().filter(block -> {
      for (int i = block.offset(); i < block.offset() + block.length(); i++) {
        if (!Float.isFinite(array[i])) {
          return true;
        }
      }
      return false;
    }).findFirst();
  }
}

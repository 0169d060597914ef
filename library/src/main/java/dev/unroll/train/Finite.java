package dev.unroll.train;

import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Parameters.Block;
import java.util.Optional;
import java.util.function.Supplier;

/// Stops a run whose numbers are no longer finite.
final class Finite {
  private Finite() {}

  /// After the gradients of a step.
  ///
  /// @param step from 1
  /// @param first looks for the first quantity that was not finite, and is asked only if something is not
  /// @throws TrainingException that names the step, what was not finite first, and what to try
  static void require(long step, double loss, double norm, Parameters parameters,
      Supplier<Optional<String>> first) {
    if (Double.isFinite(loss) && Double.isFinite(norm)) {
      return;
    }
    var values = first(parameters, parameters.values());
    var where = values.map(block -> ", as the values of " + block.name() + " are not finite")
        .or(() -> first.get().map(quantity -> ", first in " + quantity))
        .or(() -> first(parameters, parameters.gradients())
            .map(block -> ", in the gradient of " + block.name()))
        .orElse("");
    throw new TrainingException(
        "step %d: the loss is %s and the norm of the gradients %s%s; %s".formatted(step, loss, norm,
            where, step == 1
                ? "no parameter has changed yet, so look at that equation, its first values and the data"
                : "try a lower learning rate or stronger clipping"));
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

package dev.unroll.train;

import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Parameters.Block;
import java.util.Optional;
import java.util.function.Supplier;

/// Stops a run with a loss, gradient or parameter that is no longer finite.
final class Finite {
  private Finite() {}

  /// Checks the gradients of a step.
  ///
  /// @param step from 1
  /// @param first finds the first number that is not finite in the order of computation; empty if
  ///     it is not known
  /// @throws TrainingException that names the step, what was not finite first and what to try
  static void require(long step, double loss, double norm, Parameters parameters,
      Supplier<String> first) {
    if (Double.isFinite(loss) && Double.isFinite(norm)) {
      return;
    }
    // A gradient that is not finite spreads to all parameters, so they do not show where it arose.
    var gradients = first(parameters, parameters.gradients());
    var computed = first.get();
    var where = !computed.isEmpty() ? "; first " + computed
        : gradients.map(block -> ", in the gradient of " + block.name()).orElse("");
    throw new TrainingException(
        "step %d: the loss is %s and the norm of the gradients %s%s; %s".formatted(step, loss, norm,
            where,
            step == 1 ? "no step was done yet, so look at the data and at the cell's equations"
                : "try a lower learning rate or stronger clipping"));
  }

  /// Checks a validation.
  ///
  /// @throws TrainingException that names the step, the epoch and what to try
  static void require(Progress progress, double validationLoss) {
    if (!Double.isFinite(validationLoss)) {
      throw new TrainingException(
          ("step %d: the validation loss after epoch %d is %s; try a lower learning rate or "
              + "stronger "
              + "clipping").formatted(progress.step(), progress.epoch() + 1, validationLoss));
    }
  }

  /// Checks parameters before they are kept.
  ///
  /// @throws TrainingException that names the step and the parameter
  static void require(Progress progress, Parameters parameters) {
    parameters.firstNotFinite().ifPresent(block -> {
      throw new TrainingException(progress.step() == 0
          ? "the parameter %s is not finite before the first step; give it other initial values"
              .formatted(block.name())
          : ("step %d: the parameter %s is no longer finite; try a lower learning rate or stronger "
              + "clipping")
              .formatted(progress.step(), block.name()));
    });
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

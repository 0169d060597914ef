package dev.unroll.task;

import dev.unroll.Engine;
import dev.unroll.train.TrainingListener;
import org.jspecify.annotations.Nullable;

/// How a classifier is trained. A value: each method gives a changed copy. Nothing has to be set.
///
/// @param seed of the split, the initial values and the order of the examples
/// @param validation the share that validates, unless data to validate on are given
/// @param effort time against quality
/// @param unit words or characters; null to choose by the texts ([TextForm#choose])
/// @param balanced whether every class weighs the same in training, however rare it is
/// @param epochs passes over the training data; 0 for as many as suit the data
/// @param engine what computes; null for one on all processors that ends with the training
/// @param listener who hears of the training
public record ClassifierOptions(long seed, double validation, Effort effort,
    TextForm.@Nullable Unit unit, boolean balanced, int epochs, @Nullable Engine engine,
    TrainingListener listener) {

  /// What suits most data.
  public static final ClassifierOptions DEFAULT = new ClassifierOptions(1, 0.1, Effort.NORMAL, null,
      false, 0, null, TrainingListener.SILENT);

  /// @throws IllegalArgumentException if the share is not from 0 up to but not 1, or epochs are negative
  // Not a compact one, for which javac writes no annotations of the types into the class.
  public ClassifierOptions(long seed, double validation, Effort effort,
      TextForm.@Nullable Unit unit, boolean balanced, int epochs, @Nullable Engine engine,
      TrainingListener listener) {
    if (!(validation >= 0 && validation < 1)) {
      throw new IllegalArgumentException(
          "the share that validates is %s, expected a number from 0 up to but not 1"
              .formatted(validation));
    }
    if (epochs < 0) {
      throw new IllegalArgumentException(
          "epochs is %d, expected at least 1, or 0 for as many as suit the data".formatted(epochs));
    }
    this.seed = seed;
    this.validation = validation;
    this.effort = effort;
    this.unit = unit;
    this.balanced = balanced;
    this.epochs = epochs;
    this.engine = engine;
    this.listener = listener;
  }

  /// Another seed.
  public ClassifierOptions seed(long seed) {
    return new ClassifierOptions(seed, validation, effort, unit, balanced, epochs, engine,
        listener);
  }

  /// Another share to validate on; 0 to train on everything, and keep the last epoch.
  public ClassifierOptions validation(double validation) {
    return new ClassifierOptions(seed, validation, effort, unit, balanced, epochs, engine,
        listener);
  }

  /// More or less time.
  public ClassifierOptions effort(Effort effort) {
    return new ClassifierOptions(seed, validation, effort, unit, balanced, epochs, engine,
        listener);
  }

  /// Words or characters.
  public ClassifierOptions unit(TextForm.@Nullable Unit unit) {
    return new ClassifierOptions(seed, validation, effort, unit, balanced, epochs, engine,
        listener);
  }

  /// Classes that weigh the same, or each example the same.
  public ClassifierOptions balanced(boolean balanced) {
    return new ClassifierOptions(seed, validation, effort, unit, balanced, epochs, engine,
        listener);
  }

  /// So many epochs.
  public ClassifierOptions epochs(int epochs) {
    return new ClassifierOptions(seed, validation, effort, unit, balanced, epochs, engine,
        listener);
  }

  /// An engine of the caller's.
  public ClassifierOptions engine(@Nullable Engine engine) {
    return new ClassifierOptions(seed, validation, effort, unit, balanced, epochs, engine,
        listener);
  }

  /// Someone who hears of the training.
  public ClassifierOptions listener(TrainingListener listener) {
    return new ClassifierOptions(seed, validation, effort, unit, balanced, epochs, engine,
        listener);
  }
}

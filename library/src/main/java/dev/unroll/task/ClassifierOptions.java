package dev.unroll.task;

import dev.unroll.Engine;
import dev.unroll.train.TrainingListener;
import org.jspecify.annotations.Nullable;

/// The options of training a classifier. A value: each method returns a changed copy. All are
/// optional.
///
/// @param seed of the split, the initial values and the order of the examples
/// @param validation the share held out for validation, unless validation data is given
/// @param effort time against quality
/// @param unit words or characters; null to choose from the texts ([TextForm#choose])
/// @param balanced whether every class has the same weight in training, however rare it is
/// @param epochs passes over the training data; 0 for as many as suit the data
/// @param engine the engine; null for one on all processors, which is closed after the training
/// @param listener is notified during training
public record ClassifierOptions(long seed, double validation, Effort effort,
    TextForm.@Nullable Unit unit, boolean balanced, int epochs, @Nullable Engine engine,
    TrainingListener listener) {

  /// Options that suit most data.
  public static final ClassifierOptions DEFAULT = new ClassifierOptions(1, 0.1, Effort.NORMAL, null,
      false, 0, null, TrainingListener.SILENT);

  /// @throws IllegalArgumentException if the share is not from 0 up to but not 1, or epochs are
  ///     negative
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

  /// Sets the seed.
  public ClassifierOptions seed(long seed) {
    return new ClassifierOptions(seed, validation, effort, unit, balanced, epochs, engine,
        listener);
  }

  /// Sets the share held out for validation; 0 to train on everything and keep the last epoch.
  public ClassifierOptions validation(double validation) {
    return new ClassifierOptions(seed, validation, effort, unit, balanced, epochs, engine,
        listener);
  }

  /// Sets the effort: more or less time.
  public ClassifierOptions effort(Effort effort) {
    return new ClassifierOptions(seed, validation, effort, unit, balanced, epochs, engine,
        listener);
  }

  /// Sets the unit: words or characters.
  public ClassifierOptions unit(TextForm.@Nullable Unit unit) {
    return new ClassifierOptions(seed, validation, effort, unit, balanced, epochs, engine,
        listener);
  }

  /// Sets whether classes or examples have equal weight.
  public ClassifierOptions balanced(boolean balanced) {
    return new ClassifierOptions(seed, validation, effort, unit, balanced, epochs, engine,
        listener);
  }

  /// Sets the number of epochs.
  public ClassifierOptions epochs(int epochs) {
    return new ClassifierOptions(seed, validation, effort, unit, balanced, epochs, engine,
        listener);
  }

  /// Sets the engine.
  public ClassifierOptions engine(@Nullable Engine engine) {
    return new ClassifierOptions(seed, validation, effort, unit, balanced, epochs, engine,
        listener);
  }

  /// Sets a listener that is notified during training.
  public ClassifierOptions listener(TrainingListener listener) {
    return new ClassifierOptions(seed, validation, effort, unit, balanced, epochs, engine,
        listener);
  }
}

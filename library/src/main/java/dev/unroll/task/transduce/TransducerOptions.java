package dev.unroll.task.transduce;

import dev.unroll.Engine;
import dev.unroll.task.Effort;
import dev.unroll.task.tune.Settings;
import dev.unroll.train.TrainingListener;
import org.jspecify.annotations.Nullable;

/// The options of training a transducer. A value: each method returns a changed copy. All are
/// optional.
///
/// @param seed of the split, the initial values and the order of the pairs
/// @param validation the share of the sources held out for validation, at most 5,000 of them,
///     unless validation data is given
/// @param effort time against quality
/// @param source the symbols of the sources; null to choose them from the data
/// @param target the symbols of the targets; null to choose them from the data
/// @param merges of subwords; 0 for as many as suit the data
/// @param epochs passes over the training data; 0 for as many as suit the data
/// @param settings what replaces defaults of the model and its training: rate, hidden, dropout,
///     batch, embedding
/// @param from the transducer that the training begins with, instead of initial values; null for
///     none. It says layers and symbols. It stays as it is
/// @param engine the engine; null for one on all processors, which is closed after the training
/// @param listener is notified during training
public record TransducerOptions(long seed, double validation, Effort effort,
    Segmentation.@Nullable Unit source, Segmentation.@Nullable Unit target, int merges, int epochs,
    Settings settings, @Nullable Transducer from, @Nullable Engine engine,
    TrainingListener listener) {

  /// Options that suit most data.
  public static final TransducerOptions DEFAULT = new TransducerOptions(1, 0.1, Effort.NORMAL, null,
      null, 0, 0, Settings.NONE, null, null, TrainingListener.SILENT);

  /// @throws IllegalArgumentException if the share is not from 0 up to but not 1, or merges or
  ///     epochs are negative
  // Not a compact one, for which javac writes no annotations of the types into the class.
  public TransducerOptions(long seed, double validation, Effort effort,
      Segmentation.@Nullable Unit source, Segmentation.@Nullable Unit target, int merges,
      int epochs, Settings settings, @Nullable Transducer from,
      @Nullable Engine engine, TrainingListener listener) {
    if (!(validation >= 0 && validation < 1)) {
      throw new IllegalArgumentException(
          "the share that validates is %s, expected a number from 0 up to but not 1"
              .formatted(validation));
    }
    if (epochs < 0 || merges < 0) {
      throw new IllegalArgumentException(
          "%d epochs and %d merges, expected at least 1, or 0 for as many as suit the data"
              .formatted(epochs, merges));
    }
    this.seed = seed;
    this.validation = validation;
    this.effort = effort;
    this.source = source;
    this.target = target;
    this.merges = merges;
    this.epochs = epochs;
    this.settings = settings;
    this.from = from;
    this.engine = engine;
    this.listener = listener;
  }

  /// Sets the seed.
  public TransducerOptions seed(long seed) {
    return new TransducerOptions(seed, validation, effort, source, target, merges, epochs,
        settings, from, engine, listener);
  }

  /// Sets the share held out for validation; 0 to train on everything and keep the last epoch.
  public TransducerOptions validation(double validation) {
    return new TransducerOptions(seed, validation, effort, source, target, merges, epochs,
        settings, from, engine, listener);
  }

  /// Sets the effort: more or less time.
  public TransducerOptions effort(Effort effort) {
    return new TransducerOptions(seed, validation, effort, source, target, merges, epochs,
        settings, from, engine, listener);
  }

  /// Sets the symbols of sources and targets; null to choose them from the data.
  public TransducerOptions units(Segmentation.@Nullable Unit source,
      Segmentation.@Nullable Unit target) {
    return new TransducerOptions(seed, validation, effort, source, target, merges, epochs,
        settings, from, engine, listener);
  }

  /// Sets the number of merges of subwords.
  public TransducerOptions merges(int merges) {
    return new TransducerOptions(seed, validation, effort, source, target, merges, epochs,
        settings, from, engine, listener);
  }

  /// Sets the number of epochs.
  public TransducerOptions epochs(int epochs) {
    return new TransducerOptions(seed, validation, effort, source, target, merges, epochs,
        settings, from, engine, listener);
  }

  /// Sets what replaces defaults of the model and its training.
  public TransducerOptions settings(Settings settings) {
    return new TransducerOptions(seed, validation, effort, source, target, merges, epochs,
        settings, from, engine, listener);
  }

  /// Sets the transducer that the training begins with.
  public TransducerOptions from(@Nullable Transducer from) {
    return new TransducerOptions(seed, validation, effort, source, target, merges, epochs,
        settings, from, engine, listener);
  }

  /// Sets the engine.
  public TransducerOptions engine(@Nullable Engine engine) {
    return new TransducerOptions(seed, validation, effort, source, target, merges, epochs,
        settings, from, engine, listener);
  }

  /// Sets a listener that is notified during training.
  public TransducerOptions listener(TrainingListener listener) {
    return new TransducerOptions(seed, validation, effort, source, target, merges, epochs,
        settings, from, engine, listener);
  }
}

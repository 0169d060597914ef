package dev.unroll.task.tag;

import dev.unroll.Engine;
import dev.unroll.task.Effort;
import dev.unroll.task.tune.Settings;
import dev.unroll.train.TrainingListener;
import org.jspecify.annotations.Nullable;

/// The options of training a tagger. A value: each method returns a changed copy. All are optional.
///
/// @param seed of the split, the initial values and the order of the sentences
/// @param validation the share held out for validation, unless validation data is given
/// @param effort time against quality
/// @param epochs passes over the training data; 0 for as many as suit the data
/// @param settings what replaces defaults of the model and its training: rate, hidden, layers,
///     dropout, batch, embedding, letters
/// @param from the tagger that the training begins with, instead of initial values; null for none.
///     It says layers, words, letters and tags: those of the data are among them. It stays as it is
/// @param engine the engine; null for one on all processors, which is closed after the training
/// @param listener is notified during training
public record TaggerOptions(long seed, double validation, Effort effort, int epochs,
    Settings settings, @Nullable Tagger from, @Nullable Engine engine,
    TrainingListener listener) {

  /// Options that suit most data.
  public static final TaggerOptions DEFAULT =
      new TaggerOptions(1, 0.1, Effort.NORMAL, 0, Settings.NONE, null, null,
          TrainingListener.SILENT);

  /// @throws IllegalArgumentException if the share is not from 0 up to but not 1, or epochs are
  ///     negative
  public TaggerOptions {
    if (!(validation >= 0 && validation < 1)) {
      throw new IllegalArgumentException(
          "the share that validates is %s, expected a number from 0 up to but not 1"
              .formatted(validation));
    }
    if (epochs < 0) {
      throw new IllegalArgumentException(
          "epochs is %d, expected at least 1, or 0 for as many as suit the data".formatted(epochs));
    }
  }

  /// Sets the seed.
  public TaggerOptions seed(long seed) {
    return new TaggerOptions(seed, validation, effort, epochs, settings, from, engine, listener);
  }

  /// Sets the share held out for validation; 0 to train on everything and keep the last epoch.
  public TaggerOptions validation(double validation) {
    return new TaggerOptions(seed, validation, effort, epochs, settings, from, engine, listener);
  }

  /// Sets the effort: more or less time.
  public TaggerOptions effort(Effort effort) {
    return new TaggerOptions(seed, validation, effort, epochs, settings, from, engine, listener);
  }

  /// Sets the number of epochs.
  public TaggerOptions epochs(int epochs) {
    return new TaggerOptions(seed, validation, effort, epochs, settings, from, engine, listener);
  }

  /// Sets what replaces defaults of the model and its training.
  public TaggerOptions settings(Settings settings) {
    return new TaggerOptions(seed, validation, effort, epochs, settings, from, engine, listener);
  }

  /// Sets the tagger that the training begins with.
  public TaggerOptions from(@Nullable Tagger from) {
    return new TaggerOptions(seed, validation, effort, epochs, settings, from, engine, listener);
  }

  /// Sets the engine.
  public TaggerOptions engine(@Nullable Engine engine) {
    return new TaggerOptions(seed, validation, effort, epochs, settings, from, engine, listener);
  }

  /// Sets a listener that is notified during training.
  public TaggerOptions listener(TrainingListener listener) {
    return new TaggerOptions(seed, validation, effort, epochs, settings, from, engine, listener);
  }
}

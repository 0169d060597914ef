package dev.unroll.task;

import dev.unroll.Engine;
import dev.unroll.task.tune.Settings;
import dev.unroll.train.TrainingListener;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The options of training a classifier. A value: each method that sets one returns a changed copy.
/// All are optional. Immutable.
public final class ClassifierOptions {
  /// Options that suit most data.
  public static final ClassifierOptions DEFAULT = new ClassifierOptions();

  private long seed = 1;
  private double validation = 0.1;
  private Effort effort = Effort.NORMAL;
  private TextForm.@Nullable Unit unit;
  private boolean balanced;
  private boolean streaming;
  private int epochs;
  private Settings settings = Settings.NONE;
  private @Nullable Classifier from;
  private @Nullable Engine engine;
  private TrainingListener listener = TrainingListener.SILENT;

  private ClassifierOptions() {}

  /// A copy with one change, which is made before the copy is published.
  private ClassifierOptions with(Consumer<ClassifierOptions> change) {
    var copy = new ClassifierOptions();
    copy.seed = seed;
    copy.validation = validation;
    copy.effort = effort;
    copy.unit = unit;
    copy.balanced = balanced;
    copy.streaming = streaming;
    copy.epochs = epochs;
    copy.settings = settings;
    copy.from = from;
    copy.engine = engine;
    copy.listener = listener;
    change.accept(copy);
    return copy;
  }

  /// Sets the seed of the split, the initial values and the order of the examples; 1 by default.
  public ClassifierOptions seed(long seed) {
    return with(copy -> copy.seed = seed);
  }

  /// Sets the share held out for validation, unless validation data is given; 0 to train on
  /// everything and keep the last epoch. A tenth by default.
  ///
  /// @throws IllegalArgumentException if it is not from 0 up to but not 1
  public ClassifierOptions validation(double validation) {
    if (!(validation >= 0 && validation < 1)) {
      throw new IllegalArgumentException(
          "the share that validates is %s, expected a number from 0 up to but not 1"
              .formatted(validation));
    }
    return with(copy -> copy.validation = validation);
  }

  /// Sets the effort: time against quality.
  public ClassifierOptions effort(Effort effort) {
    return with(copy -> copy.effort = effort);
  }

  /// Sets the unit, words or characters; null, the default, to choose from the texts
  /// ([TextForm#choose]).
  public ClassifierOptions unit(TextForm.@Nullable Unit unit) {
    return with(copy -> copy.unit = unit);
  }

  /// Sets whether every class has the same weight in training, however rare it is; by default every
  /// example has.
  public ClassifierOptions balanced(boolean balanced) {
    return with(copy -> copy.balanced = balanced);
  }

  /// Sets whether it answers after every step, for the sequence so far, as in a stream
  /// ([dev.unroll.model.SequenceToVector#stepper]): one direction, and the output of the last step.
  /// By default it reads whole sequences in both directions, which is more accurate.
  public ClassifierOptions streaming(boolean streaming) {
    return with(copy -> copy.streaming = streaming);
  }

  /// Sets the number of passes over the training data; 0, the default, for as many as suit the
  /// data.
  ///
  /// @throws IllegalArgumentException if it is negative
  public ClassifierOptions epochs(int epochs) {
    if (epochs < 0) {
      throw new IllegalArgumentException(
          "epochs is %d, expected at least 1, or 0 for as many as suit the data".formatted(epochs));
    }
    return with(copy -> copy.epochs = epochs);
  }

  /// Sets what replaces defaults of the model and its training: rate, hidden, layers, dropout,
  /// batch and, of texts, embedding.
  public ClassifierOptions settings(Settings settings) {
    return with(copy -> copy.settings = settings);
  }

  /// Sets a classifier that the training begins with, instead of initial values; null, the default,
  /// for none. It says the layers, the symbols and the scaling, and the labels: those of the data
  /// are among them. It stays as it is.
  public ClassifierOptions from(@Nullable Classifier from) {
    return with(copy -> copy.from = from);
  }

  /// Sets the engine; null, the default, for one on all processors, which is closed after the
  /// training.
  public ClassifierOptions engine(@Nullable Engine engine) {
    return with(copy -> copy.engine = engine);
  }

  /// Sets a listener that is notified during training.
  public ClassifierOptions listener(TrainingListener listener) {
    return with(copy -> copy.listener = listener);
  }

  /// The seed of the split, the initial values and the order of the examples.
  public long seed() {
    return seed;
  }

  /// The share held out for validation, unless validation data is given.
  public double validation() {
    return validation;
  }

  /// Time against quality.
  public Effort effort() {
    return effort;
  }

  /// Words or characters; null to choose from the texts.
  public TextForm.@Nullable Unit unit() {
    return unit;
  }

  /// Whether every class has the same weight in training.
  public boolean balanced() {
    return balanced;
  }

  /// Whether it answers after every step.
  public boolean streaming() {
    return streaming;
  }

  /// The number of passes over the training data; 0 for as many as suit the data.
  public int epochs() {
    return epochs;
  }

  /// What replaces defaults of the model and its training.
  public Settings settings() {
    return settings;
  }

  /// The classifier that the training begins with; null for none.
  public @Nullable Classifier from() {
    return from;
  }

  /// The engine; null for one on all processors.
  public @Nullable Engine engine() {
    return engine;
  }

  /// The listener that is notified during training.
  public TrainingListener listener() {
    return listener;
  }
}

package dev.unroll.train;

import dev.unroll.Engine;
import dev.unroll.data.Batches;
import dev.unroll.train.TrainingListener.Figure;
import dev.unroll.train.TrainingResult.Ending;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A training that another thread can stop, before it begins or while it runs, and that leaves the
/// model with the parameters of its best epoch: what the trainings of all tasks have in common.
///
/// With a folder it can be killed and gone on with, by another fit with the same folder, and ends
/// with the same bits as an uninterrupted one: it begins with the checkpoint in the folder, if
/// there is one.
///
/// ```java
/// var fit = Fit.in(folder);
/// var forecaster = training.train(series, fit);
/// ```
///
/// One thread trains, once; any other may call [#stop] and [#learningRate].
public final class Fit {
  private final @Nullable Path folder;
  private final int pause;
  private volatile @Nullable TrainingSession session;
  private volatile boolean stopped;
  private volatile double rate = Double.NaN;

  private Fit(@Nullable Path folder, int pause) {
    this.folder = folder;
    this.pause = pause;
  }

  /// Returns a fit that has not begun and leaves no files.
  public static Fit inMemory() {
    return new Fit(null, Integer.MAX_VALUE);
  }

  /// Returns a fit that has not begun and keeps checkpoints.
  ///
  /// @param folder for the checkpoints of this one training, which must exist; the result of a task
  ///     belongs elsewhere
  public static Fit in(Path folder) {
    return new Fit(folder, Integer.MAX_VALUE);
  }

  /// Returns a fit that has not begun and pauses when so many epochs are complete, of all that the
  /// folder has seen; the schedule of the learning rate is that of the whole training.
  ///
  /// @throws IllegalArgumentException if it is below 1
  public Fit pauseAfter(int epochs) {
    if (epochs < 1) {
      throw new IllegalArgumentException(
          "the fit is to pause after %d epochs, expected at least 1".formatted(epochs));
    }
    return new Fit(folder, epochs);
  }

  /// Does a work on an engine: the given one, or without one on all processors.
  public static <R> R on(@Nullable Engine engine, Function<Engine, R> work) {
    if (engine != null) {
      return work.apply(engine);
    }
    try (var own = Engine.of()) {
      return work.apply(own);
    }
  }

  /// Trains; afterwards the model has the parameters of the best epoch.
  ///
  /// @param trainer with an engine and without a folder
  /// @param train not to be used elsewhere during training
  /// @param validation likewise; null for none: the parameters of the last epoch are kept
  /// @throws TrainingException if loss or gradients stop being finite
  /// @throws UncheckedIOException if a file cannot be written or does not belong to this training,
  ///     or the listener throws an [IOException]
  public Ending run(Trainer trainer, Batches train, @Nullable Batches validation,
      TrainingListener listener) {
    try {
      var training = begun(trainer, train, validation);
      training.pauseAfter(pause);
      session = training;
      if (stopped) {
        training.stop();
      }
      if (!Double.isNaN(rate)) {
        training.learningRate(rate);
      }
      var ending = training.fit(listener);
      training.useBest();
      return ending;
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private TrainingSession begun(Trainer trainer, Batches train, @Nullable Batches validation)
      throws IOException {
    if (folder == null) {
      return trainer.session(train, validation);
    }
    var kept = trainer.folder(folder);
    return Files.exists(folder.resolve(TrainingSession.CHECKPOINT))
        ? kept.resume(train, validation)
        : kept.session(train, validation);
  }

  /// Makes the training end after its current step.
  public void stop() {
    stopped = true;
    var training = session;
    if (training != null) {
      training.stop();
    }
  }

  /// Changes the learning rate from the next step on ([TrainingSession#learningRate]); before the
  /// training has begun, from its second step on.
  ///
  /// @throws IllegalArgumentException if it is not above zero
  public void learningRate(double rate) {
    Recipe.requireRate(rate);
    this.rate = rate;
    var training = session;
    if (training != null) {
      training.learningRate(rate);
    }
  }

  /// Whether it was stopped.
  public boolean stopped() {
    return stopped;
  }

  /// Whether all epochs are done, or no better one is to be expected: it was neither stopped nor
  /// paused before.
  public boolean finished() {
    var training = session;
    return training != null && training.finished();
  }

  /// The number of complete epochs, of all that the folder has seen.
  public int epochs() {
    var training = session;
    return training == null ? 0 : training.epoch();
  }

  /// The figure of the best epoch so far; NaN before the first has ended.
  public Figure best() {
    var training = session;
    return training == null ? new Figure("", Double.NaN) : training.bestFigure();
  }

  /// Whether a larger figure is better.
  public boolean isLargerBetter() {
    var training = session;
    return training != null && training.isLargerBetter();
  }
}

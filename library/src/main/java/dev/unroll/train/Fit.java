package dev.unroll.train;

import dev.unroll.Engine;
import dev.unroll.data.Batches;
import dev.unroll.train.TrainingResult.Ending;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A training that another thread can stop, before it begins or while it runs, and that leaves the
/// model with the parameters of its best epoch: what the trainings of all tasks have in common.
///
/// One thread trains, once; any other may call [#stop].
public final class Fit {
  private volatile @Nullable TrainingSession session;
  private volatile boolean stopped;

  /// Returns a fit that has not begun.
  public static Fit inMemory() {
    return new Fit();
  }

  private Fit() {}

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
  /// @param trainer with an engine
  /// @param train not to be used elsewhere during training
  /// @param validation likewise; null for none: the parameters of the last epoch are kept
  /// @throws TrainingException if loss or gradients stop being finite
  /// @throws UncheckedIOException if the listener throws an [IOException]
  public Ending run(Trainer trainer, Batches train, @Nullable Batches validation,
      TrainingListener listener) {
    try {
      var training = trainer.session(train, validation);
      session = training;
      if (stopped) {
        training.stop();
      }
      var ending = training.fit(listener);
      training.useBest();
      return ending;
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /// Makes the training end after its current step.
  public void stop() {
    stopped = true;
    var training = session;
    if (training != null) {
      training.stop();
    }
  }

  /// Whether it was stopped.
  public boolean stopped() {
    return stopped;
  }
}

package dev.unroll.train;

import dev.unroll.kernel.Engine;
import dev.unroll.model.LanguageModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// Trains a language model on a text by truncated back-propagation through time: B streams of the text
/// side by side, T steps at a time, the state carried from chunk to chunk.
///
/// The run lives in a folder: `model.safetensors` is the model with the lowest validation loss so far,
/// `checkpoint.safetensors` everything needed to go on. A run that is killed and resumed ends with the
/// same bits as one that was not; the number of threads and the kernel provider do not matter either.
///
/// One thread trains; any other may call [#stop].
public final class TextTraining {
  /// The name of the model's file in the folder.
  public static final String MODEL = "model.safetensors";

  /// The name of the checkpoint's file in the folder.
  public static final String CHECKPOINT = "checkpoint.safetensors";

  private final TextLearner learner;
  private final TrainingSettings settings;
  private final TrainingLoop loop;

  /// A run from the beginning.
  ///
  /// @param folder where model and checkpoint are written; it exists
  /// @throws dev.unroll.data.DataException if the text is too short for the settings
  public TextTraining(LanguageModel model, TextTask task, TrainingSettings settings, Engine engine,
      Path folder) {
    this.settings = settings;
    learner = new TextLearner(model, task, settings, engine, folder);
    loop = new TrainingLoop(learner, settings.recipe(), engine);
  }

  /// A run as a checkpoint left it.
  ///
  /// @throws IOException if the checkpoint does not fit the text
  public static TextTraining resume(Checkpoint checkpoint, TextTask task, Engine engine,
      Path folder) throws IOException {
    checkpoint.requireText(task);
    var training =
        new TextTraining(checkpoint.model(), task, checkpoint.settings(), engine, folder);
    training.loop.resume(checkpoint.progress());
    checkpoint.restore(training.loop.optimizer(), training.learner.states());
    return training;
  }

  /// The model that is trained.
  public LanguageModel model() {
    return learner.model();
  }

  /// The settings.
  public TrainingSettings settings() {
    return settings;
  }

  /// The steps of the whole run.
  public long steps() {
    return loop.steps();
  }

  /// The steps that are done.
  public long step() {
    return loop.progress().step();
  }

  /// The epochs that are complete.
  public int epoch() {
    return loop.progress().epoch();
  }

  /// The lowest validation loss so far in nats for each character, infinite before the first.
  public double best() {
    return loop.progress().best();
  }

  /// The bytes of memory that activations and their gradients take.
  public long bytes() {
    return learner.bytes();
  }

  /// Whether there is nothing left to do: all epochs are done, or the validation loss has not fallen
  /// for as many as the settings allow.
  public boolean finished() {
    return loop.finished();
  }

  /// How often a checkpoint is written between those at the ends of epochs: every 60 s unless this
  /// says otherwise, after each step for zero.
  public void checkpointEvery(Duration interval) {
    loop.checkpointEvery(interval);
  }

  /// Asks the run to end after its current step, with a checkpoint.
  public void stop() {
    loop.stop();
  }

  /// Trains to the end. A new run begins with a checkpoint: it can be resumed from its first moment,
  /// and a folder that cannot be written is noticed at once.
  ///
  /// @throws TrainingException if loss or gradients stop being finite
  /// @throws IOException if a file cannot be written; what was written before is intact
  public Ending train(TrainingListener listener) throws IOException {
    return loop.train(listener);
  }

  /// Tries rising learning rates from the first weights on, which are as they were afterwards; to be
  /// called before [#train].
  public RateSweep rangeTest(double from, double to, int steps) {
    return loop.rangeTest(from, to, steps);
  }
}

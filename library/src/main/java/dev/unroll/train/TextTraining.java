package dev.unroll.train;

import dev.unroll.data.TextBatches;
import dev.unroll.format.ModelFile;
import dev.unroll.kernel.Engine;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.LanguageModelRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

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

  private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(60);

  private final LanguageModel model;
  private final TextTask task;
  private final TrainingSettings settings;
  private final Path folder;
  private final TextBatches batches;
  private final TextBatches validation;
  private final LanguageModelRun run;
  private final LanguageModelRun validationRun;
  private final Adam adam;
  private final GlobalNorm norm;
  private Progress progress = Progress.START;
  private long checkpointNanos = CHECKPOINT_INTERVAL.toNanos();
  private volatile boolean stopping;

  /// How a run ended.
  public enum Ending {
    /// All epochs were done.
    COMPLETE,
    /// The validation loss had not fallen for as many epochs as the settings allow.
    EARLY,
    /// [#stop] was called.
    STOPPED
  }

  /// A run from the beginning.
  ///
  /// @param folder where model and checkpoint are written; it exists
  /// @throws dev.unroll.data.DataException if the text is too short for the settings
  public TextTraining(LanguageModel model, TextTask task, TrainingSettings settings, Engine engine,
      Path folder) {
    this.model = model;
    this.task = task;
    this.settings = settings;
    this.folder = folder;
    batches = TextBatches.of(task.train(), settings.batch(), settings.time());
    validation = Evaluation.batches(task.validation());
    run = model.trainingRun(engine, batches.time(), batches.batch(), settings.recompute());
    validationRun = model.run(engine, validation.time(), validation.batch(), false);
    adam = new Adam(engine, model.parameters().size());
    norm = new GlobalNorm(engine, model.parameters().size());
  }

  /// A run as a checkpoint left it.
  ///
  /// @throws IOException if the checkpoint does not fit the text
  public static TextTraining resume(Checkpoint checkpoint, TextTask task, Engine engine,
      Path folder) throws IOException {
    checkpoint.requireText(task);
    var training =
        new TextTraining(checkpoint.model(), task, checkpoint.settings(), engine, folder);
    training.progress = checkpoint.progress();
    checkpoint.restore(training.adam, training.run.states());
    return training;
  }

  /// The model that is trained.
  public LanguageModel model() {
    return model;
  }

  /// The settings.
  public TrainingSettings settings() {
    return settings;
  }

  /// The steps of the whole run.
  public long steps() {
    return (long) settings.epochs() * batches.chunks();
  }

  /// The steps that are done.
  public long step() {
    return progress.step();
  }

  /// The epochs that are complete.
  public int epoch() {
    return progress.epoch();
  }

  /// The lowest validation loss so far in nats for each character, infinite before the first.
  public double best() {
    return progress.best();
  }

  /// The bytes of memory that activations and their gradients take.
  public long bytes() {
    return run.bytes() + validationRun.bytes();
  }

  /// Whether there is nothing left to do: all epochs are done, or the validation loss has not fallen
  /// for as many as the settings allow.
  public boolean finished() {
    return progress.epoch() >= settings.epochs() || progress.worse() >= settings.patience();
  }

  /// How often a checkpoint is written between those at the ends of epochs: every 60 s unless this
  /// says otherwise, after each step for zero.
  public void checkpointEvery(Duration interval) {
    checkpointNanos = interval.toNanos();
  }

  /// Asks the run to end after its current step, with a checkpoint.
  public void stop() {
    stopping = true;
  }

  /// Trains to the end. A new run begins with a checkpoint: it can be resumed from its first moment,
  /// and a folder that cannot be written is noticed at once.
  ///
  /// @throws TrainingException if loss or gradients stop being finite
  /// @throws IOException if a file cannot be written; what was written before is intact
  public Ending train(TrainingListener listener) throws IOException {
    if (progress.equals(Progress.START)) {
      writeCheckpoint(listener);
    }
    while (progress.epoch() < settings.epochs()) {
      if (progress.worse() >= settings.patience()) {
        return Ending.EARLY;
      }
      if (!epoch(listener)) {
        return Ending.STOPPED;
      }
      endEpoch(listener);
    }
    return Ending.COMPLETE;
  }

  /// The rest of the current epoch; false if it was stopped.
  private boolean epoch(TrainingListener listener) throws IOException {
    int[] inputs = new int[batches.time() * batches.batch()];
    int[] targets = new int[inputs.length];
    if (progress.chunk() == 0) {
      run.reset();
    }
    long saved = System.nanoTime();
    while (progress.chunk() < batches.chunks()) {
      listener.step(step(inputs, targets));
      if (stopping) {
        if (progress.best() == Double.POSITIVE_INFINITY) {
          writeModel();
        }
        writeCheckpoint(listener);
        return false;
      }
      if (System.nanoTime() - saved >= checkpointNanos) {
        writeCheckpoint(listener);
        saved = System.nanoTime();
      }
    }
    return true;
  }

  private TrainingListener.Step step(int[] inputs, int[] targets) {
    long start = System.nanoTime();
    var p = progress;
    var parameters = model.parameters();
    Arrays.fill(parameters.gradients(), 0f);
    int time = batches.fill(p.chunk(), inputs, targets);
    int characters = time * batches.batch();
    double loss = run.train(inputs, targets, time, p.step());
    double before = norm.of(parameters.gradients());
    requireFinite(loss, before);
    float factor = GlobalNorm.factor(before, settings.clip());
    double rate = settings.schedule().rate(settings.learningRate(), p.step(), steps());
    adam.step(parameters.values(), parameters.gradients(), factor, rate);
    run.load();
    progress = new Progress(p.epoch(), p.chunk() + 1, p.step() + 1,
        p.lossSum() + loss * characters, p.characters() + characters, p.best(), p.worse());
    return new TrainingListener.Step(p.step(), steps(), p.epoch() + 1, loss, before,
        before * factor, rate, characters, (System.nanoTime() - start) / 1e9);
  }

  private void requireFinite(double loss, double norm) {
    if (Double.isFinite(loss) && Double.isFinite(norm)) {
      return;
    }
    var gradients = model.parameters().gradients();
    var where = model.parameters().blocks().stream().filter(block -> {
      for (int i = block.offset(); i < block.offset() + block.length(); i++) {
        if (!Float.isFinite(gradients[i])) {
          return true;
        }
      }
      return false;
    }).findFirst().map(block -> ", first in the gradient of " + block.name()).orElse("");
    throw new TrainingException(
        ("step %d: the loss is %s and the norm of the gradients %s%s; try a lower learning rate or "
            + "stronger clipping").formatted(progress.step() + 1, loss, norm, where));
  }

  private void endEpoch(TrainingListener listener) throws IOException {
    var p = progress;
    double trainLoss = p.lossSum() / p.characters();
    double loss = validate();
    boolean best = loss < p.best();
    progress = new Progress(p.epoch() + 1, 0, p.step(), 0, 0, best ? loss : p.best(),
        best ? 0 : p.worse() + 1);
    if (best) {
      writeModel();
    }
    listener.epoch(new TrainingListener.Epoch(progress.epoch(), settings.epochs(),
        progress.step(), trainLoss, loss, best));
    writeCheckpoint(listener);
  }

  private double validate() {
    validationRun.load();
    return Evaluation.loss(validationRun, validation);
  }

  private void writeModel() throws IOException {
    ModelFile.write(folder.resolve(MODEL), model, task.vocabulary(),
        Provenance.of(task, settings, progress));
  }

  private void writeCheckpoint(TrainingListener listener) throws IOException {
    Checkpoint.write(folder.resolve(CHECKPOINT), model, task, settings, progress, adam,
        run.states());
    listener.checkpoint(progress.step());
  }
}

package dev.unroll.app.reproduce;

import dev.unroll.Engine;
import dev.unroll.data.Batches;
import dev.unroll.format.FormatException;
import dev.unroll.format.file.FileFailure;
import dev.unroll.format.file.SafeFile;
import dev.unroll.model.Model;
import dev.unroll.model.loss.Score;
import dev.unroll.train.Evaluation;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingListener.Epoch;
import dev.unroll.train.TrainingResult.Ending;
import dev.unroll.train.TrainingSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The environment of a trial. A training is resumed where it was stopped when the same trial runs
/// again in the same folder. One thread; any other may call [#stop].
public final class Bench {
  private static final String ONLY = "training";

  private final Engine engine;
  private final Options options;
  private final Path folder;
  private final Consumer<String> progress;
  private @Nullable TrainingSession trainer;
  private boolean stopping;
  private int epochs;
  private double seconds;

  /// @param folder of the row, which must exist
  /// @param progress receives lines for the screen
  Bench(Engine engine, Options options, Path folder, Consumer<String> progress) {
    this.engine = engine;
    this.options = options;
    this.folder = folder;
    this.progress = progress;
  }

  /// The engine.
  public Engine engine() {
    return engine;
  }

  /// The user's options.
  public Options options() {
    return options;
  }

  /// The user's seed.
  public long seed() {
    return options.seed();
  }

  /// A folder for files of this row.
  public Path folder() {
    return folder;
  }

  /// Prints a line.
  public void say(String line) {
    progress.accept(line);
  }

  /// Runs the only training of a row to its end.
  public TrainingOutcome train(Model model, Batches train, Batches validation, Recipe recipe)
      throws IOException {
    return train(ONLY, model, train, validation, recipe, _ -> false);
  }

  /// Trains and records the curve; the model then has the parameters with the lowest validation
  /// loss.
  ///
  /// @param run a name for the training, as a row may have several
  /// @param model with its initial values
  /// @param goal the goal, tested after each epoch; training ends when it is reached
  /// @throws StoppedException if it was stopped
  /// @throws dev.unroll.train.TrainingException if loss or gradients stop being finite
  public TrainingOutcome train(String run, Model model, Batches train, Batches validation,
      Recipe recipe,
      Predicate<Epoch> goal) throws IOException {
    var home = folder(folder.resolve(run));
    SafeFile.deleteLeftovers(home.resolve(TrainingSession.MODEL));
    SafeFile.deleteLeftovers(home.resolve(TrainingSession.CHECKPOINT));
    var now = trainer(home, model, train, validation, recipe);
    try (var curve = CurveFile.open(home, recipe, now.epoch())) {
      try {
        boolean reached = curve.points().stream().anyMatch(point -> goal.test(point.epoch()));
        var record = new Recording(curve, goal, now, run.equals(ONLY) ? "" : run + ", ", progress);
        if (!reached) {
          begin(now);
          boolean complete = now.fit(record) != Ending.STOPPED;
          reached = record.reached();
          if (!complete && !reached) {
            throw new StoppedException();
          }
        }
        now.useBest();
        return new TrainingOutcome(curve.points().size(), now.best(), reached);
      } finally {
        end(curve.points());
      }
    }
  }

  /// Creates a folder, if it does not exist.
  static Path folder(Path folder) throws IOException {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new IOException("the folder %s cannot be made: %s; free space or check the disk"
          .formatted(folder, FileFailure.reason(e)), e);
    }
  }

  private TrainingSession trainer(Path home, Model model, Batches train, Batches validation,
      Recipe recipe)
      throws IOException {
    if (!Files.exists(home.resolve(TrainingSession.CHECKPOINT))) {
      return Trainer.of(model).recipe(recipe).engine(engine)
          .folder(home)
          .session(train, validation);
    }
    var stored = CurveFile.recipe(home);
    if (!Objects.equals(stored, recipe.toString())) {
      throw new FormatException(
          "%s was begun with other settings (%s); remove it, or give another --out"
              .formatted(home, stored));
    }
    return Trainer.of(model).engine(engine).folder(home)
        .resume(train, validation);
  }

  private synchronized void begin(TrainingSession now) {
    trainer = now;
    if (stopping) {
      now.stop();
    }
  }

  private synchronized void end(List<CurveFile.Point> points) {
    trainer = null;
    epochs += points.size();
    seconds += points.isEmpty() ? 0 : points.getLast().seconds();
  }

  /// Makes the training stop after its current step, with a checkpoint.
  synchronized void stop() {
    stopping = true;
    if (trainer != null) {
      trainer.stop();
    }
  }

  /// The score of a model, without dropout.
  public Score score(Model model, Batches batches) {
    return Evaluation.score(model, batches, engine);
  }

  /// The number of epochs of all trainings.
  int epochs() {
    return epochs;
  }

  /// The seconds of all trainings, validation included.
  double seconds() {
    return seconds;
  }
}

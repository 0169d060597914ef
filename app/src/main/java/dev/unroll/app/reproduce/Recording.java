package dev.unroll.app.reproduce;

import dev.unroll.train.TrainingListener;
import dev.unroll.train.TrainingSession;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Records the curve of a training, and stops it when its goal is reached.
final class Recording implements TrainingListener {
  private final CurveFile curve;
  private final Predicate<Epoch> goal;
  private final TrainingSession trainer;
  private final String run;
  private final Consumer<String> progress;
  private final long start = System.nanoTime();
  private final double before;
  private boolean reached;

  /// @param run the prefix of a line of progress
  Recording(CurveFile curve, Predicate<Epoch> goal, TrainingSession trainer, String run,
      Consumer<String> progress) {
    this.curve = curve;
    this.goal = goal;
    this.trainer = trainer;
    this.run = run;
    this.progress = progress;
    before = curve.points().isEmpty() ? 0 : curve.points().getLast().seconds();
  }

  @Override
  public void epoch(Epoch epoch) throws IOException {
    double seconds = before + (System.nanoTime() - start) / 1e9;
    curve.add(new CurveFile.Point(epoch, seconds));
    progress.accept("  %sepoch %d of %d: training %.4f, validation %.4f%s; %.0f s".formatted(run,
        epoch.epoch(), epoch.epochs(), epoch.trainLoss(), epoch.validationLoss(),
        epoch.validationAccuracy() > 0
            ? ", right %.2f %%".formatted(100 * epoch.validationAccuracy())
            : "",
        seconds));
    if (goal.test(epoch)) {
      reached = true;
      trainer.stop();
    }
  }

  boolean reached() {
    return reached;
  }
}

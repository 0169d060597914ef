package dev.unroll.train;

import dev.unroll.Engine;
import dev.unroll.tensor.guard.OneCaller;
import dev.unroll.train.TrainingResult.Ending;
import dev.unroll.train.TrainingSession.RateSweep;
import dev.unroll.train.parallel.Reduction;
import dev.unroll.train.schedule.Schedule;
import dev.unroll.train.step.ClippingRun;
import dev.unroll.train.step.OptimizerRun;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The training loop of a [Learner]: steps, epochs, validation, early stopping, checkpoints.
/// One thread trains; any other may call [#stop] and [#learningRate].
final class TrainingLoop {
  private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(60);
  private static final long CHECKPOINT_STEPS = 500;

  private final OneCaller caller = new OneCaller("a training",
      "train each model by one thread; others may call stop()");
  private final Learner learner;
  private final Recipe recipe;
  private final Engine engine;
  private final Descent descent;
  private final OptimizerRun optimizer;
  private final @Nullable Reduction reduction;

  /// The batches or shards of a step.
  private final int parts;
  private @Nullable UpdateNorms update;
  private Progress progress = Progress.START;
  private long checkpointNanos = CHECKPOINT_INTERVAL.toNanos();
  private long checkpointSteps = CHECKPOINT_STEPS;
  private int pause = Integer.MAX_VALUE;
  private volatile boolean stopping;

  /// The learning rate that was asked for since the last step; NaN for none.
  private volatile double askedRate = Double.NaN;

  /// @param reduction with other members; null for none
  TrainingLoop(Learner learner, Recipe recipe, Engine engine, @Nullable Reduction reduction) {
    this.learner = learner;
    this.recipe = recipe;
    this.engine = engine;
    this.reduction = reduction;
    parts = Math.multiplyExact(recipe.accumulate(), recipe.shards());
    descent = recipe.outer().acts() ? new LocalSteps(learner, recipe, engine, reduction)
        : new SynchronousSteps(learner, recipe, engine, reduction);
    optimizer = descent.optimizer();
  }

  /// Continues from there; the caller restores the parameters and the arrays of the optimizer.
  void resume(Progress progress) {
    this.progress = progress;
  }

  Descent descent() {
    return descent;
  }

  Progress progress() {
    return progress;
  }

  /// The number of steps of the whole run.
  long steps() {
    return (long) recipe.epochs() * Math.ceilDiv(learner.batches(), parts);
  }

  boolean finished() {
    return progress.epoch() >= recipe.epochs() || progress.worse() >= recipe.patience();
  }

  void checkpointEvery(Duration interval) {
    checkpointNanos = interval.toNanos();
  }

  void checkpointSteps(long steps) {
    checkpointSteps = Math.max(1, steps);
  }

  void pauseAfter(int epochs) {
    pause = epochs;
  }

  void stop() {
    stopping = true;
  }

  /// @throws IllegalArgumentException if it is no rate
  /// @throws IllegalStateException if there are other members, who would not know of it
  void learningRate(double rate) {
    Recipe.requireRate(rate);
    if (reduction != null) {
      throw new IllegalStateException("the learning rate of a training with other members cannot be"
          + " changed while it runs; stop all, and begin with another recipe");
    }
    askedRate = rate;
  }

  /// Takes steps at rising rates; restores the parameters and the optimizer afterwards.
  RateSweep rangeTest(double from, double to, int steps) {
    caller.enter();
    try {
      var test = new RateRecording(from, to, steps);
      var parameters = learner.parameters();
      var before = parameters.values().clone();
      var trial = new OptimizerRun(recipe.optimizer(), engine, parameters);
      var clipping = new ClippingRun(recipe.clipping(), engine, parameters);
      for (int i = 0; i < steps; i++) {
        parameters.clearGradients();
        var score = learner.train(i / learner.batches(), i % learner.batches(), i);
        var clipped = clipping.clip();
        if (!test.goesOn(score.mean()) || !Double.isFinite(clipped.before())) {
          break;
        }
        trial.step(clipped.scale(), test.rate(i));
        learner.load();
      }
      System.arraycopy(before, 0, parameters.values(), 0, before.length);
      learner.load();
      return test.result();
    } finally {
      caller.leave();
    }
  }

  /// @throws TrainingException if loss, gradients or parameters stop being finite
  Ending train(TrainingListener listener) throws IOException {
    caller.enter();
    try {
      update = listener.wantsUpdates() ? new UpdateNorms(engine, learner.parameters()) : null;
      listener.begin(recipe.epochs());
      if (progress.equals(Progress.START)) {
        checkpoint(listener);
      }
      while (progress.epoch() < recipe.epochs()) {
        if (progress.worse() >= recipe.patience()) {
          return Ending.EARLY;
        }
        if (progress.epoch() >= pause) {
          return Ending.STOPPED;
        }
        if (!epoch(listener)) {
          return Ending.STOPPED;
        }
        endEpoch(listener);
      }
      return Ending.COMPLETE;
    } finally {
      learner.parameters().values();
      caller.leave();
    }
  }

  /// Trains the rest of the current epoch; returns false if it was stopped.
  private boolean epoch(TrainingListener listener) throws IOException {
    long saved = System.nanoTime();
    long savedStep = progress.step();
    while (progress.batch() < learner.batches()) {
      var measured = update != null && listener.wantsUpdate(progress.step()) ? update : null;
      var step = step(measured);
      if (measured != null) {
        listener.update(measured);
      }
      listener.step(step);
      if (!descent.isSynchronized(progress)) {
        continue;
      }
      if (reduction != null) {
        for (var straggler : reduction.stragglers()) {
          listener.straggler(straggler);
        }
      }
      // At the end of an epoch the next step's rate is known only after its validation.
      if ((stopping || progress.batch() < learner.batches()) && changeRate(listener)) {
        checkpoint(listener);
      }
      if (stopping) {
        Finite.require(progress, learner.parameters());
        if (progress.best() == Double.POSITIVE_INFINITY) {
          learner.keep(progress);
        }
        checkpoint(listener);
        return false;
      }
      if (reduction != null
          ? progress.step() / checkpointSteps > savedStep / checkpointSteps
          : System.nanoTime() - saved >= checkpointNanos) {
        checkpoint(listener);
        saved = System.nanoTime();
        savedStep = progress.step();
      }
    }
    return true;
  }

  /// Takes over a learning rate that was asked for; true if there was one. A checkpoint must
  /// follow, so that runs that are killed afterwards go on with the steps that they would have
  /// taken.
  private boolean changeRate(TrainingListener listener) throws IOException {
    double asked = askedRate;
    if (Double.isNaN(asked)) {
      return false;
    }
    askedRate = Double.NaN;
    // Every schedule multiplies the rate, so that the base for a rate now is a quotient.
    double share = recipe.schedule().withoutWarmUp().rate(1, state());
    double base = asked / share;
    if (!(base > 0 && Double.isFinite(base))) {
      return false; // the schedule has come to zero: nothing scales it, and no step moves anything
    }
    progress = progress.withLearningRate(base);
    listener.learningRate(progress.step(), asked);
    return true;
  }

  private Schedule.State state() {
    return new Schedule.State(progress.step(), steps(), progress.epoch(), progress.losses());
  }

  /// The rate of the next step. A rate that was asked for ends the warm-up, which would raise it to
  /// many times what was asked.
  private double rate() {
    double base = progress.learningRate();
    return Double.isNaN(base) ? recipe.schedule().rate(recipe.learningRate(), state())
        : recipe.schedule().withoutWarmUp().rate(base, state());
  }

  private TrainingListener.Step step(@Nullable UpdateNorms measured) throws IOException {
    long start = System.nanoTime();
    var p = progress;
    int batches = Math.min(parts, learner.batches() - p.batch());
    double rate = rate();
    var taken = descent.step(p, batches, rate, measured);
    progress = taken.next();
    return new TrainingListener.Step(p.step(), steps(), p.epoch() + 1, taken.score().mean(),
        taken.norm(), taken.clippedNorm(), rate, taken.score().count(),
        (System.nanoTime() - start) / 1e9, taken.clippedShare());
  }

  private void endEpoch(TrainingListener listener) throws IOException {
    var p = progress;
    optimizer.exchange();
    try {
      var validated = learner.validate();
      // Without validation data the last epoch is the best one.
      var epoch =
          validated == null ? new Validation(p.score(), -p.score().mean(),
              new TrainingListener.Figure(Monitor.LAST.name(), 0), true) : validated;
      var validation = epoch.score();
      Finite.require(p, validation.mean());
      Finite.require(p, learner.parameters());
      var next = p.withEpoch(epoch);
      boolean best = next.worse() == 0;
      if (best) {
        learner.keep(next);
      }
      listener.epoch(new TrainingListener.Epoch(next.epoch(), recipe.epochs(), p.step(),
          p.score().mean(), validation.mean(), best, p.score().accuracy(),
          validation.accuracy(), epoch.figure()));
      progress = next; // not before: after a full disk, the epoch is ended again
    } finally {
      optimizer.exchange();
    }
    optimizer.validated(progress.losses());
    if (!finished()) {
      changeRate(listener);
    }
    checkpoint(listener);
  }

  /// The parameters that are kept are finite: if a run fails, the last checkpoint is from before
  /// the failure.
  private void checkpoint(TrainingListener listener) throws IOException {
    Finite.require(progress, learner.parameters());
    learner.checkpoint(progress, descent);
    listener.checkpoint(progress.step());
  }
}

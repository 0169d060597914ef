package dev.unroll.model;

import dev.unroll.data.Batch;
import dev.unroll.tensor.OneCaller;
import dev.unroll.tensor.Rows;
import org.jspecify.annotations.Nullable;

/// What the runs of all structures have in common.
abstract class StructureRun implements ModelRun {
  private final OneCaller caller = new OneCaller("the run of a model",
      "bind a run for each thread; they may share the model");
  final ModelBounds bounds;
  private int @Nullable [] steps;

  StructureRun(ModelBounds bounds) {
    this.bounds = bounds;
  }

  /// Has all parts take over changed parameters.
  abstract void takeOver();

  /// The loss of a batch, forward.
  abstract Score forward(Batch batch, long draw);

  /// The way back after [#forward].
  abstract void backward();

  /// What the model says of a batch.
  abstract Rows outputs(Batch batch, long draw);

  @Override
  public final void load() {
    caller.enter();
    try {
      takeOver();
    } finally {
      caller.leave();
    }
  }

  @Override
  public final Score train(Batch batch, long draw) {
    caller.enter();
    try {
      require(batch, true);
      return train(forward(batch, draw));
    } finally {
      caller.leave();
    }
  }

  @Override
  public final Score train(Batch batch, long draw, int[] steps) {
    caller.enter();
    try {
      require(batch, true);
      if (steps.length != batch.batch()) {
        throw new IllegalArgumentException(
            "%d steps are asked for, expected one for each of %d samples"
                .formatted(steps.length, batch.batch()));
      }
      this.steps = steps;
      try {
        return train(forward(batch, draw));
      } finally {
        this.steps = null;
      }
    } finally {
      caller.leave();
    }
  }

  /// What counts of all that a batch asks.
  final Targets asked(Targets all) {
    var chosen = steps;
    return chosen == null ? all : all.only(chosen);
  }

  private Score train(Score score) {
    if (score.count() > 0) {
      backward();
    }
    return score;
  }

  @Override
  public final Score evaluate(Batch batch) {
    caller.enter();
    try {
      require(batch, false);
      return forward(batch, 0);
    } finally {
      caller.leave();
    }
  }

  @Override
  public final Rows predict(Batch batch) {
    caller.enter();
    try {
      require(batch, false);
      return outputs(batch, 0);
    } finally {
      caller.leave();
    }
  }

  @Override
  public final Rows predict(Batch batch, long draw) {
    caller.enter();
    try {
      require(batch, true);
      return outputs(batch, draw);
    } finally {
      caller.leave();
    }
  }

  final void require(Batch batch, boolean training) {
    if (bounds.training() != training) {
      throw new IllegalStateException(training
          ? "the run is not bound for training; bind one with ModelBounds#forTraining"
          : "the run is bound for training, where dropout acts; bind another one with "
              + "ModelBounds#forPrediction");
    }
    if (batch.batch() != bounds.batch() || batch.input().steps() > bounds.time()
        || batch.target().steps() > bounds.targetTime()) {
      throw new IllegalArgumentException(
          ("the batch has %d columns, %d steps of input and %d of target, but the run is bound to "
              + "%d, up to %d and up to %d").formatted(batch.batch(), batch.input().steps(),
                  batch.target().steps(), bounds.batch(), bounds.time(), bounds.targetTime()));
    }
  }
}

package dev.unroll.model.part;

import dev.unroll.data.Batch;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.ModelRun;
import dev.unroll.model.loss.Score;
import dev.unroll.model.loss.run.Targets;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.OneCaller;
import org.jspecify.annotations.Nullable;

/// The common part of the runs of all structures.
public abstract class StructureRun implements ModelRun {
  private final OneCaller caller = new OneCaller("the run of a model",
      "bind a run for each thread; they may share the model");
  /// What the run is bound to.
  protected final ModelBounds bounds;
  private int @Nullable [] steps;

  /// A run that is bound.
  protected StructureRun(ModelBounds bounds) {
    this.bounds = bounds;
  }

  /// Makes all parts take over changed parameters.
  protected abstract void takeOver();

  /// The forward pass and the loss of a batch.
  public abstract Score forward(Batch batch, long draw);

  /// The backward pass after [#forward].
  protected abstract void backward();

  /// The predicted outputs of a batch.
  protected abstract Rows outputs(Batch batch, long draw);

  /// Whether states can be carried on from batch to batch.
  protected boolean carries() {
    return false;
  }

  /// Makes the states after the last batch the initial states of the next one.
  protected void carry(Batch batch) {
    throw new IllegalStateException("states are not carried");
  }

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
      return train(batch, forward(batch, draw));
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
            "%d target steps are given, expected one for each of %d samples"
                .formatted(steps.length, batch.batch()));
      }
      requireSeparate();
      this.steps = steps;
      try {
        return train(batch, forward(batch, draw));
      } finally {
        this.steps = null;
      }
    } finally {
      caller.leave();
    }
  }

  /// Refuses to count one output alone, if the loss is not a sum over outputs.
  protected void requireSeparate() {}

  /// The part of a batch's target mask that counts towards the loss.
  protected final Targets asked(Targets all) {
    var chosen = steps;
    return chosen == null ? all : all.only(chosen);
  }

  private Score train(Batch batch, Score score) {
    if (score.count() > 0) {
      backward();
    }
    carryOn(batch);
    return score;
  }

  private void carryOn(Batch batch) {
    if (batch.isStream()) {
      carry(batch);
    }
  }

  @Override
  public final Score evaluate(Batch batch) {
    caller.enter();
    try {
      require(batch, false);
      var score = forward(batch, 0);
      carryOn(batch);
      return score;
    } finally {
      caller.leave();
    }
  }

  @Override
  public final Rows predict(Batch batch) {
    caller.enter();
    try {
      require(batch, false);
      var outputs = outputs(batch, 0);
      carryOn(batch);
      return outputs;
    } finally {
      caller.leave();
    }
  }

  @Override
  public final Rows predict(Batch batch, long draw) {
    caller.enter();
    try {
      require(batch, true);
      var outputs = outputs(batch, draw);
      carryOn(batch);
      return outputs;
    } finally {
      caller.leave();
    }
  }

  private void require(Batch batch, boolean training) {
    if (bounds.training() != training) {
      throw new IllegalStateException(training
          ? "the run is not bound for training; bind one with ModelBounds#forTraining"
          : "the run is bound for training, where dropout acts; bind another one with "
              + "ModelBounds#forPrediction");
    }
    if (batch.isStream() && !carries()) {
      throw new IllegalArgumentException(
          "the batch is a part of streams whose states are carried on, but this model needs whole "
              + "sequences; use a sequence-to-sequence model in one direction, or batches of "
              + "examples");
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

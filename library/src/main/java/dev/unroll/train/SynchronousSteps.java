package dev.unroll.train;

import dev.unroll.Engine;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.model.loss.Score;
import dev.unroll.train.parallel.Reduction;
import dev.unroll.train.step.ClippingRun;
import dev.unroll.train.step.OptimizerRun;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Steps with the gradient of all parts together, which are batches or shards, of all members.
final class SynchronousSteps implements Descent {
  private final Learner learner;
  private final Recipe recipe;
  private final OptimizerRun optimizer;
  private final ClippingRun clipping;
  private final @Nullable GradientTree tree;
  private final @Nullable Reduction reduction;

  /// @param reduction with other members; null for none
  SynchronousSteps(Learner learner, Recipe recipe, Engine engine, @Nullable Reduction reduction) {
    this.learner = learner;
    this.recipe = recipe;
    this.reduction = reduction;
    var parameters = learner.parameters();
    optimizer = new OptimizerRun(recipe.optimizer(), engine, parameters);
    clipping = new ClippingRun(recipe.clipping(), engine, parameters);
    boolean parts = recipe.accumulate() > 1 || recipe.shards() > 1;
    tree = parts || reduction != null ? new GradientTree(engine, parameters, reduction) : null;
  }

  @Override
  public Taken step(Progress before, int batches, double rate, @Nullable UpdateNorms update)
      throws IOException {
    var score = gradients(before, batches);
    if (update != null) {
      update.beforeClipping();
    }
    var clipped = tree == null ? clipping.clipTouched() : clipping.clip();
    Finite.require(before.step() + 1, score.mean(), clipped.before(), learner.parameters(),
        () -> learner.firstNotFinite(before.epoch(), before.batch() + batches - 1,
            learner.draw(before) + batches - 1));
    if (update != null) {
      update.beforeStep(before.step(), clipped.scale());
      optimizer.step(clipped.scale(), rate);
      update.afterStep();
    } else if (tree != null) {
      optimizer.step(clipped.scale(), rate);
    } else {
      optimizer.stepTouched(clipped.scale(), rate);
    }
    learner.load();
    return new Taken(before.withStep(batches, score), score, clipped.before(), clipped.after(),
        clipped.share());
  }

  private Score gradients(Progress before, int batches) throws IOException {
    long draw = learner.draw(before);
    if (tree == null) {
      if (!learner.parameters().areCleared()) {
        learner.parameters().clearGradients();
      }
      return learner.train(before.epoch(), before.batch(), draw);
    }
    tree.begin();
    for (int i = 0; i < batches; i++) {
      if (reduction != null && !reduction.computes(i % recipe.shards(), recipe.shards())) {
        continue;
      }
      tree.add(i, learner.train(before.epoch(), before.batch() + i, draw + i));
    }
    return tree.end();
  }

  @Override
  public boolean isSynchronized(Progress progress) {
    return true;
  }

  @Override
  public OptimizerRun optimizer() {
    return optimizer;
  }

  @Override
  public SequencedMap<String, float[]> collected() {
    return new LinkedHashMap<>();
  }

  @Override
  public void resume(Progress progress, Safetensors checkpoint) {
    // There is nothing but the optimizer.
  }
}

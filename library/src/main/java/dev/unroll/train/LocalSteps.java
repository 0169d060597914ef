package dev.unroll.train;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.format.FormatException;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.model.loss.Score;
import dev.unroll.train.optimizer.Optimizer;
import dev.unroll.train.optimizer.Optimizer.Decay;
import dev.unroll.train.parallel.Reduction;
import dev.unroll.train.step.Clipped;
import dev.unroll.train.step.ClippingRun;
import dev.unroll.train.step.OptimizerRun;
import dev.unroll.train.step.Replica;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Steps of replicas, one for each shard, that are synchronized every so many steps of an epoch and
/// at its end ([dev.unroll.train.optimizer.OuterStep]). What the replicas of a member do depends on
/// nothing else, and what they bring is added in the tree of the shards: the same bits for any
/// number of members.
final class LocalSteps implements Descent {
  private final Learner learner;
  private final Recipe recipe;
  private final @Nullable Reduction reduction;
  private final ClippingRun clipping;
  private final @Nullable GradientTree accumulated;
  private final GradientTree outerGradient;
  private final OptimizerRun outer;

  /// The replicas of this member, the first of which has this shard.
  private final Replica[] replicas;
  private final int first;

  /// The weights that all replicas went on from.
  private final float[] common;

  /// Why a replica of this member cannot go on. It is thrown when all members know.
  private @Nullable TrainingException failure;

  /// @param reduction with other members; null for none
  LocalSteps(Learner learner, Recipe recipe, Engine engine, @Nullable Reduction reduction) {
    this.learner = learner;
    this.recipe = recipe;
    this.reduction = reduction;
    var parameters = learner.parameters();
    clipping = new ClippingRun(recipe.clipping(), engine, parameters);
    accumulated = recipe.accumulate() > 1 ? new GradientTree(engine, parameters, null) : null;
    outerGradient = new GradientTree(engine, parameters, reduction);
    var optimizer = recipe.optimizer();
    outer = new OptimizerRun(
        new Optimizer(recipe.outer().rule(), Decay.NONE, optimizer.average()), engine, parameters);
    int shards = recipe.shards();
    first = reduction == null ? 0 : reduction.firstShard(reduction.member(), shards);
    int end = reduction == null ? shards : reduction.firstShard(reduction.member() + 1, shards);
    replicas = new Replica[end - first];
    for (int i = 0; i < replicas.length; i++) {
      replicas[i] = new Replica(optimizer.averaged(0), engine, parameters);
    }
    common = parameters.values().clone();
  }

  @Override
  public Taken step(Progress before, int batches, double rate, @Nullable UpdateNorms update)
      throws IOException {
    if (before.equals(Progress.START)) {
      join(); // its values may have been changed since it was made
    }
    var score = Score.NONE;
    double norm = 0;
    double clippedNorm = 0;
    double share = 0;
    for (int i = 0; i < replicas.length; i++) {
      replicas[i].enter();
      learner.load();
      var own = gradient(before, first + i, batches / recipe.shards());
      if (own.count() > 0) {
        var clipped = local(before, i, own, batches, rate, i == 0 ? update : null);
        norm = Math.max(norm, clipped.before());
        clippedNorm = Math.max(clippedNorm, clipped.after());
        share += clipped.share() / replicas.length;
      } else {
        replicas[i].skip();
      }
      replicas[i].leave(own);
      score = score.plus(own);
    }
    var next = before.withStep(batches, Score.NONE);
    if (isSynchronized(next)) {
      next = before.withStep(batches, synchronize(next));
    }
    return new Taken(next, score, norm, clippedNorm, share);
  }

  /// The gradient of the batches of a step on one shard.
  private Score gradient(Progress before, int shard, int batches) throws IOException {
    learner.parameters().clearGradients();
    long draw = learner.draw(before) + shard;
    int batch = before.batch() + shard;
    if (accumulated == null) {
      return learner.train(before.epoch(), batch, draw);
    }
    accumulated.begin();
    for (int i = 0; i < batches; i++) {
      int part = i * recipe.shards();
      accumulated.add(i, learner.train(before.epoch(), batch + part, draw + part));
    }
    return accumulated.end();
  }

  /// The step of a replica.
  private Clipped local(Progress before, int replica, Score score, int batches, double rate,
      @Nullable UpdateNorms update) {
    if (update != null) {
      update.beforeClipping();
    }
    var clipped = clipping.clip();
    if (failure == null) {
      requireFinite(before, first + replica, score, clipped, batches);
    }
    if (update != null) {
      update.beforeStep(before.step(), clipped.scale());
    }
    if (failure == null) {
      replicas[replica].step(clipped.scale(), rate);
    }
    if (update != null) {
      update.afterStep();
    }
    return clipped;
  }

  /// With other members, who would wait for what this one brings, the failure is kept until all
  /// come together; until then the member goes on computing, to come when they do.
  private void requireFinite(Progress before, int shard, Score score, Clipped clipped,
      int batches) {
    int last = batches - recipe.shards() + shard;
    try {
      Finite.require(before.step() + 1, score.mean(), clipped.before(), learner.parameters(),
          () -> learner.firstNotFinite(before.epoch(), before.batch() + last,
              learner.draw(before) + last));
    } catch (TrainingException e) {
      if (reduction == null) {
        throw e;
      }
      failure = e;
    }
  }

  /// Brings the replicas together.
  ///
  /// @return the score of all since they were together
  private Score synchronize(Progress now) throws IOException {
    outerGradient.begin();
    for (int i = 0; i < replicas.length; i++) {
      replicas[i].outerGradient(common);
      outerGradient.add(first + i,
          failure == null ? replicas[i].score() : new Score(Double.NaN, 1, 0));
    }
    var score = outerGradient.end();
    if (failure != null) {
      throw failure;
    }
    if (!Double.isFinite(score.mean())) {
      throw new TrainingException(("step %d: the loss or the gradients of a shard that another "
          + "member computes are not finite; try a lower learning rate or stronger clipping")
          .formatted(now.step()));
    }
    System.arraycopy(common, 0, learner.parameters().values(), 0, common.length);
    outer.step(1, recipe.outer().rate());
    join();
    return score;
  }

  private void join() {
    System.arraycopy(learner.parameters().values(), 0, common, 0, common.length);
    for (var replica : replicas) {
      replica.join();
    }
    learner.load();
  }

  @Override
  public boolean isSynchronized(Progress progress) {
    int parts = recipe.accumulate() * recipe.shards();
    return progress.batch() >= learner.batches()
        || progress.batch() / parts % recipe.outer().every() == 0;
  }

  @Override
  public OptimizerRun optimizer() {
    return outer;
  }

  @Override
  public SequencedMap<String, float[]> collected() throws IOException {
    var collected = new LinkedHashMap<String, float[]>();
    for (var name : replicas[0].arrays().keySet()) {
      var all = new float[recipe.shards()][];
      for (int i = 0; i < replicas.length; i++) {
        all[first + i] = requireNonNull(replicas[i].arrays().get(name));
      }
      if (reduction != null) {
        for (int shard = 0; shard < all.length; shard++) {
          if (!reduction.computes(shard, all.length)) {
            all[shard] = new float[reduction.member() == 0 ? common.length : 0];
          }
        }
        reduction.collect(all);
      }
      for (int shard = 0; shard < all.length; shard++) {
        collected.put(stored(shard, name), all[shard]);
      }
    }
    return collected;
  }

  private static String stored(int shard, String array) {
    return "replica.%d.%s".formatted(shard, array);
  }

  @Override
  public void resume(Progress progress, Safetensors checkpoint) throws FormatException {
    for (int i = 0; i < replicas.length; i++) {
      replicas[i].resume(progress.step());
      for (var array : replicas[i].arrays().entrySet()) {
        Resumption.copy(checkpoint, stored(first + i, array.getKey()), array.getValue(), 0,
            array.getValue().length);
      }
    }
    join();
  }
}

package dev.unroll.train;

import dev.unroll.train.clipping.Clipping;
import dev.unroll.train.notation.Numbers;
import dev.unroll.train.optimizer.Optimizer;
import dev.unroll.train.optimizer.OuterStep;
import dev.unroll.train.schedule.Schedule;

/// The settings of training, independent of the model and the data. Immutable.
///
/// @param epochs passes over the training data
/// @param learningRate before the schedule
/// @param schedule how the learning rate changes
/// @param optimizer turns the gradients into updates
/// @param clipping of the gradients
/// @param accumulate batches whose gradients are accumulated for one step, weighted by how much
///     counts towards the loss in each: a larger batch in less memory
/// @param patience epochs without a better one, according to the [Monitor], after which training
///     stops
/// @param recompute the steps of a segment whose activations are kept, while the others are
///     computed again in the backward pass: less memory, one more forward pass, and gradients of
///     other rounding ([dev.unroll.layer.wrapper.Recomputed]); 0 to keep all. Decoders keep all
/// @param shards parts of each batch, a power of two, whose gradients are computed one by one and
///     added in a balanced tree, in the same order wherever they are computed
///     ([dev.unroll.data.Batches#shards(int)]); 1 for whole batches
/// @param outer whether each shard trains a replica of the model on its own, and how they come
///     together
public record Recipe(
    int epochs,
    double learningRate,
    Schedule schedule,
    Optimizer optimizer,
    Clipping clipping,
    int accumulate,
    int patience,
    int recompute,
    int shards,
    OuterStep outer) {

  /// @throws IllegalArgumentException that names the setting, what was expected and what was given
  public Recipe {
    Numbers.requireAtLeastOne("epochs", epochs);
    Numbers.requireAtLeastOne("patience", patience);
    Numbers.requireAtLeastOne("the number of batches of a step", accumulate);
    if (shards < 1 || Integer.bitCount(shards) != 1) {
      throw new IllegalArgumentException(
          "the number of shards is %d, expected a power of two, or 1 for none".formatted(shards));
    }
    if (recompute < 0) {
      throw new IllegalArgumentException(
          "recompute is %d, expected the steps of a segment, or 0 for none".formatted(recompute));
    }
    requireRate(learningRate);
  }

  /// @throws IllegalArgumentException if a learning rate is not above zero and below 1000
  static void requireRate(double learningRate) {
    Numbers.require(learningRate > 0 && learningRate < 1000, "the learning rate", learningRate,
        "a number above 0 and below 1000, such as 0.002");
  }

  /// Settings that suit most models: Adam, a cosine schedule from 0.002, gradients clipped to a
  /// norm of 1, patience of 5 epochs.
  public static Recipe of(int epochs) {
    return new Recipe(
        epochs, 0.002, Schedule.COSINE, Optimizer.adam(), Clipping.norm(1), 1, 5, 0, 1,
        OuterStep.NONE);
  }

  /// The same with another number of epochs.
  public Recipe epochs(int epochs) {
    return new Recipe(
        epochs, learningRate, schedule, optimizer, clipping, accumulate, patience, recompute,
        shards, outer);
  }

  /// The same with another learning rate.
  public Recipe learningRate(double learningRate) {
    return new Recipe(
        epochs, learningRate, schedule, optimizer, clipping, accumulate, patience, recompute,
        shards, outer);
  }

  /// The same with another schedule.
  public Recipe schedule(Schedule schedule) {
    return new Recipe(
        epochs, learningRate, schedule, optimizer, clipping, accumulate, patience, recompute,
        shards, outer);
  }

  /// The same with another optimizer.
  public Recipe optimizer(Optimizer optimizer) {
    return new Recipe(
        epochs, learningRate, schedule, optimizer, clipping, accumulate, patience, recompute,
        shards, outer);
  }

  /// The same with other clipping.
  public Recipe clipping(Clipping clipping) {
    return new Recipe(
        epochs, learningRate, schedule, optimizer, clipping, accumulate, patience, recompute,
        shards, outer);
  }

  /// The same with gradients accumulated over a number of batches for each step, in a tree as those
  /// of shards.
  public Recipe accumulate(int batches) {
    return new Recipe(
        epochs, learningRate, schedule, optimizer, clipping, batches, patience, recompute,
        shards, outer);
  }

  /// The same with another patience.
  public Recipe patience(int epochs) {
    return new Recipe(
        this.epochs, learningRate, schedule, optimizer, clipping, accumulate, epochs, recompute,
        shards, outer);
  }

  /// The same with the activations of segments of this many steps kept; 0 to keep all.
  public Recipe recompute(int segment) {
    return new Recipe(
        epochs, learningRate, schedule, optimizer, clipping, accumulate, patience, segment,
        shards, outer);
  }

  /// The same with each batch divided into so many shards, a power of two; 1 for none.
  public Recipe shards(int shards) {
    return new Recipe(
        epochs, learningRate, schedule, optimizer, clipping, accumulate, patience, recompute,
        shards, outer);
  }

  /// The same with a replica of the model for each shard: it takes so many steps with an optimizer
  /// of its own, clipping included, until all come together; also at the end of each epoch. So
  /// members of a job exchange weights once in that many steps, not gradients in each; the model
  /// becomes another one, the same for any number of members. Weights are averaged
  /// ([Optimizer#averaged]) over what they have in common. 0 for no replicas.
  public Recipe syncEvery(int steps) {
    return outer(outer.every(steps));
  }

  /// The same with another step in which replicas come together; [#syncEvery] says how often.
  public Recipe outer(double rate, double momentum) {
    return outer(new OuterStep(outer.every(), rate, momentum));
  }

  /// The same with replicas that come together in another way.
  public Recipe outer(OuterStep outer) {
    return new Recipe(
        epochs, learningRate, schedule, optimizer, clipping, accumulate, patience, recompute,
        shards, outer);
  }
}

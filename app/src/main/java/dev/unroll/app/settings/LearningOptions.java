package dev.unroll.app.settings;

import dev.unroll.train.clipping.Clipping;
import dev.unroll.train.optimizer.Optimizer;
import dev.unroll.train.optimizer.OuterStep;
import dev.unroll.train.schedule.Schedule;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options of training; defaults are those of the preset.
public final class LearningOptions {
  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the data.")
  @Nullable
  public Integer epochs;

  @Option(names = "--batch", paramLabel = "N", description = "B, sequences side by side.")
  @Nullable
  public Integer batch;

  @Option(
      names = {"--learning-rate", "--lr"},
      paramLabel = "RATE",
      description = "The learning rate.")
  @Nullable
  public Double learningRate;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      converter = Optimizers.class,
      description = "What is done with the gradients: sgd, momentum, nesterov, rmsprop, adagrad, "
          + "adam, adamw or asgd, also in words such as 'momentum(0.9) l2(0.0001)'. Default: adam.")
  @Nullable
  Optimizer optimizer;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      completionCandidates = Schedules.class,
      converter = Schedules.class,
      description = "How the learning rate changes: ${COMPLETION-CANDIDATES}, or words such as"
          + " 'warm-up(100) step(0.5, 3)'.")
  @Nullable
  Schedule schedule;

  @Option(
      names = "--clip",
      paramLabel = "LIMIT",
      converter = Clippings.class,
      description = "The largest norm of all gradients together; 0 for no clipping. Or words: "
          + "'value(0.5)' for each element, 'parameter(1)' for the norm of each parameter's "
          + "gradient, also with 'norm(5)'.")
  @Nullable
  Clipping clip;

  @Option(
      names = "--accumulate",
      paramLabel = "N",
      description = "Batches whose gradients are taken together for one step: a larger batch in "
          + "less memory. Default: ${DEFAULT-VALUE}.")
  int accumulate = 1;

  @Option(
      names = "--shards",
      paramLabel = "N",
      description = "Parts of a batch whose gradients are added in a tree, a power of two: the "
          + "same bits on one machine or many. Default: ${DEFAULT-VALUE}.")
  int shards = 1;

  @Option(
      names = "--sync-every",
      paramLabel = "K",
      description = "Train a copy of the model for each shard, and bring them together every K "
          + "steps and at the end of an epoch (DiLoCo); 0 for one model. Default: "
          + "${DEFAULT-VALUE}.")
  int syncEvery;

  @Option(
      names = "--outer",
      paramLabel = "STEP",
      converter = OuterSteps.class,
      description = "How copies come together with --sync-every, in words: a step of Nesterov "
          + "momentum with the mean of their ways. Default: 'rate(0.7) momentum(0.9)'; the mean "
          + "alone is 'rate(1) momentum(0)'.")
  @Nullable
  OuterStep outer;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description = "Stop after this many epochs without a better one. Default: never with the"
          + " schedules cosine and linear, else 5.")
  @Nullable
  Integer patience;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed for initialization and dropout; the same seed gives the same bits. "
          + "Default: ${DEFAULT-VALUE}.")
  public long seed = 1;
}

package dev.unroll.train;

import dev.unroll.data.Batches;
import dev.unroll.model.ModelRun;
import dev.unroll.model.loss.Score;

/// What says which epoch is the best one, whose parameters are kept, and from which patience counts: a figure
/// of the model on the validation data. Of epochs with the same figure the one with the lower validation
/// loss is better, and then the earlier one.
///
/// The loss falls or rises with how sure a model is, so that the epoch with the best loss is often not
/// the one with the most right answers: choose by what is reported in the end.
///
/// A value; what it is made of has to be safe for use by the thread that trains.
public final class Monitor {
  /// The mean loss, the smaller the better.
  public static final Monitor LOSS = of("loss", false, (_, _, score) -> score.mean());

  /// The share of right answers, for losses that know them.
  public static final Monitor ACCURACY = of("accuracy", true, (_, _, score) -> score.accuracy());

  private final String name;
  private final boolean larger;
  private final Figure figure;

  /// Computes a figure after an epoch.
  @FunctionalInterface
  public interface Figure {
    /// The figure of the model with the parameters of the epoch; NaN is worse than any other.
    ///
    /// @param run bound for prediction to the validation batches
    /// @param validation the validation batches
    /// @param score what the loss says of them
    double of(ModelRun run, Batches validation, Score score);
  }

  private Monitor(String name, boolean larger, Figure figure) {
    this.name = name;
    this.larger = larger;
    this.figure = figure;
  }

  /// A figure of one's own.
  ///
  /// @param name by which a checkpoint knows it again
  /// @param larger whether a larger figure is better
  public static Monitor of(String name, boolean larger, Figure figure) {
    return new Monitor(name, larger, figure);
  }

  /// What it is called.
  public String name() {
    return name;
  }

  /// The figure, turned so that more is better.
  double merit(ModelRun run, Batches validation, Score score) {
    double value = figure.of(run, validation, score);
    return Double.isNaN(value) ? Double.NEGATIVE_INFINITY : larger ? value : -value;
  }

  @Override
  public String toString() {
    return name;
  }
}

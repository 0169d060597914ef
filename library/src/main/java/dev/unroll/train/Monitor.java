package dev.unroll.train;

import dev.unroll.data.Batches;
import dev.unroll.model.ModelRun;
import dev.unroll.model.loss.Score;

/// Chooses the best epoch, whose parameters are kept and from which patience counts, by a metric of
/// the model on the validation data. Of epochs with the same value the one with the lower
/// validation loss is better, and then the earlier one.
///
/// The loss depends on how confident a model is, so the epoch with the best loss is often not the
/// one with the best accuracy: choose by what is reported in the end.
///
/// A value; its figure must be safe for use by the thread that trains.
public final class Monitor {
  /// The mean loss, smaller is better.
  public static final Monitor LOSS = of("loss", false, (_, _, score) -> score.mean());

  /// The accuracy, for losses that have one; larger is better.
  public static final Monitor ACCURACY = of("accuracy", true, (_, _, score) -> score.accuracy());

  /// The last epoch, whatever the validation data say; nothing ends the training early.
  public static final Monitor LAST = of("last", true, (_, _, _) -> 0);

  private final String name;
  private final boolean larger;
  private final Figure figure;

  /// Computes a metric after an epoch.
  @FunctionalInterface
  public interface Figure {
    /// The metric of the model with the parameters of the epoch; NaN is worse than any other value.
    ///
    /// @param run bound for prediction to the validation batches
    /// @param validation the validation batches
    /// @param score the loss on them
    double of(ModelRun run, Batches validation, Score score);
  }

  private Monitor(String name, boolean larger, Figure figure) {
    this.name = name;
    this.larger = larger;
    this.figure = figure;
  }

  /// A custom metric.
  ///
  /// @param name by which a checkpoint recognizes it
  /// @param larger whether larger is better
  public static Monitor of(String name, boolean larger, Figure figure) {
    return new Monitor(name, larger, figure);
  }

  /// The name of the metric.
  public String name() {
    return name;
  }

  /// The metric of an epoch.
  double value(ModelRun run, Batches validation, Score score) {
    return figure.of(run, validation, score);
  }

  /// The metric, negated if smaller is better.
  double merit(double value) {
    return Double.isNaN(value) ? Double.NEGATIVE_INFINITY : larger ? value : -value;
  }

  /// The metric whose merit this is.
  double ofMerit(double merit) {
    return larger ? merit : -merit;
  }

  boolean isLargerBetter() {
    return larger;
  }

  @Override
  public String toString() {
    return name;
  }
}

package dev.unroll.model;

import dev.unroll.layer.probe.Probes;
import dev.unroll.layer.run.Bounds;
import org.jspecify.annotations.Nullable;

/// The sizes that a run of a model is bound to.
///
/// @param time the largest number of steps of an input
/// @param targetTime the largest number of steps of a target; 1 for a vector
/// @param batch B, the columns of every batch
/// @param training whether gradients will be asked for; dropout acts only then
/// @param probes collects the recurrent layers, which then keep every value and gradient; null
///     where nobody looks
/// @param deterministic whether dropout and what else only helps to learn stay away in training too
/// @param recompute the steps of a segment whose activations are kept in training, while the others
///     are computed again in the backward pass ([dev.unroll.layer.wrapper.Recomputed]); 0 to keep
///     all
public record ModelBounds(int time, int targetTime, int batch, boolean training,
    @Nullable Probes probes, boolean deterministic, int recompute) {

  /// @throws IllegalArgumentException if a number is below 1
  public ModelBounds {
    if (time < 1 || targetTime < 1 || batch < 1) {
      throw new IllegalArgumentException(
          "%d steps of input, %d of target and %d samples; expected at least 1 of each"
              .formatted(time, targetTime, batch));
    }
    if (recompute < 0) {
      throw new IllegalArgumentException(
          "recompute is %d, expected the steps of a segment, or 0 for none".formatted(recompute));
    }
  }

  /// Bounds without probes.
  public ModelBounds(int time, int targetTime, int batch, boolean training) {
    this(time, targetTime, batch, training, null, false, 0);
  }

  /// The same with every recurrent layer traced; its results do not change.
  ///
  /// @param probes collects the layers, when the first batch is run; null for none
  public ModelBounds probed(@Nullable Probes probes) {
    return new ModelBounds(time, targetTime, batch, training, probes, deterministic, recompute);
  }

  /// The same without dropout, also in training: gradients of what predictions say.
  public ModelBounds deterministic(boolean deterministic) {
    return new ModelBounds(
        time, targetTime, batch, training, probes, deterministic, recompute);
  }

  /// The same for training.
  public ModelBounds forTraining() {
    return new ModelBounds(time, targetTime, batch, true, probes, deterministic, recompute);
  }

  /// The same for predictions.
  public ModelBounds forPrediction() {
    return new ModelBounds(time, targetTime, batch, false, probes, deterministic, recompute);
  }

  /// The same with less memory for training: only the activations of a segment of this many steps
  /// are kept; 0 to keep all.
  public ModelBounds recomputed(int segment) {
    return new ModelBounds(time, targetTime, batch, training, probes, deterministic, segment);
  }

  /// Whether dropout is active.
  boolean isNoisy() {
    return training && !deterministic;
  }

  /// The bounds of the recurrent layers, for up to `time` steps.
  Bounds layers(int time) {
    var bounds = Bounds.of(time, batch, training).probed(probes);
    return bounds.deterministic(deterministic);
  }
}

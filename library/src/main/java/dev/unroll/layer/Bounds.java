package dev.unroll.layer;

import dev.unroll.layer.probe.Probes;
import org.jspecify.annotations.Nullable;

/// The sizes that a run of a layer is bound to: its memory is planned for them once.
///
/// @param time T, the largest number of steps of a call
/// @param batch B, the number of samples
/// @param training whether gradients will be computed; dropout acts only then
/// @param masked whether calls may have an input mask ([Span#present])
/// @param restarts whether calls may reset states ([Span#keep])
/// @param probes collects the recurrent layers, which then keep every value and gradient; null to
///     trace nothing, which costs nothing
/// @param quiet whether the run is deterministic: no dropout or other regularization in training
///     either, so that gradients are those of the deterministic outputs
/// @param inner whether the run is part of an object that itself refuses overlapping calls, so that
///     it need not do it
public record Bounds(int time, int batch, boolean training, boolean masked, boolean restarts,
    @Nullable Probes probes, boolean quiet, boolean inner) {

  /// @throws IllegalArgumentException if there is no step or no sample
  public Bounds {
    if (time < 1 || batch < 1) {
      throw new IllegalArgumentException(
          "%d steps of %d samples, expected at least 1 of each".formatted(time, batch));
    }
  }

  /// Bounds without masks and without resets of states.
  public static Bounds of(int time, int batch, boolean training) {
    return new Bounds(time, batch, training, false, false, null, false, false);
  }

  /// The same for up to `time` steps.
  public Bounds withTime(int time) {
    return new Bounds(time, batch, training, masked, restarts, probes, quiet, inner);
  }

  /// The same for sequences that may be padded.
  public Bounds withMasks() {
    return new Bounds(time, batch, training, true, restarts, probes, quiet, inner);
  }

  /// The same for states that may be reset.
  public Bounds withRestarts() {
    return new Bounds(time, batch, training, masked, true, probes, quiet, inner);
  }

  /// The same with every recurrent layer traced; its results do not change.
  ///
  /// @param probes collects the layers; null for none
  public Bounds probed(@Nullable Probes probes) {
    return new Bounds(time, batch, training, masked, restarts, probes, quiet, inner);
  }

  /// The same without dropout, also in training.
  public Bounds quietly() {
    return new Bounds(time, batch, training, masked, restarts, probes, true, inner);
  }

  /// The same for a part of an object that itself refuses overlapping calls.
  public Bounds within() {
    return inner ? this
        : new Bounds(time, batch, training, masked, restarts, probes, quiet, true);
  }

  /// Whether dropout is active.
  public boolean isNoisy() {
    return training && !quiet;
  }
}

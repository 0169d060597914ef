package dev.unroll.layer.run;

import dev.unroll.layer.probe.Probes;
import org.jspecify.annotations.Nullable;

/// The sizes that a run of a layer is bound to: its memory is planned for them once.
///
/// @param time T, the largest number of steps of a call
/// @param batch B, the number of samples
/// @param training whether gradients will be asked for; dropout acts only then
/// @param masked whether a call may say which steps of which sample are present ([Span#present])
/// @param restarts whether a call may say where states start anew ([Span#keep])
/// @param probes what recurrent layers keep every value and gradient for, to be looked at; null
///     where nobody looks, which costs nothing
/// @param deterministic whether dropout and what else only helps to learn stay away in training
///     too, so that gradients are those of what predictions say
/// @param inner whether the run is a part of an object that itself refuses overlapping calls, and
///     so need not do it
public record Bounds(int time, int batch, boolean training, boolean masked, boolean restarts,
    @Nullable Probes probes, boolean deterministic, boolean inner) {

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
  public Bounds time(int time) {
    return new Bounds(time, batch, training, masked, restarts, probes, deterministic, inner);
  }

  /// The same for sequences that may end early, or not.
  public Bounds masked(boolean masked) {
    return new Bounds(time, batch, training, masked, restarts, probes, deterministic, inner);
  }

  /// The same for states that may start anew, or not.
  public Bounds restarts(boolean restarts) {
    return new Bounds(time, batch, training, masked, restarts, probes, deterministic, inner);
  }

  /// The same with every recurrent layer traced; its results do not change.
  ///
  /// @param probes collects the layers; null for none
  public Bounds probed(@Nullable Probes probes) {
    return new Bounds(time, batch, training, masked, restarts, probes, deterministic, inner);
  }

  /// The same without dropout, also in training, or with it.
  public Bounds deterministic(boolean deterministic) {
    return new Bounds(
        time, batch, training, masked, restarts, probes, deterministic, inner);
  }

  /// The same for a part of an object that itself refuses overlapping calls.
  public Bounds within() {
    return inner ? this
        : new Bounds(time, batch, training, masked, restarts, probes, deterministic, true);
  }

  /// Whether dropout is active.
  public boolean isNoisy() {
    return training && !deterministic;
  }
}

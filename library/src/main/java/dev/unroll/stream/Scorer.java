package dev.unroll.stream;

import org.jspecify.annotations.Nullable;

/// Scores events of different keys side by side. One caller at a time.
interface Scorer {
  /// Why an event cannot be scored, although its features are numbers: one sentence; null if it
  /// can.
  ///
  /// @param x the features
  /// @param time of the event in milliseconds
  default @Nullable String refusal(float[] x, long time, KeyState state) {
    return null;
  }

  /// Scores n events, and steps the states of their keys; their time and count stay.
  ///
  /// @param x `[n, F]`
  /// @param times of the events in milliseconds
  /// @param states of n different keys
  /// @param y gets `[n, outputs]`
  void score(int n, float[] x, long[] times, KeyState[] states, float[] y);
}

package dev.unroll.app.studio.runs;

/// Where a run is.
enum RunState {
  /// A process trains it now.
  RUNNING,
  /// All epochs are done, or no better one was to be expected.
  ENDED,
  /// It was stopped or killed and can go on.
  INTERRUPTED,
  /// It failed, and would fail again.
  FAILED,
  /// Its log cannot be read.
  BROKEN
}

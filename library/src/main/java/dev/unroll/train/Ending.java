package dev.unroll.train;

/// How a run ended.
public enum Ending {
  /// All epochs were done.
  COMPLETE,
  /// The validation loss had not fallen for as many epochs as the settings allow.
  EARLY,
  /// It was asked to stop.
  STOPPED
}

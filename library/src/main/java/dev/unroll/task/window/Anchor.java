package dev.unroll.task.window;

/// What the answers of a forecaster are measured from.
public enum Anchor {
  /// The last value that was seen.
  LAST,
  /// The mean of the window.
  MEAN,
  /// The value one season earlier.
  SEASON,
  /// The mean of the training part.
  ZERO;

  /// In words.
  public String words() {
    return switch (this) {
      case LAST -> "the last value";
      case MEAN -> "the mean of the window";
      case SEASON -> "the season before";
      case ZERO -> "the mean of the training part";
    };
  }
}

package dev.unroll.task;

/// The base that the forecasts of a network are relative to.
enum Anchor {
  /// The last value of the window.
  LAST,
  /// The mean of the window.
  MEAN,
  /// The value one season earlier.
  SEASON,
  /// The mean of the training part.
  ZERO;

  String words() {
    return switch (this) {
      case LAST -> "the last value";
      case MEAN -> "the mean of the window";
      case SEASON -> "the season before";
      case ZERO -> "the mean of the training part";
    };
  }
}

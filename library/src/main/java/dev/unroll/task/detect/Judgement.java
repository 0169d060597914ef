package dev.unroll.task.detect;

/// The verdict of a [Watch] on a value.
///
/// @param value the observed value; NaN if it is missing
/// @param expected the forecast for this step; NaN before the first forecast
/// @param distance of the error from the mean of recent ones, in their standard deviations; NaN if
///     the step is not judged, as the value is missing or too little came before it
/// @param likelihood that it is an anomaly: one minus the probability that a normal error is as far
///     off; NaN if the step is not judged
/// @param alarm whether the distance is beyond the threshold
public record Judgement(double value, double expected, double distance, double likelihood,
    boolean alarm) {

  /// Whether the step is judged.
  public boolean isJudged() {
    return !Double.isNaN(distance);
  }
}

package dev.unroll.task.detect;

/// What a [Watch] says of a value.
///
/// @param value that came; NaN where it is missing
/// @param expected what was forecast for this step; NaN before the first forecast
/// @param distance of the error from usual ones, in their standard deviations; 0 where not known
/// @param likelihood that it is odd: one minus the probability that a usual error is as far off; 0 where not
///     known
/// @param alarm whether the distance is beyond the threshold
public record Judgement(double value, double expected, double distance, double likelihood,
    boolean alarm) {}

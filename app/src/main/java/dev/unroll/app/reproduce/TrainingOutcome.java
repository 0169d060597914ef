package dev.unroll.app.reproduce;

/// How a training ended.
///
/// @param epochs that were done
/// @param best the lowest validation loss
/// @param reached whether the goal was reached; false where there was none
public record TrainingOutcome(int epochs, double best, boolean reached) {}

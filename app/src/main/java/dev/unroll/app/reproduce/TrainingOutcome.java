package dev.unroll.app.reproduce;

/// The outcome of a training.
///
/// @param epochs the number of epochs done
/// @param best the lowest validation loss
/// @param reached whether the goal was reached; false if there was none
public record TrainingOutcome(int epochs, double best, boolean reached) {}

package dev.unroll.train.step;

/// The result of clipping in a step.
///
/// @param before ‖g‖ of all gradients, infinite or NaN if a gradient is
/// @param after ‖g‖ afterwards
/// @param share of the elements that were changed, from 0 to 1
/// @param scale the factor that the gradients are still to be multiplied by: that of the global
///     norm, which the optimizer applies
public record Clipped(double before, double after, double share, float scale) {}

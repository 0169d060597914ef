package dev.unroll.train.step;

/// What clipping did in a step.
///
/// @param before ‖g‖ of all gradients, infinite or NaN where a gradient is
/// @param after ‖g‖ afterwards
/// @param share of the elements that were changed, from 0 to 1
/// @param scale what the gradients are still to be multiplied with: the factor of the global norm,
///     which the optimiser applies
public record Clipped(double before, double after, double share, float scale) {}

package dev.unroll.train;

import dev.unroll.model.loss.Score;

/// What an epoch came to.
///
/// @param score of the validation data, or of the training data where there are none
/// @param merit the figure of the [Monitor], the larger the better
record Validation(Score score, double merit) {}

package dev.unroll.train;

import dev.unroll.model.loss.Score;

/// The validation of an epoch.
///
/// @param score of the validation data, or of the training data if there are none
/// @param merit the metric of the [Monitor], larger is better
/// @param figure its name and value
/// @param last whether the epoch counts as the best one because it is the last one so far
record Validation(Score score, double merit, TrainingListener.Figure figure, boolean last) {}

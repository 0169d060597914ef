package dev.unroll.model;

/// A sequence that a model wrote.
///
/// @param symbols without the end
/// @param ended whether the model ended it; false where the room ran out, or sequences have no end
/// @param logProbability the logarithm of its probability, that of its end included
/// @param cut whether the most symbols cut it off: the model would have gone on to an end of its own
/// @param score what it was chosen by: the same, over the length penalty
public record Hypothesis(
    int[] symbols, boolean ended, boolean cut, double logProbability, double score) {}

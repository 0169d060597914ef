package dev.unroll.task.tune;

/// What a search needs to know of a training.
///
/// @param space around its defaults
/// @param epochs of the whole training
/// @param figure the name of what is measured on the validation data, such as `accuracy`
/// @param larger whether a larger figure is better
public record Tunable(Space space, int epochs, String figure, boolean larger) {}

package dev.unroll.kernel;

import org.jspecify.annotations.Nullable;

/// The processors that plans run on.
///
/// @param kernels the provider
/// @param threads the team
/// @param times collects the time of each stage; null for none
public record Processors(Kernels kernels, Threads threads, @Nullable StageTimes times) {}

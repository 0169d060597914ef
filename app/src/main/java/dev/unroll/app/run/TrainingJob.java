package dev.unroll.app.run;

import dev.unroll.train.TrainingSession;
import java.util.function.Supplier;

/// A training as a command runs it.
///
/// @param command the command that resumes it
/// @param trainer what trains
/// @param description what it does, for people
/// @param bytes of memory that it takes
/// @param sample a piece of what the model writes as it stands, to be shown after an epoch; empty for
///     nothing
public record TrainingJob(String command, TrainingSession trainer, Description description,
    long bytes,
    Supplier<String> sample) {}

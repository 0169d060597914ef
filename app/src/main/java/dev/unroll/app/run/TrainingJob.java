package dev.unroll.app.run;

import dev.unroll.app.run.live.Watched;
import dev.unroll.app.run.report.Description;
import dev.unroll.train.TrainingSession;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A training that a command runs.
///
/// @param command the command that resumes it
/// @param trainer the training session
/// @param description its description
/// @param bytes of memory that it takes
/// @param sample a sample of the model's output, to be shown after an epoch; empty for
///     none
/// @param watched what is looked at now and then; null for nothing
public record TrainingJob(String command, TrainingSession trainer, Description description,
    long bytes, Supplier<String> sample, @Nullable Watched watched) {}

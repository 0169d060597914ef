package dev.unroll.app.reproduce;

import java.io.IOException;

/// Builds model and data, trains with [Bench#train] and returns the figure.
@FunctionalInterface
public interface Trial {
  /// Runs from the beginning, or from where a previous run was stopped.
  ///
  /// @throws dev.unroll.train.TrainingException if training cannot continue; the row then says so
  Outcome run(Bench bench) throws IOException;
}

package dev.unroll.app.reproduce;

import java.io.IOException;

/// Builds model and data, trains by [Bench#train] and gives the figure.
@FunctionalInterface
public interface Trial {
  /// Runs from the beginning, or from where a run before was stopped.
  ///
  /// @throws dev.unroll.train.TrainingException if training cannot go on; the row then says so
  Outcome run(Bench bench) throws IOException;
}

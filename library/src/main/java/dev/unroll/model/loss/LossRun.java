package dev.unroll.model.loss;

import dev.unroll.tensor.Rows;

/// A loss bound to memory for a number of rows. One caller at a time.
public interface LossRun {

  /// The loss of outputs; computes the [#gradient] too.
  ///
  /// @param outputs `[rows, outputs]`, unchanged
  Score score(Rows outputs, Targets targets);

  /// The gradient of the mean loss over all that was asked in the last call, `[rows, outputs]`; zero in
  /// rows of which nothing was asked.
  Rows gradient();
}

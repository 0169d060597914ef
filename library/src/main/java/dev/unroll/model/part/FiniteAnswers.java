package dev.unroll.model.part;

import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;

/// Refuses outputs that are not finite: a model whose training failed outputs NaN. Only what is
/// returned is checked.
public final class FiniteAnswers {
  private FiniteAnswers() {}

  /// Requires that a row of outputs is finite.
  ///
  /// @throws IllegalStateException that names the first output that is not, and why
  public static void require(float[] row, Parameters parameters) {
    for (int i = 0; i < row.length; i++) {
      if (!Float.isFinite(row[i])) {
        throw failure("output", i, row[i], parameters);
      }
    }
  }

  /// Requires that a row of logits has probabilities. Minus infinity is allowed: it is never
  /// chosen.
  ///
  /// @throws IllegalStateException likewise
  public static void requireLogits(Rows logits, int row, Parameters parameters) {
    int n = logits.columns();
    int from = logits.offset() + row * n;
    for (int i = 0; i < n; i++) {
      float logit = logits.array()[from + i];
      if (Float.isNaN(logit) || logit == Float.POSITIVE_INFINITY) {
        throw failure("the logit of symbol", i, logit, parameters);
      }
    }
  }

  private static IllegalStateException failure(String what, int i, float value,
      Parameters parameters) {
    var block = parameters.firstNotFinite();
    return new IllegalStateException("%s %d of the model is %s, as %s; %s".formatted(what, i, value,
        block.isPresent() ? "its parameter %s is not finite".formatted(block.get().name())
            : "its numbers grow beyond a float, though its parameters are finite",
        "train the model anew, with a lower learning rate or stronger clipping"));
  }
}

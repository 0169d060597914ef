package dev.unroll.exchange.checkpoint;

import java.util.List;

/// Where the values of a parameter of our model come from.
///
/// @param to the parameter: `layer0.Wi`
/// @param rows of the parameter
/// @param columns of the parameter, 1 for a vector
/// @param from the tensors of the checkpoint; none for a constant
/// @param how what was done to them: `rows 0 … 63`, `rows 0 … 63, added`
public record Transfer(String to, int rows, int columns, List<String> from, String how) {

  /// `layer0.Wi [64, 32] = rnn.weight_ih_l0, rows 0 … 63`.
  @Override
  public String toString() {
    return "%s %s = %s".formatted(to,
        columns == 1 ? "[%d]".formatted(rows) : "[%d, %d]".formatted(rows, columns),
        from.isEmpty() ? how
            : String.join(" + ", from) + (how.isEmpty() ? "" : ", " + how));
  }
}

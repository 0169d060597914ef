package dev.unroll.app.page.panel;

import java.util.List;

/// The influence of each input on an output: the reader points at an output and sees all inputs in
/// color.
///
/// @param tokens the inputs, one for each column
/// @param targets the outputs, one for each row; empty if the output of step t is at token t, as in
///     a language model
/// @param heat a row for each output; [Range#decades] shows small influences too
public record InfluenceMap(Caption caption, List<String> tokens, List<String> targets, Heat heat)
    implements
      Panel {
  /// The lists are copied.
  ///
  /// @throws IllegalArgumentException if there is not one token for each column and one target for
  ///     each row
  public InfluenceMap {
    tokens = List.copyOf(tokens);
    targets = List.copyOf(targets);
    int rows = targets.isEmpty() ? tokens.size() : targets.size();
    if (heat.columns() != tokens.size() || heat.rows() != rows) {
      throw new IllegalArgumentException(
          "Influence: the matrix is %d × %d, expected %d × %d as there are outputs and inputs."
              .formatted(heat.rows(), heat.columns(), rows, tokens.size()));
    }
  }
}

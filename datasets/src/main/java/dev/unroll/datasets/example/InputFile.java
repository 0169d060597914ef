package dev.unroll.datasets.example;

import dev.unroll.data.Values;
import java.util.List;

/// Some of a user's inputs for prediction.
///
/// @param name of the file
/// @param inputs in the order of the file
/// @param lines the line of each
public record InputFile(String name, List<Values> inputs, List<Long> lines) {

  /// One of the inputs only.
  public InputFile only(int i) {
    return new InputFile(name, List.of(inputs.get(i)), List.of(lines.get(i)));
  }

  /// The place of an input, for the beginning of a message: `names.jsonl, line 3`.
  public String where(int i) {
    return "%s, line %d".formatted(name, lines.get(i));
  }
}

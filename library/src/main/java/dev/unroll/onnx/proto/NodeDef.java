package dev.unroll.onnx.proto;

import java.util.List;

/// A node as it stands in a file.
///
/// @param inputs names of values; empty for one that is left out
/// @param outputs likewise
public record NodeDef(String name, String operator, String domain, List<String> inputs,
    List<String> outputs, Attributes attributes) {

  /// The name of the input `i`; empty if it is left out.
  public String input(int i) {
    return i < inputs.size() ? inputs.get(i) : "";
  }

  /// Whether the input `i` is given.
  public boolean hasInput(int i) {
    return !input(i).isEmpty();
  }

  /// Whether somebody reads the output `i`.
  public boolean hasOutput(int i) {
    return i < outputs.size() && !outputs.get(i).isEmpty();
  }

  /// For messages: `node "lstm_1" (LSTM)`, or by its first output if it has no name.
  public String place() {
    return "node \"%s\" (%s)".formatted(
        !name.isEmpty() ? name : outputs.isEmpty() ? "" : outputs.getFirst(),
        domain.isEmpty() ? operator : domain + "." + operator);
  }
}

package dev.unroll.app.data;

import dev.unroll.data.Example;
import dev.unroll.data.Form.Pairing;
import java.util.List;

/// The four structures, by their names for `--structure`.
public enum StructureKind {
  SEQUENCE_TO_VECTOR("sequence-to-vector", Pairing.ONE_TARGET,
      "every target has one step"), VECTOR_TO_SEQUENCE("vector-to-sequence", Pairing.ONE_INPUT,
          "every input has one step"), SEQUENCE_TO_SEQUENCE(
              "sequence-to-sequence", Pairing.STEP_BY_STEP,
              "every target is as long as its input"), ENCODER_DECODER("encoder-decoder",
                  Pairing.ANY, "targets have lengths of their own");

  private final String text;
  private final Pairing pairing;
  private final String reason;

  StructureKind(String text, Pairing pairing, String reason) {
    this.text = text;
    this.pairing = pairing;
    this.reason = reason;
  }

  /// The structure that the lengths of examples suggest.
  public static StructureKind of(List<Example> examples) {
    if (examples.stream().allMatch(example -> example.target().length() == 1)) {
      return SEQUENCE_TO_VECTOR;
    }
    if (examples.stream().allMatch(example -> example.input().length() == 1)) {
      return VECTOR_TO_SEQUENCE;
    }
    return examples.stream()
        .allMatch(example -> example.target().length() == example.input().length())
            ? SEQUENCE_TO_SEQUENCE
            : ENCODER_DECODER;
  }

  public Pairing pairing() {
    return pairing;
  }

  /// The lengths that suggest it.
  public String reason() {
    return reason;
  }

  /// Whether it generates until an end symbol.
  public boolean writes() {
    return this == VECTOR_TO_SEQUENCE || this == ENCODER_DECODER;
  }

  @Override
  public String toString() {
    return text;
  }
}

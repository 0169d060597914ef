package dev.unroll.app.data;

import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Features;

/// The input of `vector-to-sequence` written flat: `[0.1, 1.0]` is read as two steps of one number,
/// but as the input of this structure is one vector it can only be that vector.
public final class FlatInput {
  private FlatInput() {}

  /// The input in the form of the structure.
  public static Values of(StructureKind kind, Values input) {
    return kind == StructureKind.VECTOR_TO_SEQUENCE
        && input instanceof Features(var values, int columns, var exact) && columns == 1
        && values.length > 1
            ? new Features(values, values.length, exact)
            : input;
  }

  /// An example likewise.
  public static Example of(StructureKind kind, Example example) {
    return new Example(of(kind, example.input()), example.target());
  }
}

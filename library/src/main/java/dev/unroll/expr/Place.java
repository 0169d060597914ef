package dev.unroll.expr;

import org.jspecify.annotations.Nullable;

/// What a mistake in a cell is about, for the parser to find its place in the text.
///
/// @param equation the left-hand side of the equation at fault
/// @param part the part of its right-hand side
/// @param directive the line at fault where it is no equation: `out`, `size h`, `init W`
record Place(@Nullable String equation, @Nullable Expr part, @Nullable String directive) {
  /// The cell as a whole.
  static final Place CELL = new Place(null, null, null);

  static Place directive(String directive) {
    return new Place(null, null, directive);
  }
}

package dev.unroll.expr;

import org.jspecify.annotations.Nullable;

/// A cell that is not well formed; the message names the cell, the equation, what was expected and
/// what stands there. For a cell read from text it also gives line, column and a caret.
public final class CellException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String equation;

  /// With a message that a user can act on, and the name on the left of the equation at fault, if it
  /// is one.
  public CellException(String message, @Nullable String equation) {
    super(message);
    this.equation = equation;
  }

  /// The name on the left of the equation at fault, or null where the whole cell is.
  public @Nullable String equation() {
    return equation;
  }
}

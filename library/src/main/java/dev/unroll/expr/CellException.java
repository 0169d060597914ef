package dev.unroll.expr;

import org.jspecify.annotations.Nullable;

/// A cell that is not well formed; the message names the cell, the equation, what was expected and
/// what was found. For a cell parsed from text it also gives line, column and a caret.
public final class CellException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String equation;
  private final transient Place place;
  private final transient String what;

  /// With a message that a user can act on, and the left-hand side of the equation at fault, if
  /// there is one.
  public CellException(String message, @Nullable String equation) {
    super(message);
    this.equation = equation;
    this.place = new Place(equation, null, null);
    this.what = message;
  }

  /// A mistake of the cell `cell`.
  ///
  /// @param what for a place in an equation what "it" does there, without the full stop; else a
  ///     sentence
  public CellException(String cell, Place place, String what) {
    super(
        place.equation() == null
            ? "Cell %s: %s.".formatted(cell, what)
            : "Cell %s, equation %s: it %s.".formatted(cell, place.equation(), what));
    this.equation = place.equation();
    this.place = place;
    this.what = place.equation() == null ? what : "equation %s %s".formatted(equation, what);
  }

  /// The left-hand side of the equation at fault, or null if the whole cell is, or if the equations
  /// of a text cannot be told apart yet.
  public @Nullable String equation() {
    return equation;
  }

  /// The place of the mistake.
  public Place place() {
    return place;
  }

  /// The message without the name of the cell.
  public String what() {
    return what;
  }

  /// The place of a mistake in a cell, which the parser locates in the text.
  ///
  /// @param equation the left-hand side of the equation at fault
  /// @param part the part of its right-hand side
  /// @param directive the line at fault if it is not an equation: `out`, `size h`, `init W`
  public record Place(@Nullable String equation, @Nullable Expr part, @Nullable String directive) {
    /// The cell as a whole.
    public static final Place CELL = new Place(null, null, null);

    static Place directive(String directive) {
      return new Place(null, null, directive);
    }
  }
}

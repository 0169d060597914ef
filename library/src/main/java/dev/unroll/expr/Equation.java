package dev.unroll.expr;

/// One line of a cell: `f = σ(Wf x + Uf h + bf)`, or `h' = …` for the new value of a state.
///
/// @param name the name on the left, with its prime if it is the new value of a state
/// @param value the right-hand side
public record Equation(String name, Expr value) {

  /// Whether the equation updates a state.
  public boolean updatesState() {
    return name.endsWith("'");
  }

  /// The name without the prime.
  public String baseName() {
    return updatesState() ? name.substring(0, name.length() - 1) : name;
  }
}

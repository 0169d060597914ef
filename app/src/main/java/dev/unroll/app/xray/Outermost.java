package dev.unroll.app.xray;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Function;
import java.util.Optional;

/// The function that an equation ends with: σ for a gate.
final class Outermost {
  private Outermost() {}

  /// Empty where the equation ends otherwise, or there is none of that name.
  static Optional<Function> of(Cell cell, String quantity) {
    return cell.equations().stream().filter(equation -> equation.name().equals(quantity))
        .findFirst().flatMap(equation -> equation.value() instanceof Expr.Apply(var f, var _)
            ? Optional.of(f)
            : Optional.empty());
  }
}

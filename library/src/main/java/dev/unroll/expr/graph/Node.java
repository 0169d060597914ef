package dev.unroll.expr.graph;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import dev.unroll.expr.Size;
import java.util.List;

/// One value of the graph of a step. Operands are the numbers of earlier nodes in the same [Graph].
///
/// Every value is `[B, size]`; a value of [Size#ONE] is one number for each row and combines with a
/// vector of any size.
public sealed interface Node {

  /// The symbolic number of columns.
  Size size();

  /// The input `x`.
  record Input(Size size) implements Node {}

  /// A state before the step.
  record State(String name, Size size) implements Node {}

  /// A parameter vector, the same for all rows.
  record Parameter(String name, Size size) implements Node {}

  /// A number.
  record Constant(double value) implements Node {
    @Override
    public Size size() {
      return Size.ONE;
    }
  }

  /// The number of elements of a vector of size `of`.
  record Count(Size of) implements Node {
    @Override
    public Size size() {
      return Size.ONE;
    }
  }

  /// A mask drawn by the layer, the same at all steps of a sequence.
  record Mask(String name, Size size) implements Node {}

  /// A value given for each step and sample: a step mask, or a step number of size one.
  record Given(String name, Size size) implements Node {}

  /// `W a`
  record Product(String matrix, int operand, Size size) implements Node {}

  /// `Σ Wᵀ a` over the terms: the gradient of a vector that one or several matrices multiply.
  record TransposedProduct(List<Term> terms, Size size) implements Node {}

  /// `matrixᵀ · adjoint`
  record Term(String matrix, int adjoint) {}

  /// A function of each element.
  record Apply(Function function, int operand, Size size) implements Node {}

  /// Two values element by element; a value of size one is broadcast to the whole row.
  record Combine(Operator operator, int left, int right, Size size) implements Node {}

  /// The sum over each row.
  record Sum(int operand) implements Node {
    @Override
    public Size size() {
      return Size.ONE;
    }
  }

  /// One number for each row, broadcast to a vector; for a vector, a copy.
  record Spread(int operand, Size size) implements Node {}

  /// The gradient of the loss with respect to a value of this step, from outside: `dy`, or from the
  /// next step for a new state: `dh`.
  record Arriving(String of, Size size) implements Node {}

  /// Whether the value is computed element by element (or row by row) rather than read or
  /// multiplied.
  default boolean isElementwise() {
    return switch (this) {
      case Apply _, Combine _, Sum _, Spread _ -> true;
      case Input _, State _, Parameter _, Constant _, Count _, Mask _, Given _, Arriving _ -> false;
      case Product _, TransposedProduct _ -> false;
    };
  }

  /// The operands, by number.
  default List<Integer> operands() {
    return switch (this) {
      case Input _, State _, Parameter _, Constant _, Count _, Mask _, Given _, Arriving _ -> List.of();
      case Product p -> List.of(p.operand());
      case TransposedProduct p -> p.terms().stream().map(Term::adjoint).toList();
      case Apply a -> List.of(a.operand());
      case Combine c -> List.of(c.left(), c.right());
      case Sum s -> List.of(s.operand());
      case Spread s -> List.of(s.operand());
    };
  }
}

package dev.unroll.onnx.export;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What enters an activation of a recurrent node: `W x + R h + b + u`, for an LSTM also `p * c`.
///
/// @param input W
/// @param state R; what it multiplies is for the caller to say
/// @param biases at most two
/// @param peephole p; null for none
/// @param isNegated whether the node gets the negative of all of these
record GateTerms(Block input, Block state, List<String> biases, @Nullable String peephole,
    boolean isNegated) {

  /// Some columns of a matrix.
  record Block(String matrix, int from, int count) {}

  GateTerms negated() {
    return new GateTerms(input, state, biases, peephole, !isNegated);
  }

  /// Finds the parts of sums.
  ///
  /// @param shapes of the cell
  record Finder(Cell.Shapes shapes, Dimensions sizes) {

    /// The sum as a gate; null if it is none.
    ///
    /// @param isState whether R multiplies an expression
    /// @param isMemory whether p multiplies one
    @Nullable
    GateTerms of(Expr sum, Predicate<Expr> isState, Predicate<Expr> isMemory) {
      return of(terms(sum), isState, isMemory);
    }

    @Nullable
    GateTerms of(List<Expr> terms, Predicate<Expr> isState, Predicate<Expr> isMemory) {
      var inputs = new ArrayList<Block>();
      var states = new ArrayList<Block>();
      var biases = new ArrayList<String>();
      var peepholes = new ArrayList<String>();
      for (var term : terms) {
        switch (term) {
          case Expr.Product(var matrix, var operand) -> {
            var parts = operand instanceof Expr.Concatenation(var all) ? all : List.of(operand);
            var columns = Objects.requireNonNull(shapes.matrices().get(matrix)).columns();
            int from = 0;
            for (int i = 0; i < parts.size(); i++) {
              int count = sizes.of(columns.get(i));
              var part = parts.get(i);
              if (part instanceof Expr.Input) {
                inputs.add(new Block(matrix, from, count));
              } else if (isState.test(part)) {
                states.add(new Block(matrix, from, count));
              } else {
                return null;
              }
              from += count;
            }
          }
          case Expr.Vector(var bias) -> biases.add(bias);
          case Expr.Combine(var operator, var a, var b) when operator == Operator.MULTIPLY -> {
            if (a instanceof Expr.Vector(var p) && isMemory.test(b)) {
              peepholes.add(p);
            } else if (b instanceof Expr.Vector(var p) && isMemory.test(a)) {
              peepholes.add(p);
            } else {
              return null;
            }
          }
          default -> {
            return null;
          }
        }
      }
      boolean fits = inputs.size() == 1 && states.size() == 1 && biases.size() <= 2
          && peepholes.size() <= 1
          && biases.stream().allMatch(b -> Size.HIDDEN.equals(shapes.vectors().get(b)));
      return !fits ? null
          : new GateTerms(inputs.getFirst(), states.getFirst(), List.copyOf(biases),
              peepholes.isEmpty() ? null : peepholes.getFirst(), false);
    }
  }

  /// The terms of a sum.
  static List<Expr> terms(Expr sum) {
    return parts(sum, Operator.ADD);
  }

  /// The factors of a product element by element.
  static List<Expr> factors(Expr product) {
    return parts(product, Operator.MULTIPLY);
  }

  private static List<Expr> parts(Expr expr, Operator operator) {
    if (expr instanceof Expr.Combine(var found, var a, var b) && found == operator) {
      var all = new ArrayList<>(parts(a, operator));
      all.addAll(parts(b, operator));
      return all;
    }
    return List.of(expr);
  }
}

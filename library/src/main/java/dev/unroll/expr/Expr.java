package dev.unroll.expr;

import dev.unroll.expr.text.TextPrinter;
import java.util.List;
import java.util.function.UnaryOperator;

/// The right-hand side of an equation: an expression over the vectors of one time step.
///
/// Each value is a vector for each sample of the batch, or one number for each sample (a constant,
/// a mean, a variance), which combines with a vector of any size.
public sealed interface Expr {

  /// The input `x` of the step.
  record Input() implements Expr {}

  /// The state `name` as it was before the step: `h` in a cell file.
  record Previous(String name) implements Expr {}

  /// The value of an earlier equation of the step: `f`, or `c'` for the new value of state `c`.
  record Value(String name) implements Expr {}

  /// A parameter vector: bias, peephole, gain.
  record Vector(String name) implements Expr {}

  /// A number.
  record Constant(double value) implements Expr {}

  /// A random vector drawn by the layer, the same for all time steps: a dropout mask.
  /// Written `mask(name)`.
  record Mask(String name) implements Expr {}

  /// A vector that is given for each step and sample: zoneout, dropout per step.
  /// Written `stepmask(name)`.
  record StepMask(String name) implements Expr {}

  /// One number that is given for each step and sample: whether a step is padded.
  /// Written `stepnumber(name)`.
  record StepNumber(String name) implements Expr {}

  /// Vectors stacked, `[x; h]`: the operand of a matrix with a block of columns for each, allowed
  /// only there. The number 0 stands for a vector of zeros.
  record Concatenation(List<Expr> parts) implements Expr {
    /// Copies its list.
    public Concatenation {
      parts = List.copyOf(parts);
    }
  }

  /// The parameter matrix times a vector: `W x`, or times several vectors, `W [x; h]`.
  record Product(String matrix, Expr operand) implements Expr {}

  /// A function of each element: `tanh(a)`.
  record Apply(Function function, Expr operand) implements Expr {}

  /// Two values element by element: `a * b`.
  record Combine(Operator operator, Expr left, Expr right) implements Expr {}

  /// One number for each row: `mean(a)` or `var(a)`.
  record Reduce(Reduction reduction, Expr operand) implements Expr {}

  /// The same expression with other operands; itself if it has none.
  default Expr withOperands(UnaryOperator<Expr> change) {
    return switch (this) {
      case Product(var matrix, var operand) -> new Product(matrix, change.apply(operand));
      case Apply(var function, var operand) -> new Apply(function, change.apply(operand));
      case Reduce(var reduction, var operand) -> new Reduce(reduction, change.apply(operand));
      case Combine(var operator, var left, var right) ->
          new Combine(operator, change.apply(left), change.apply(right));
      case Concatenation(var parts) -> new Concatenation(parts.stream().map(change).toList());
      case Input _, Previous _, Value _, Vector _, Constant _, Mask _, StepMask _, StepNumber _ ->
          this;
    };
  }

  /// The text in a cell file: `f * c + i * g`.
  default String text() {
    return TextPrinter.print(this);
  }

  /// `x`, the input of the step.
  static Expr x() {
    return new Input();
  }

  /// `this + other`
  default Expr plus(Expr other) {
    return new Combine(Operator.ADD, this, other);
  }

  /// `this − other`
  default Expr minus(Expr other) {
    return new Combine(Operator.SUBTRACT, this, other);
  }

  /// `this ∘ other`, element by element.
  default Expr times(Expr other) {
    return new Combine(Operator.MULTIPLY, this, other);
  }

  /// `this / other`, element by element.
  default Expr over(Expr other) {
    return new Combine(Operator.DIVIDE, this, other);
  }

  /// Two vectors (or a vector and one number for each row) combined element by element.
  enum Operator {
    /// `a + b`
    ADD("+"),
    /// `a − b`
    SUBTRACT("-"),
    /// `a ∘ b`
    MULTIPLY("*"),
    /// `a / b`
    DIVIDE("/"),
    /// The smaller of both, written `min(a, b)`.
    MIN("min"),
    /// The larger of both, written `max(a, b)`.
    MAX("max");

    private final String symbol;

    Operator(String symbol) {
      this.symbol = symbol;
    }

    /// The operator as written in a cell file.
    public String symbol() {
      return symbol;
    }

    /// The operator in double precision: the definition every kernel is compared with.
    public double of(double a, double b) {
      return switch (this) {
        case ADD -> a + b;
        case SUBTRACT -> a - b;
        case MULTIPLY -> a * b;
        case DIVIDE -> a / b;
        case MIN -> Math.min(a, b);
        case MAX -> Math.max(a, b);
      };
    }
  }

  /// A reduction of a row to one number.
  enum Reduction {
    /// `mean(a) = Σ a / n`
    MEAN("mean"),
    /// `var(a) = Σ (a − mean(a))² / n`, the population variance, as used in layer normalization.
    VARIANCE("var"),
    /// `sum(a) = Σ a`
    SUM("sum");

    private final String symbol;

    Reduction(String symbol) {
      this.symbol = symbol;
    }

    /// The reduction as written in a cell file.
    public String symbol() {
      return symbol;
    }
  }
}

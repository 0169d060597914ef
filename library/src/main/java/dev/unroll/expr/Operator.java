package dev.unroll.expr;

/// Two vectors (or a vector and one number for each row) combined element by element.
public enum Operator {
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

  /// How the operator is written in a cell file.
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

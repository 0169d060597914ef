package dev.unroll.expr;

/// A row becomes one number.
public enum Reduction {
  /// `mean(a) = Σ a / n`
  MEAN("mean"),
  /// `var(a) = Σ (a − mean(a))² / n`, the population variance, as layer normalisation takes it.
  VARIANCE("var"),
  /// `sum(a) = Σ a`
  SUM("sum");

  private final String symbol;

  Reduction(String symbol) {
    this.symbol = symbol;
  }

  /// How the reduction is written in a cell file.
  public String symbol() {
    return symbol;
  }
}

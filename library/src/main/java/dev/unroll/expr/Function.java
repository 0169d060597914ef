package dev.unroll.expr;

import java.util.Locale;

/// A function applied to each element of a vector.
///
/// `STEP` (1 where the argument is above zero, else 0) and `SIGN` (−1, 0 or 1) are the derivatives
/// of `RELU` and `ABS`; they may be used in a cell as well; their own derivative is zero.
public enum Function {
  /// `σ(a) = 1 / (1 + exp(−a))`
  SIGMOID("σ"),
  /// `tanh(a)`
  TANH("tanh"),
  /// `max(a, 0)`
  RELU("relu"),
  /// `exp(a)`
  EXP("exp"),
  /// The natural logarithm.
  LOG("log"),
  /// `exp(a) − 1`, exact also where a is small.
  EXPM1("expm1"),
  /// `log(1 + a)`, exact also where a is small.
  LOG1P("log1p"),
  /// `log(1 + exp(a))`, a smooth `relu`, exact also where `exp(a)` is small or infinite.
  SOFTPLUS("softplus"),
  /// `log σ(a)` = `−softplus(−a)`
  LOGSIGMOID("logsigmoid"),
  /// The sine of a in radians.
  SIN("sin"),
  /// The cosine of a in radians.
  COS("cos"),
  /// The square root.
  SQRT("sqrt"),
  /// `|a|`
  ABS("abs"),
  /// `−a`
  NEGATE("−"),
  /// 1 where `a > 0`, else 0.
  STEP("step"),
  /// −1, 0 or 1.
  SIGN("sign"),
  /// `a`, or 0 where `|a| <` [#TINY]; its derivative is taken as 1.
  ///
  /// Processors are up to a hundred times slower on subnormal numbers, and vanishing gradients
  /// become subnormal. So every new state, every value that is multiplied by a matrix and every
  /// gradient that passes through one is flushed: the remaining values keep their products with
  /// weights above 2⁻²⁶ normal.
  FLUSH("flush");

  /// The magnitude below which [#FLUSH] gives zero: 2⁻¹⁰⁰, about 8e-31.
  public static final double TINY = 0x1p-100;

  private final String symbol;

  Function(String symbol) {
    this.symbol = symbol;
  }

  /// The function as written in a cell file: `σ`, `tanh`, …
  public String symbol() {
    return symbol;
  }

  /// The ASCII spelling: `sigmoid`, `tanh`, …
  public String ascii() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The function in double precision: the definition every kernel is compared with.
  public double of(double a) {
    return switch (this) {
      case SIGMOID -> 1 / (1 + Math.exp(-a));
      case TANH -> Math.tanh(a);
      case RELU -> a > 0 ? a : Double.isNaN(a) ? a : 0;
      case EXP -> Math.exp(a);
      case LOG -> Math.log(a);
      case EXPM1 -> Math.expm1(a);
      case LOG1P -> Math.log1p(a);
      case SOFTPLUS -> Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
      case LOGSIGMOID -> Math.min(a, 0) - Math.log1p(Math.exp(-Math.abs(a)));
      case SIN -> Math.sin(a);
      case COS -> Math.cos(a);
      case SQRT -> Math.sqrt(a);
      case ABS -> Math.abs(a);
      case NEGATE -> -a;
      case STEP -> a > 0 ? 1 : 0;
      case SIGN -> a > 0 ? 1 : a < 0 ? -1 : 0;
      case FLUSH -> Math.abs(a) < TINY ? 0 : a;
    };
  }
}

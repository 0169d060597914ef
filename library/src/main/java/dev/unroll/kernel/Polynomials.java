package dev.unroll.kernel;

/// The formulas of `exp`, `σ`, `tanh`, `log`, `sin`, `cos` and what is made of them, in single
/// precision, and their constants. Both
/// providers evaluate them operation by operation, with the same fused multiply-adds, so they give
/// the same bits. `lanewise(EXP)` of the Vector API would not: its bits depend on the machine.
///
/// A loop of them is the faster, the fewer operations wait for one another
/// (`docs/decisions/0010-functions-with-short-chains.md`). So q is split,
/// `q = (q₂ + q₃ r) + r² ((q₄ + q₅ r) + q₆ r²)`, the last digits of r join late, and arguments
/// beyond a limit are handled at the end.
///
/// The coefficients are minimax fits (Lawson's iteration) with respect to relative error, rounded
/// to `float` from the lowest upwards.
///
/// ```
/// exp    n = round(a / ln 2),  r = a − n ln 2,  p = r + r² q(r) = expm1(r),  exp(a) = 2ⁿ p + 2ⁿ
/// tanh   e = expm1(−2|x|) = 2ⁿ p + (2ⁿ − 1),  tanh(x) = ±|e / (2 + e)|
/// σ      e = exp(−|x|):  1 / (1 + e) where x ≥ 0, else e / (1 + e)
/// log    a = 2ⁿ (1 + f) with 1 + f in [√½, √2):  log a = n ln 2 + f − f²/2 + f³ p(f)
/// log1p  1 + a = 2ⁿ (1 + f) with f = 2⁻ⁿ a + (2⁻ⁿ − 1), then as log
/// expm1  2ⁿ p + (2ⁿ − 1)
/// softplus, logsigmoid   e = exp(−|x|):  max(x, 0) + log1p(e),  min(x, 0) − log1p(e)
/// sin, cos   n = round(|x| · 2/π),  r = |x| − n π/2,  ±sin r or ±cos r by the last bits of n
/// ```
///
/// `π/2` is the sum of three floats. The differences `|x| − n P₁`, exact, and `… − n P₂` and
/// `… − n P₃`, rounded once each, leave r with a relative error of about half an ulp up to
/// [#FULL_TURNS_HIGHEST], however near to a multiple of `π/2` the float lies. Beyond, both
/// providers take [StrictMath], element by element, whose reduction is good for every number; it
/// takes about a hundred times as long.
///
/// Errors against [StrictMath] in double: of `exp`, `log`, `tanh` and `σ` over all 2³² floats, of
/// the others over every float beyond ±2⁻³⁴ up to where the function is constant or its argument.
///
/// | | largest error | exact |
/// | --- | --- | --- |
/// | `exp` | 1.05 ulp | 0 below −103.97, ∞ above 88.72; subnormal results 0.75 ulp |
/// | `log` | 0.88 ulp | log 1 = 0, log 0 = −∞ |
/// | `tanh` | 2.50 ulp | ±1 beyond ±8.5, ±0 at ±0, odd |
/// | `expm1` | 1.61 ulp | −1 below −17.33, ∞ above 88.72; ±0 and subnormal arguments themselves |
/// | `log1p` | 1.48 ulp | −∞ at −1; ±0 and subnormal arguments themselves |
/// | `softplus` | 1.75 ulp | 0 below −103.97, x above 16.64 |
/// | `logsigmoid` | 1.75 ulp | 0 above 103.97, x below −16.64 |
/// | `sin` | 1.55 ulp | ±0 at ±0, odd, NaN at ±∞ |
/// | `cos` | 1.54 ulp | 1 at 0, even, NaN at ±∞ |
/// | `σ` | 2.41 ulp | 1 above 16.64, ½ at 0; 0 below −87.68, subnormal results are not kept |
///
/// NaN gives NaN; `log` of a number below 0 is NaN, `log1p` of one below −1.
public final class Polynomials {
  /// Adding this to a float below 2²² rounds it to an integer, which lies in the low bits of the
  /// sum.
  public static final float ROUND = 0x1.8p23f;

  /// The bits of [#ROUND].
  public static final int ROUND_BITS = 0x4b400000;

  public static final float LOG2_E = 0x1.715476p0f;

  /// The float that is nearest to ln 2.
  public static final float LN2 = 0x1.62e43p-1f;

  /// The difference of ln 2 and [#LN2].
  public static final float LN2_REST = -0x1.05c61p-29f;

  /// ln 2 with so few digits that its product with an exponent is exact.
  public static final float LN2_HIGH = 0x1.62e4p-1f;

  /// The difference of ln 2 and [#LN2_HIGH].
  public static final float LN2_LOW = 0x1.7f7d1cp-20f;

  /// Below, exp is zero: half the smallest subnormal is exp(−103.97…).
  public static final float EXP_LOWEST = -104;

  /// Above, exp is infinite: the largest float is exp(88.72…).
  public static final float EXP_HIGHEST = 89;

  /// Below, σ takes `exp(−|x|)` as zero: 2⁻¹²⁷ has no normal float.
  public static final float SIGMOID_LOWEST = -88;

  /// Below, `−|x|` gives tanh ±1: exp(−40) is far below half an ulp.
  public static final float TANH_LOWEST = -20;

  public static final float EXP_2 = 0x1.fffffep-2f;
  public static final float EXP_3 = 0x1.5554b4p-3f;
  public static final float EXP_4 = 0x1.5556f6p-5f;
  public static final float EXP_5 = 0x1.122534p-7f;
  public static final float EXP_6 = 0x1.6b9796p-10f;

  /// The bits of √½: subtracting them from the bits of a float leaves its exponent n in the upper
  /// 9.
  public static final int SQRT_HALF_BITS = 0x3f3504f3;

  public static final float SMALLEST_NORMAL = 0x1p-126f;

  public static final float LOG_3 = 0x1.555554p-2f;
  public static final float LOG_4 = -0x1.000226p-2f;
  public static final float LOG_5 = 0x1.99a01cp-3f;
  public static final float LOG_6 = -0x1.54728ap-3f;
  public static final float LOG_7 = 0x1.22d92ep-3f;
  public static final float LOG_8 = -0x1.0d8242p-3f;
  public static final float LOG_9 = 0x1.055ec6p-3f;
  public static final float LOG_10 = -0x1.38c9dep-4f;

  /// Below, expm1 is −1: exp(−20) is far below half an ulp.
  public static final float EXPM1_LOWEST = -20;

  /// Below this magnitude expm1 is its argument: a²/2 is at most a quarter of an ulp.
  public static final float EXPM1_SAME = 0x1p-25f;

  /// √2 − 1: above, 1 + e is halved before its logarithm.
  public static final float SQRT2_1 = 0x1.a8279ap-2f;

  /// Above this magnitude, sin and cos are those of [StrictMath].
  public static final float FULL_TURNS_HIGHEST = 0x1p17f;

  public static final float TWO_OVER_PI = 0x1.45f306p-1f;

  /// The float that is nearest to π/2.
  public static final float HALF_PI_1 = 0x1.921fb6p0f;

  /// The float that is nearest to the rest of π/2.
  public static final float HALF_PI_2 = -0x1.777a5cp-25f;

  /// The float that is nearest to the rest of that.
  public static final float HALF_PI_3 = -0x1.ee59dap-50f;

  public static final float SIN_3 = -0x1.555544p-3f;
  public static final float SIN_5 = 0x1.1106c6p-7f;
  public static final float SIN_7 = -0x1.991bf4p-13f;

  public static final float COS_4 = 0x1.55554ap-5f;
  public static final float COS_6 = -0x1.6c0c2p-10f;
  public static final float COS_8 = 0x1.99e41ep-16f;

  private Polynomials() {}
}

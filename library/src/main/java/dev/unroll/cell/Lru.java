package dev.unroll.cell;

import dev.unroll.expr.Cell;

/// The linear recurrent unit: a complex state for each unit, turned by an angle `exp(θ)` and shrunk
/// by `exp(−exp(ν))` at each step, in real numbers: a is its real part, b its imaginary one.
///
/// ```
/// x [B, F], a and b [B, H], Wa Wb D [H, F], Va Vb [H, H], ν θ γ [H]
/// ```
///
/// The input is scaled so that it gives a state of variance one at first; `exp(γ)` is learned. At
/// first the decay lies between 0.9 and 0.999 and the angle between 0.02 and 1.
///
/// Orvieto, Smith, Gu, Fernando, Gulcehre, Pascanu and De 2023, "Resurrecting recurrent neural
/// networks for long sequences", arXiv 2303.06349, section 3.
final class Lru {
  private Lru() {}

  /// The cell `lru`.
  static Cell cell() {
    return Cell.parse(
        "lru",
        """
        d  = exp(-exp(ν))
        p  = d * cos(exp(θ))
        q  = d * sin(exp(θ))
        s  = exp(γ) * sqrt(-expm1(-2 * exp(ν)))
        a' = p * a - q * b + s * (Wa x)
        b' = q * a + p * b + s * (Wb x)
        y  = Va a' - Vb b' + D x
        out y
        init ν = uniform(-6.9, -2.25)
        init θ = uniform(-4, 0)
        """);
  }
}

package dev.unroll.cell;

import dev.unroll.expr.Cell;

/// The closed-form continuous-time network: between two states that a backbone z proposes, it
/// interpolates by how much time has passed.
///
/// ```
/// x [B, F], h [B, H], Wz [H, F], Uz [H, H], V [H, H], b [H], τ [F]
/// ```
///
/// t is the time since the step before: 1, and what τ reads from x. Where x has the gap as a
/// column, τ is that column's indicator: set it, or have it learned.
///
/// Hasani, Lechner, Amini, Liebenwein, Ray, Tschaikowski, Teschl and Rus 2022, "Closed-form
/// continuous-time neural networks", Nature Machine Intelligence 4, arXiv 2106.13898, equation 2
/// with the gate of their code, `σ(a t + b)`.
final class Cfc {
  private Cfc() {}

  /// The cell `cfc`.
  static Cell cell() {
    return Cell.parse(
        "cfc",
        """
        t  = 1 + sum(τ * x)
        z  = tanh(Wz x + Uz h + bz)
        g  = tanh(Vg z + bg)
        n  = tanh(Vn z + bn)
        s  = σ(t * (Va z + ba) + Vb z + bb)
        h' = (1 - s) * g + s * n
        init τ = 0
        """);
  }
}

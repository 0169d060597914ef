package dev.unroll.cell;

import dev.unroll.expr.Cell;

/// The time mix of RWKV-4: an average of values v over all steps so far, weighted by `exp(k)`, that
/// decays by `exp(−exp(w))` a step, with a bonus u for the present one.
///
/// ```
/// x and p [B, F], a b m [B, H], Wr Wk Wv [H, F], V [H, H], μ [F], u w [H]
/// ```
///
/// p is the previous x, which each projection mixes with the present one. All numbers of a and b
/// are `exp(m)` times as large in the paper's equations. From the first step on the divisor is at
/// least 1; the maximum says so for any state.
///
/// Peng, Alcaide, Anthony and others 2023, "RWKV: reinventing RNNs for the transformer era",
/// arXiv 2305.13048, equations 11 to 17 and appendix D.
final class Rwkv4 {
  private Rwkv4() {}

  /// The cell `rwkv4`.
  static Cell cell() {
    return Cell.parse(
        "rwkv4",
        """
        r  = σ(Wr (μr * x + (1 - μr) * p))
        k  = Wk (μk * x + (1 - μk) * p)
        v  = Wv (μv * x + (1 - μv) * p)
        q  = max(m, u + k)
        e  = exp(m - q)
        g  = exp(u + k - q)
        y  = V (r * (e * a + g * v) / max(1, e * b + g))
        d  = m - exp(w)
        m' = max(d, k)
        a' = exp(d - m') * a + exp(k - m') * v
        b' = exp(d - m') * b + exp(k - m')
        p' = x
        out y
        start m = -1e38
        init μr = uniform(0, 1)
        init μk = uniform(0, 1)
        init μv = uniform(0, 1)
        init u = -1.2
        init w = uniform(-5, 3)
        """);
  }
}

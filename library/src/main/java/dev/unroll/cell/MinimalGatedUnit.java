package dev.unroll.cell;

import dev.unroll.expr.Cell;

/// The minimal gated unit: a GRU whose one gate both forgets and resets.
///
/// ```
/// x [B, F], h [B, H], Wf Wn [H, F], Uf Un [H, H], bf bn [H]
/// ```
///
/// Zhou, Wu, Zhang and Zhou 2016, "Minimal gated unit for recurrent neural networks",
/// arXiv 1603.09420.
final class MinimalGatedUnit {
  private MinimalGatedUnit() {}

  /// The cell `mgu`.
  static Cell cell() {
    return Cell.parse(
        "mgu",
        """
        f  = σ(Wf x + Uf h + bf)
        n  = tanh(Wn x + Un (f * h) + bn)
        h' = (1 - f) * h + f * n
        """);
  }
}

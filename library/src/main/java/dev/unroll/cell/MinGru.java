package dev.unroll.cell;

import dev.unroll.expr.Cell;

/// The minimal GRU: gate and candidate read the input alone, so there is no matrix product in the
/// time loop; units are mixed in the next layer.
///
/// ```
/// x [B, F], h [B, H], Wz Wn [H, F], bz bn [H]
/// ```
///
/// The candidate is `g(a)` of the paper's form for log space, positive: `a + ½` where `a ≥ 0`, else
/// `σ(a)`, which is the larger of both.
///
/// Feng, Tung, Ahmed, Bengio and Hajimirsadeghi 2024, "Were RNNs all we needed?", arXiv 2410.01201,
/// algorithm 5.
final class MinGru {
  private MinGru() {}

  /// The cell `mingru`.
  static Cell cell() {
    return Cell.parse(
        "mingru",
        """
        z  = σ(Wz x + bz)
        a  = Wn x + bn
        n  = max(a + 0.5, σ(a))
        h' = (1 - z) * h + z * n
        """);
  }
}

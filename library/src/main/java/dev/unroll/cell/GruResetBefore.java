package dev.unroll.cell;

import dev.unroll.expr.Cell;

/// Gated recurrent unit with the reset gate **before** the product, as in the papers; gates r z n.
/// `z` is the share of the *new* value, as in Chung et al. and opposite to Cho et al. and in [Gru].
///
/// ```
/// x [B, F], h [B, H], Wr Wz Wn [H, F], Ur Uz Un [H, H], br bz bn [H]
/// ```
///
/// `Un` waits for r, so a step needs two products one after the other.
///
/// Chung, Gulcehre, Cho and Bengio 2014, "Empirical evaluation of gated recurrent neural networks
/// on sequence modeling", arXiv 1412.3555: `h_t = (1 − z) h_{t−1} + z n` (equation 4). The unit is
/// that of Cho et al. 2014, arXiv 1406.1078, where z keeps the old state:
/// `h_t = z h_{t−1} + (1 − z) n` (equation 7).
final class GruResetBefore {
  private GruResetBefore() {}

  /// The cell `gru-reset-before`.
  static Cell cell() {
    return Cell.parse(
        "gru-reset-before",
        """
        r  = σ(Wr x + Ur h + br)
        z  = σ(Wz x + Uz h + bz)
        n  = tanh(Wn x + Un (r * h) + bn)
        h' = z * n + (1 - z) * h
        """);
  }
}

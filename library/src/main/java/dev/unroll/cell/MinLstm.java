package dev.unroll.cell;

import dev.unroll.expr.Cell;

/// The minimal LSTM: its gates read the input alone and are scaled to add up to one, so there is no
/// matrix product in the time loop.
///
/// ```
/// x [B, F], h [B, H], Wf Wi Wn [H, F], bf bi bn [H]
/// ```
///
/// `f / (f + i)` of two gates `σ(k)` and `σ(l)` is `σ(log σ(k) − log σ(l))`, which is finite where
/// both are zero. The candidate is positive, as that of [MinGru].
///
/// Feng, Tung, Ahmed, Bengio and Hajimirsadeghi 2024, "Were RNNs all we needed?", arXiv 2410.01201,
/// algorithm 7.
final class MinLstm {
  private MinLstm() {}

  /// The cell `minlstm`.
  static Cell cell() {
    return Cell.parse(
        "minlstm",
        """
        f  = σ(logsigmoid(Wf x + bf) - logsigmoid(Wi x + bi))
        a  = Wn x + bn
        n  = max(a + 0.5, σ(a))
        h' = f * h + (1 - f) * n
        """);
  }
}

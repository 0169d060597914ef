package dev.unroll.cell;

import dev.unroll.expr.Cell;

/// Gated recurrent unit with the reset gate **after** the product, as in cuDNN and libtorch; gates
/// r z n. `z` is the share of the old state that is kept.
///
/// ```
/// x [B, F], h [B, H], Wr Wz Wn [H, F], Ur Uz Un [H, H], br bz bn bu [H]
/// ```
///
/// The product with U does not wait for r, so one product a step is enough; `bu` is a bias of its
/// own because the reset gate multiplies it too. In the papers the reset gate is applied before the
/// product ([Cells#gruResetBefore]).
///
/// NVIDIA, cuDNN, `CUDNN_GRU`; PyTorch, `torch.nn.GRU`; after Cho et al. 2014, arXiv 1406.1078,
/// where z keeps the old state as well (equation 7); in Chung et al. 2014, arXiv 1412.3555, it
/// weights the new one.
public final class Gru {
  private Gru() {}

  /// The cell `gru`.
  public static Cell cell() {
    return Cell.parse(
        "gru",
        """
        r  = σ(Wr x + Ur h + br)
        z  = σ(Wz x + Uz h + bz)
        n  = tanh(Wn x + bn + r * (Un h + bu))
        h' = (1 - z) * n + z * h
        """);
  }
}

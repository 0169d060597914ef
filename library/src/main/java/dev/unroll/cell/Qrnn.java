package dev.unroll.cell;

import dev.unroll.expr.Cell;

/// The quasi-recurrent network: convolutions over two steps, and a memory that only gates move on
/// (fo-pooling), so there is no matrix product in the time loop.
///
/// ```
/// x [B, F], c h pz pf po [B, H], W V [H, F], b [H]
/// ```
///
/// In the paper V multiplies the previous x, zero before the first step; here pz, pf and po carry
/// the products over.
///
/// Bradbury, Merity, Xiong and Socher 2016, "Quasi-recurrent neural networks", arXiv 1611.01576,
/// equations 1 to 4.
final class Qrnn {
  private Qrnn() {}

  /// The cell `qrnn`.
  static Cell cell() {
    return Cell.parse(
        "qrnn",
        """
        z   = tanh(Wz x + pz + bz)
        f   = σ(Wf x + pf + bf)
        o   = σ(Wo x + po + bo)
        c'  = f * c + (1 - f) * z
        h   = o * c'
        pz' = Vz x
        pf' = Vf x
        po' = Vo x
        out h
        """);
  }
}

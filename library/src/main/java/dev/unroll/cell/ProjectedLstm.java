package dev.unroll.cell;

import dev.unroll.expr.Cell;

/// LSTM with a projection: many memory cells, H, and a short output, P, so that U is small.
///
/// ```
/// x [B, F], h [B, P], c [B, H], Wi … Wo [H, F], Ui … Uo [H, P], V [P, H], bi … bo [H]
/// ```
///
/// Sak, Senior and Beaufays 2014, "Long short-term memory based recurrent neural network
/// architectures for large vocabulary speech recognition", arXiv 1402.1128.
final class ProjectedLstm {
  private ProjectedLstm() {}

  /// The cell `lstm-projected`; it needs the size `P`.
  static Cell cell() {
    return Cell.parse(
        "lstm-projected",
        """
        i  = σ(Wi x + Ui h + bi)
        f  = σ(Wf x + Uf h + bf)
        g  = tanh(Wg x + Ug h + bg)
        o  = σ(Wo x + Uo h + bo)
        c' = f * c + i * g
        h' = V (o * tanh(c'))
        size h = P
        init bf = 1
        """);
  }
}

package dev.unroll.cell;

import dev.unroll.expr.Cell;

/// LSTM with peepholes: the gates read the memory cell of their own unit, i and f the old one, o
/// the new one.
///
/// ```
/// x [B, F], h and c [B, H], W [H, F], U [H, H], b and p [H]
/// ```
///
/// The peephole weights are initialized to zero, where the cell equals [Lstm].
///
/// Gers and Schmidhuber, "Recurrent nets that time and count", IJCNN 2000; Gers, Schraudolph and
/// Schmidhuber, "Learning precise timing with LSTM recurrent networks", JMLR 3 (2002), 115–143.
final class PeepholeLstm {
  private PeepholeLstm() {}

  /// The cell `lstm-peephole`.
  static Cell cell() {
    return Cell.parse(
        "lstm-peephole",
        """
        i  = σ(Wi x + Ui h + p_i * c + bi)
        f  = σ(Wf x + Uf h + p_f * c + bf)
        g  = tanh(Wg x + Ug h + bg)
        c' = f * c + i * g
        o  = σ(Wo x + Uo h + p_o * c' + bo)
        h' = o * tanh(c')
        init bf = 1
        init p_i = 0
        init p_f = 0
        init p_o = 0
        """);
  }
}

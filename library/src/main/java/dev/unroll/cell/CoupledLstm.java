package dev.unroll.cell;

import dev.unroll.expr.Cell;

/// LSTM with input and forget gate coupled, `f = 1 − i`: new content replaces what is forgotten.
///
/// ```
/// x [B, F], h and c [B, H], Wi Wg Wo [H, F], Ui Ug Uo [H, H], bi bg bo [H]
/// ```
///
/// The bias of i starts at −1, so that at first it keeps as much as with a forget bias of one.
///
/// Greff, Srivastava, Koutník, Steunebrink and Schmidhuber 2015, "LSTM: a search space odyssey",
/// arXiv 1503.04069 (the variant CIFG).
final class CoupledLstm {
  private CoupledLstm() {}

  /// The cell `lstm-coupled`.
  static Cell cell() {
    return Cell.parse(
        "lstm-coupled",
        """
        i  = σ(Wi x + Ui h + bi)
        f  = 1 - i
        g  = tanh(Wg x + Ug h + bg)
        o  = σ(Wo x + Uo h + bo)
        c' = f * c + i * g
        h' = o * tanh(c')
        init bi = -1
        """);
  }
}

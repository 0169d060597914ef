package dev.unroll.cell;

import dev.unroll.expr.Cell;

/// Long short-term memory, with a forget gate, as in libtorch and most other libraries; gates i f g
/// o.
///
/// ```
/// x [B, F], h and c [B, H], Wi … Wo [H, F], Ui … Uo [H, H], bi … bo [H]
/// ```
///
/// Hochreiter and Schmidhuber, "Long short-term memory", Neural Computation 9 (1997), 1735–1780;
/// the forget gate: Gers, Schmidhuber and Cummins, "Learning to forget", Neural Computation 12
/// (2000), 2451–2471; its bias of one: Jozefowicz, Zaremba and Sutskever, "An empirical exploration
/// of recurrent network architectures", ICML 2015.
public final class Lstm {
  private Lstm() {}

  /// The cell `lstm`.
  public static Cell cell() {
    return Cell.parse(
        "lstm",
        """
        i  = σ(Wi x + Ui h + bi)
        f  = σ(Wf x + Uf h + bf)
        g  = tanh(Wg x + Ug h + bg)
        o  = σ(Wo x + Uo h + bo)
        c' = f * c + i * g
        h' = o * tanh(c')
        init bf = 1
        """);
  }
}

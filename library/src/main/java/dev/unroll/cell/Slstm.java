package dev.unroll.cell;

import dev.unroll.expr.Cell;

/// The LSTM with exponential gates, a normalizer n and a stabilizer m.
///
/// ```
/// x [B, F], h c n m [B, H], W [H, F], R [H, H], b [H]
/// ```
///
/// All numbers of c and n are `exp(m)` times as large in the paper's equations; m keeps the largest
/// gate at 1. From the first step on `n ≥ 1`; the maximum says so for any state.
///
/// The paper divides the units into heads that see the states of their own head alone:
/// `Cells.sLstm().heads(4)`, on the command line `slstm:4`.
///
/// Beck, Pöppel, Spanring, Auer, Prudnikova, Kopp, Klambauer, Brandstetter and Hochreiter 2024,
/// "xLSTM: extended long short-term memory", arXiv 2405.04517, equations 8 to 17.
final class Slstm {
  private Slstm() {}

  /// The cell `slstm`.
  static Cell cell() {
    return Cell.parse(
        "slstm",
        """
        i  = Wi x + Ri h + bi
        f  = logsigmoid(Wf x + Rf h + bf) + m
        z  = tanh(Wz x + Rz h + bz)
        o  = σ(Wo x + Ro h + bo)
        m' = max(f, i)
        c' = exp(f - m') * c + exp(i - m') * z
        n' = exp(f - m') * n + exp(i - m')
        h' = o * c' / max(1, n')
        start m = -1e38
        init bf = 1
        """);
  }
}

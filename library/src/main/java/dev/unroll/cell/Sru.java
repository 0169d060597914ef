package dev.unroll.cell;

import dev.unroll.expr.Cell;

/// The simple recurrent unit: gates read the input and the memory of their own unit, and a highway
/// passes the input by.
///
/// ```
/// x [B, F], c and h [B, H], Wn Wf Wr Wh [H, F], vf vr bf br [H]
/// ```
///
/// `Wh x` stands for x where the highway needs another size, as in the paper's code.
///
/// Lei, Zhang, Wang, Dai and Artzi 2018, "Simple recurrent units for highly parallelizable
/// recurrence", arXiv 1709.02755, equations 1 to 4.
final class Sru {
  private Sru() {}

  /// The cell `sru`.
  static Cell cell() {
    return Cell.parse(
        "sru",
        """
        f  = σ(Wf x + vf * c + bf)
        r  = σ(Wr x + vr * c + br)
        c' = f * c + (1 - f) * (Wn x)
        h  = r * c' + (1 - r) * (Wh x)
        out h
        init vf = uniform(-1.2, 1.2)
        init vr = uniform(-1.2, 1.2)
        """);
  }
}

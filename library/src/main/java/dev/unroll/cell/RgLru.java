package dev.unroll.cell;

import dev.unroll.expr.Cell;

/// The real-gated linear recurrent unit: a decay for each unit, `a = σ(Λ)` to the power of eight
/// times a gate, and an input scaled so that a state of variance one keeps it.
///
/// ```
/// x [B, F], v and h [B, H], V [H, F], Wr Wi [H, H], br bi Λ [H]
/// ```
///
/// V is the linear layer in front of the unit in the paper's block. `1 − a²` is taken from the
/// logarithm of a, so that it is exact for memories of any length. Where a gate closes, a comes to
/// one, and the root of `1 − a²` would have an infinite derivative: below 1e-6, memories of two
/// million steps, it is constant. The authors' program (recurrentgemma) bounds that derivative too,
/// by a rule of its own for the backward pass; this is a value, whose derivative is at most 500. At
/// first `a⁸` lies between 0.9 and 0.999.
///
/// In the paper's models Wr and Wi are block-diagonal: `Cells.rgLru().heads(16)`, on the command
/// line `rg-lru:16`.
///
/// De, Smith, Fernando and others 2024, "Griffin: mixing gated linear recurrences with local
/// attention for efficient language models", arXiv 2402.19427, equations 1 to 4.
final class RgLru {
  /// What a row of `docs/results/linear-recurrences.md` says.
  static final String ADVICE =
      "wants a larger learning rate than an LSTM: --lr 0.02 instead of 0.004"
          + " (docs/results/linear-recurrences.md)";

  private RgLru() {}

  /// The cell `rg-lru`.
  static Cell cell() {
    return Cell.parse(
        "rg-lru",
        """
        v  = V x
        r  = σ(Wr v + br)
        i  = σ(Wi v + bi)
        l  = 8 * r * logsigmoid(Λ)
        h' = exp(l) * h + sqrt(max(1e-6, -expm1(2 * l))) * (i * v)
        init Λ = uniform(4.32, 8.99)
        """);
  }
}

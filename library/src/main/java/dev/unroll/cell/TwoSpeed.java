package dev.unroll.cell;

import dev.unroll.expr.Cell;

/// An example of a custom cell: a simple recurrent network with a second, slow memory s that
/// follows h, each unit at a learned rate of its own.
///
/// ```
/// x [B, F], h and s [B, H], W [H, F], U V [H, H], p b [H]
/// ```
///
/// `a` is the share of s that is kept, at first `σ(2) = 0.88`, a memory of about eight steps. Not
/// published; leaky units: Jaeger, Lukoševičius, Popovici and Siewert, "Optimization and
/// applications of echo state networks with leaky-integrator neurons", Neural Networks 20 (2007),
/// 335–352.
final class TwoSpeed {
  private TwoSpeed() {}

  /// The cell `two-speed`.
  static Cell cell() {
    return Cell.parse(
        "two-speed",
        """
        a  = σ(p)
        s' = a * s + (1 - a) * h
        h' = tanh(W x + U h + V s' + b)
        init p = 2
        """);
  }
}

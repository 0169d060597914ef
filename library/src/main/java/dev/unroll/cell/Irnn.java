package dev.unroll.cell;

import dev.unroll.expr.Cell;

/// The simple recurrent network with rectified units initialized to copy its state: U is the
/// identity, W is small.
///
/// ```
/// h' = relu(W x + U h + b)     x [B, F], h [B, H], W [H, F], U [H, H], b [H]
/// ```
///
/// Le, Jaitly and Hinton 2015, "A simple way to initialize recurrent networks of rectified linear
/// units", arXiv 1504.00941.
final class Irnn {
  private Irnn() {}

  /// The cell `irnn`.
  static Cell cell() {
    return Cell.parse(
        "irnn",
        """
        h' = relu(W x + U h + b)
        init W = normal(0.001)
        init U = identity
        """);
  }
}

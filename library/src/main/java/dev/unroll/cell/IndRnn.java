package dev.unroll.cell;

import dev.unroll.expr.Cell;

/// The independently recurrent network: each unit reads only its own state, so there is no matrix
/// product in the time loop; units are mixed in the next layer.
///
/// ```
/// h' = relu(W x + u ∘ h + b)     x [B, F], h [B, H], W [H, F], u and b [H]
/// ```
///
/// Li, Li, Cook, Zhu and Gao 2018, "Independently recurrent neural network (IndRNN): building a
/// longer and deeper RNN", arXiv 1803.04831.
final class IndRnn {
  private IndRnn() {}

  /// The cell `indrnn`.
  static Cell cell() {
    return Cell.parse(
        "indrnn",
        """
        h' = relu(W x + u * h + b)
        init u = uniform(0, 1)
        """);
  }
}

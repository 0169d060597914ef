package dev.unroll.kernel.plan;

import java.util.List;

/// Matrices with the same number of columns, stored one under another: `W [G·H, F]`.
public record Stack(List<String> matrices) {

  /// Copies its list.
  public Stack {
    matrices = List.copyOf(matrices);
  }

  @Override
  public String toString() {
    return "[" + String.join(";", matrices) + "]";
  }
}

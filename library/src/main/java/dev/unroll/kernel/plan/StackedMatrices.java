package dev.unroll.kernel.plan;

import java.util.List;

/// Matrices with the same number of columns, stored one under another: `W [G·H, F]`. They may be
/// the same block of columns of each matrix, `Wf[1]` of `Wf [x; h]`.
public record StackedMatrices(List<String> matrices) {

  /// Copies its list.
  public StackedMatrices {
    matrices = List.copyOf(matrices);
  }

  @Override
  public String toString() {
    return "[" + String.join(";", matrices) + "]";
  }
}

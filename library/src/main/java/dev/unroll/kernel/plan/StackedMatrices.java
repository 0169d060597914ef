package dev.unroll.kernel.plan;

import java.util.List;

/// Matrices with the same number of columns, stored one under another: `W [G·H, F]`. They may be
/// the same block of columns of each matrix, `Wf[1]` of `Wf [x; h]`.
///
/// @param heads the number of blocks on the diagonal of each matrix; 1 for full ones
public record StackedMatrices(List<String> matrices, int heads) {

  /// Copies its list.
  public StackedMatrices {
    matrices = List.copyOf(matrices);
  }

  /// Full matrices.
  public StackedMatrices(List<String> matrices) {
    this(matrices, 1);
  }

  @Override
  public String toString() {
    return "[" + String.join(";", matrices) + (heads == 1 ? "]" : "]/" + heads);
  }
}

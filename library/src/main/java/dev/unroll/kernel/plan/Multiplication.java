package dev.unroll.kernel.plan;

import dev.unroll.kernel.plan.NodeSchedule.Phase;
import java.util.List;

/// A product of the plan and when it is computed.
///
/// @param sums the nodes of the sums with other products that it computes as well ([AddedProducts])
record Multiplication(Phase phase, int level, Stage.Multiply stage, List<Integer> sums) {

  /// Copies its list.
  Multiplication {
    sums = List.copyOf(sums);
  }

  /// A product that computes no sums.
  Multiplication(Phase phase, int level, Stage.Multiply stage) {
    this(phase, level, stage, List.of());
  }
}

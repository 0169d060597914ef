package dev.unroll.kernel.plan;

import dev.unroll.expr.Size;
import dev.unroll.expr.graph.Graph;
import dev.unroll.expr.graph.Node;
import java.util.BitSet;

/// Finds what depends on parameter vectors alone, such as the decay `exp(-exp(ν))` of a linear
/// recurrent unit. It is the same at all steps, so it is computed once a pass: for the functions
/// that take long, and what they need. Arithmetic with their results is left where it is used, as
/// it is cheaper than memory.
final class Constants {
  private Constants() {}

  /// @param own the nodes of the pass
  /// @param stored the nodes that need a row for each step: new states, operands of products,
  ///     outputs, traced values
  static BitSet of(Graph graph, BitSet own, BitSet stored) {
    var constant = new BitSet();
    for (int n = 0; n < graph.size(); n++) {
      var node = graph.node(n);
      boolean vector = !node.size().equals(Size.ONE);
      if (node instanceof Node.Parameter
          || vector && own.get(n) && node.isElementwise() && !stored.get(n)
              && node.operands().stream().allMatch(o -> constant.get(o) || isNumber(graph, o))) {
        constant.set(n);
      }
    }
    var needed = new BitSet();
    for (int n = graph.size() - 1; n >= 0; n--) {
      if (constant.get(n) && own.get(n) && (needed.get(n) || Kept.isDear(graph.node(n)))) {
        needed.set(n);
        graph.node(n).operands().forEach(needed::set);
      }
    }
    needed.and(own);
    needed.and(constant);
    return needed;
  }

  private static boolean isNumber(Graph graph, int n) {
    return graph.node(n) instanceof Node.Constant || graph.node(n) instanceof Node.Count;
  }
}

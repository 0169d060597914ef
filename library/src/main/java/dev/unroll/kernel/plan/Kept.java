package dev.unroll.kernel.plan;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.graph.GradientGraph;
import dev.unroll.expr.graph.Node;
import java.util.BitSet;

/// Chooses the forward values that the backward pass keeps: the functions and products that it
/// needs, and the cheap arithmetic that cannot be recomputed from kept values.
final class Kept {
  private Kept() {}

  /// @param live the live nodes of the gradient graph
  /// @param there values that have a place for every step anyway: states, outputs, operands of
  ///     products
  static BitSet of(GradientGraph gradient, BitSet live, BitSet there) {
    var graph = gradient.graph();
    int forward = gradient.step().graph().size();
    var needed = new BitSet();
    live.stream().filter(n -> n >= forward)
        .flatMap(n -> graph.node(n).operands().stream().mapToInt(o -> o))
        .filter(o -> o < forward && !isLeaf(graph.node(o)))
        .forEach(needed::set);
    var kept = new BitSet();
    var readable = new BitSet();
    for (int n = 0; n < forward; n++) {
      var node = graph.node(n);
      boolean repeated = isCheap(node) && node.operands().stream().allMatch(readable::get);
      if (needed.get(n) && !repeated) {
        kept.set(n);
      }
      if (isLeaf(node) || there.get(n) || kept.get(n) || repeated) {
        readable.set(n);
      }
    }
    return kept;
  }

  private static boolean isLeaf(Node node) {
    return node.operands().isEmpty();
  }

  /// Whether it is a function that takes long.
  static boolean isDear(Node node) {
    return node instanceof Node.Apply && !isCheap(node);
  }

  private static boolean isCheap(Node node) {
    return switch (node) {
      case Node.Combine c -> c.operator() != Operator.DIVIDE;
      case Node.Apply a -> switch (a.function()) {
        case RELU, ABS, NEGATE, STEP, SIGN, FLUSH -> true;
        case SIGMOID, TANH, EXP, LOG, EXPM1, LOG1P, SOFTPLUS, LOGSIGMOID, SIN, COS, SQRT -> false;
      };
      case Node.Spread _ -> true;
      default -> false;
    };
  }
}

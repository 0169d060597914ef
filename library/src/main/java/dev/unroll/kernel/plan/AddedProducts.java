package dev.unroll.kernel.plan;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.graph.Graph;
import dev.unroll.expr.graph.Node;
import dev.unroll.kernel.plan.NodeSchedule.Phase;
import dev.unroll.kernel.plan.Planner.Group;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// Products that are accumulated onto others: for `W x + U h` the loop adds `U h` to the result of
/// `W x` in memory. So the sum is not elementwise work, and there is no second buffer to write and
/// read.
///
/// A group of products in the loop is added to one before it of as many products, if each is used
/// in a sum with its counterpart alone, and so is the counterpart.
final class AddedProducts {
  /// The group that another one is added to.
  ///
  /// @param base the group whose results are computed before
  /// @param sums for each product the node of its sum with the base's
  record Addition(Group base, List<Integer> sums) {}

  private final Graph graph;
  private final List<Group> groups;
  private final IntPredicate wanted;
  private final Map<Integer, List<Integer>> users = new HashMap<>();

  private AddedProducts(Graph graph, BitSet live, List<Group> groups, IntPredicate wanted) {
    this.graph = graph;
    this.groups = groups;
    this.wanted = wanted;
    live.stream().forEach(n -> graph.node(n).operands()
        .forEach(o -> users.computeIfAbsent(o, _ -> new ArrayList<>()).add(n)));
  }

  /// Finds the groups that are added to others.
  ///
  /// @param graph the forward pass, with the backward pass if there is one
  /// @param live its nodes that are needed
  /// @param wanted which nodes are results, or have a place of their own
  static Map<Group, Addition> of(Graph graph, BitSet live, List<Group> groups,
      IntPredicate wanted) {
    var added = new AddedProducts(graph, live, groups, wanted);
    var additions = new LinkedHashMap<Group, Addition>();
    for (var group : groups) {
      var addition = group.phase() == Phase.LOOP ? added.addition(group) : null;
      if (addition != null) {
        additions.put(group, addition);
      }
    }
    return additions;
  }

  private @Nullable Addition addition(Group group) {
    var sums = new ArrayList<Integer>();
    var counterparts = new ArrayList<Integer>();
    for (int product : group.products()) {
      var sum = sum(product);
      if (sum == null || wanted.test(sum)) {
        return null;
      }
      sums.add(sum);
      var operands = graph.node(sum).operands();
      counterparts.add(operands.getFirst() == product ? operands.getLast() : operands.getFirst());
    }
    return groups.stream()
        .filter(base -> base.phase() == Phase.BEFORE && base.products().equals(counterparts))
        .filter(base -> base.products().stream().map(this::sum).toList().equals(sums))
        .map(base -> new Addition(base, sums)).findFirst().orElse(null);
  }

  /// The sum of two terms that is the only use of a product, and of the same size.
  private @Nullable Integer sum(int product) {
    var its = users.getOrDefault(product, List.of());
    return !wanted.test(product) && its.size() == 1
        && graph.node(its.getFirst()) instanceof Node.Combine(var op, int a, int b, var size)
        && op == Operator.ADD && a != b && size.equals(graph.node(product).size())
            ? its.getFirst()
            : null;
  }
}

package dev.unroll.kernel.plan;

import dev.unroll.expr.graph.Graph;
import dev.unroll.expr.graph.Node;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// Schedules the nodes of a pass: once for all steps, for all steps before the loop, in each step,
/// or for all steps after the loop; and their order within a phase.
///
/// In a phase, level −1 holds the products of values that exist already; then follow, level by
/// level, the elementwise work and the products that need it.
final class NodeSchedule {
  enum Phase {
    ONCE, BEFORE, LOOP, AFTER
  }

  private final Graph graph;
  private final BitSet own;
  private final @Nullable Phase[] phases;
  private final int[] levels;

  /// @param own the nodes of the pass: products and elementwise values
  /// @param arrives whether a leaf carries a value from the adjacent step
  /// @param leaves the nodes that are carried to the next step of the pass
  /// @param once the nodes that are the same at all steps
  NodeSchedule(Graph graph, BitSet own, IntPredicate arrives, BitSet leaves, BitSet once) {
    this.graph = graph;
    this.own = own;
    phases = new @Nullable Phase[graph.size()];
    levels = new int[graph.size()];
    classify(arrives, leaves);
    once.stream().forEach(n -> phases[n] = Phase.ONCE);
    if (own.stream().anyMatch(n -> phases[n] == Phase.LOOP)) {
      sinkIntoLoop();
      hoistIntoLoop();
      // What is used only by work that came into the loop comes along.
      sinkIntoLoop();
    }
    own.stream().forEach(n -> levels[n] = level(n));
    delay();
  }

  boolean has(int node) {
    return own.get(node);
  }

  BitSet nodes() {
    return own;
  }

  Phase phase(int node) {
    var phase = phases[node];
    if (phase == null) {
      throw new IllegalStateException("node " + node + " is not of this pass");
    }
    return phase;
  }

  int level(Phase phase, int node) {
    return phases[node] == phase ? levels[node] : -1;
  }

  /// The highest level in a phase, −2 if it is empty.
  int lastLevel(Phase phase) {
    return own.stream().filter(n -> phases[n] == phase).map(n -> levels[n]).max().orElse(-2);
  }

  private void classify(IntPredicate arrives, BitSet leaves) {
    var depends = new BitSet();
    for (int n = 0; n < graph.size(); n++) {
      var node = graph.node(n);
      if (arrives.test(n) || node.operands().stream().anyMatch(depends::get)) {
        depends.set(n);
      }
    }
    var needed = (BitSet) leaves.clone();
    for (int n = graph.size() - 1; n >= 0; n--) {
      if (needed.get(n)) {
        graph.node(n).operands().forEach(needed::set);
      }
    }
    own.stream().forEach(n -> phases[n] =
        depends.get(n) ? needed.get(n) ? Phase.LOOP : Phase.AFTER : Phase.BEFORE);
  }

  /// Sinks elementwise work that only the loop uses into it: that saves a round trip through
  /// memory.
  private void sinkIntoLoop() {
    for (int n = graph.size() - 1; n >= 0; n--) {
      if (phases[n] == Phase.BEFORE && graph.node(n).isElementwise()) {
        int number = n;
        var users = own.stream()
            .filter(u -> graph.node(u).operands().contains(number)).boxed().toList();
        boolean onlyLoop = users.stream()
            .allMatch(u -> phases[u] == Phase.LOOP && graph.node(u).isElementwise());
        if (!users.isEmpty() && onlyLoop) {
          phases[n] = Phase.LOOP;
        }
      }
    }
  }

  /// Moves elementwise work from after the loop into it, while its operands are in the cache.
  private void hoistIntoLoop() {
    for (int n = 0; n < graph.size(); n++) {
      if (phases[n] == Phase.AFTER && graph.node(n).isElementwise()
          && graph.node(n).operands().stream().allMatch(o -> phases[o] != Phase.AFTER)) {
        phases[n] = Phase.LOOP;
      }
    }
  }

  /// Delays elementwise work to the level that first uses it, as it would be in memory until then;
  /// but not if another elementwise value would have to be there in its place.
  private void delay() {
    var staying = new BitSet();
    int[] latest;
    int stayed;
    do {
      stayed = staying.cardinality();
      latest = latest(staying);
      for (int n = own.nextSetBit(0); n >= 0; n = own.nextSetBit(n + 1)) {
        if (latest[n] > levels[n] && carries(n, latest)) {
          staying.set(n);
        }
      }
    } while (staying.cardinality() > stayed);
    System.arraycopy(latest, 0, levels, 0, levels.length);
  }

  private boolean carries(int n, int[] latest) {
    return graph.node(n).operands().stream().anyMatch(
        o -> isBeside(o, n) && graph.node(o).isElementwise() && latest[o] < latest[n]);
  }

  /// The latest level of each node that is early enough for all its uses.
  private int[] latest(BitSet staying) {
    var latest = new int[levels.length];
    Arrays.fill(latest, Integer.MAX_VALUE);
    for (int n = own.length() - 1; n >= 0; n--) {
      if (own.get(n)) {
        boolean waits = graph.node(n).isElementwise() && !staying.get(n);
        latest[n] = waits && latest[n] < Integer.MAX_VALUE ? latest[n] : levels[n];
        for (int o : graph.node(n).operands()) {
          latest[o] = Math.min(latest[o], isBeside(o, n) ? latest[n] : levels[o]);
        }
      }
    }
    return latest;
  }

  /// Whether a node is of this pass, and of the same phase as another.
  private boolean isBeside(int node, int other) {
    return own.get(node) && phases[node] == phases[other];
  }

  private int level(int n) {
    var node = graph.node(n);
    int level = node.isElementwise() ? 0 : -1;
    for (int operand : node.operands()) {
      if (own.get(operand) && phases[operand] == phases[n]) {
        boolean product = !(graph.node(operand).isElementwise());
        level = Math.max(level, levels[operand] + (product ? 1 : 0));
      }
    }
    return level;
  }

  /// The live nodes that a pass computes: all but leaves.
  static BitSet computed(Graph graph, BitSet live, int from) {
    var own = new BitSet();
    live.stream().filter(n -> n >= from).filter(n -> switch (graph.node(n)) {
      case Node.Product _, Node.TransposedProduct _ -> true;
      case Node other -> other.isElementwise();
    }).forEach(own::set);
    return own;
  }

  /// The nodes that the roots depend on, including the roots.
  static BitSet live(Graph graph, BitSet roots) {
    var live = (BitSet) roots.clone();
    for (int n = graph.size() - 1; n >= 0; n--) {
      if (live.get(n)) {
        graph.node(n).operands().forEach(live::set);
      }
    }
    return live;
  }
}

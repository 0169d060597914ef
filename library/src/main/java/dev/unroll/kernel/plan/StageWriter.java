package dev.unroll.kernel.plan;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.graph.Graph;
import dev.unroll.expr.graph.Node;
import dev.unroll.kernel.plan.NodeSchedule.Phase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Writes the stages of a pass in order: level by level the elementwise work, then the products.
final class StageWriter {
  private final Graph graph;
  private final NodeSchedule schedule;
  private final ValuePlaces places;
  private final List<Multiplication> products;

  /// The sums that products compute.
  private final Set<Integer> added = new HashSet<>();

  StageWriter(Graph graph, NodeSchedule schedule, ValuePlaces places,
      List<Multiplication> products) {
    this.graph = graph;
    this.schedule = schedule;
    this.places = places;
    this.products = products;
    products.forEach(p -> added.addAll(p.sums()));
  }

  Pass pass() {
    return new Pass(stages(Phase.ONCE), stages(Phase.BEFORE), stages(Phase.LOOP),
        stages(Phase.AFTER));
  }

  private List<Stage> stages(Phase phase) {
    var stages = new ArrayList<Stage>();
    for (int level = -1; level <= schedule.lastLevel(phase); level++) {
      var rows = new Program().rows(phase, level);
      if (!rows.instructions().isEmpty()) {
        stages.add(rows);
      }
      for (var product : products) {
        if (product.phase() == phase && product.level() == level) {
          stages.add(product.stage());
        }
      }
    }
    return stages;
  }

  /// The elementwise work of one level.
  private final class Program {
    private final List<Instruction> instructions = new ArrayList<>();
    private final List<Integer> equations = new ArrayList<>();
    private final Map<Integer, Slot> known = new HashMap<>();
    private final Map<Place, Place> summed = new LinkedHashMap<>();
    private int registers;

    Stage.Rows rows(Phase phase, int level) {
      schedule.nodes().stream()
          .filter(n -> graph.node(n).isElementwise() && !added.contains(n))
          .filter(n -> schedule.phase(n) == phase && schedule.level(phase, n) == level)
          .forEach(this::compute);
      return new Stage.Rows(instructions, equations, summed);
    }

    private Slot compute(int n) {
      var node = graph.node(n);
      var home = schedule.has(n) ? places.find(n) : null;
      var result = home == null
          ? new Slot.Register(registers++, node.size())
          : new Slot.InBuffer(home);
      var operands = node.operands().stream().map(this::slot).toList();
      instructions.add(switch (node) {
        case Node.Apply(var function, int _, var _) ->
            new Instruction.Apply(function, operands.getFirst(), result);
        case Node.Combine(var operator, int _, int _, var _) ->
            new Instruction.Combine(operator, operands.getFirst(), operands.getLast(), result);
        case Node.Sum(int _) -> new Instruction.Sum(operands.getFirst(), result);
        case Node.Spread(int _, var _) -> new Instruction.Copy(operands.getFirst(), result);
        default -> throw new IllegalStateException("not elementwise: " + node);
      });
      equations.add(graph.equation(n));
      known.put(n, result);
      for (var copy : schedule.has(n) ? places.copies(n) : List.<Place>of()) {
        instructions.add(new Instruction.Copy(result, new Slot.InBuffer(copy)));
        equations.add(graph.equation(n));
      }
      var sum = schedule.has(n) ? places.sum(n) : null;
      if (sum != null) {
        var total = new Slot.InBuffer(sum);
        instructions.add(new Instruction.Combine(Operator.ADD, total, result, total));
        equations.add(graph.equation(n));
        summed.put(sum, sum);
      }
      return result;
    }

    /// The slot of an operand; forward values that backward did not keep are recomputed here.
    private Slot slot(int n) {
      var slot = known.get(n);
      if (slot != null) {
        return slot;
      }
      return switch (graph.node(n)) {
        case Node.Parameter(var name, var size) -> new Slot.Parameter(name, size);
        case Node.Constant(double value) -> new Slot.Constant(value);
        case Node.Count(var of) -> new Slot.Count(of);
        default -> places.has(n) ? new Slot.InBuffer(places.home(n)) : compute(n);
      };
    }
  }
}

package dev.unroll.expr;

import dev.unroll.expr.text.NameRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What is odd about a cell though it is well formed: parameters that do not affect the output of
/// the layer, at this step or a later one, so that their gradient is always zero; and an output
/// that does not depend on the input.
final class Remarks {
  private Remarks() {}

  /// A sentence for each equation with such parameters, and one for the output.
  static List<String> of(Cell cell) {
    var equations = new HashMap<String, Equation>();
    cell.equations().forEach(e -> equations.put(e.name(), e));
    var used = new HashSet<String>();
    var open = new ArrayList<>(List.of(cell.output()));
    while (!open.isEmpty()) {
      var e = equations.get(open.removeLast());
      if (e != null && used.add(e.name())) {
        collect(e.value(), open, new HashSet<>());
      }
    }
    var remarks = new ArrayList<String>();
    if (cell.equations().stream()
        .noneMatch(e -> used.contains(e.name()) && readsInput(e.value()))) {
      remarks
          .add("%s: nothing that the layer puts out (%s) depends on the input x, so it is the same"
              .formatted(cell.name(), cell.output()) + " for every input; use x in an equation");
    }
    var learning = new HashSet<String>();
    cell.starts().values().forEach(start -> collect(start, new ArrayList<>(), learning));
    var idle = new LinkedHashMap<String, Set<String>>();
    cell.equations().forEach(e -> collect(e.value(), new ArrayList<>(),
        used.contains(e.name()) ? learning
            : idle.computeIfAbsent(e.name(),
                _ -> new LinkedHashSet<>())));
    idle.forEach((name, parameters) -> {
      parameters.removeAll(learning);
      if (!parameters.isEmpty()) {
        remarks
            .add(("%s: nothing that the layer puts out (%s) depends on %s, so %s will never learn; "
                + "use %s in another equation, or take its line away").formatted(cell.name(),
                    cell.output(), name, NameRules.listed(parameters), name));
      }
    });
    return remarks;
  }

  private static boolean readsInput(Expr expr) {
    if (expr instanceof Expr.Input) {
      return true;
    }
    var found = new boolean[1];
    expr.withOperands(operand -> {
      found[0] |= readsInput(operand);
      return operand;
    });
    return found[0];
  }

  /// Collects the equations that an expression reads, and its parameters.
  private static void collect(Expr expr, List<String> reads, Set<String> parameters) {
    switch (expr) {
      case Expr.Value(var name) -> reads.add(name);
      case Expr.Previous(var name) -> reads.add(name + "'");
      case Expr.Vector(var name) -> parameters.add(name);
      case Expr.Product(var matrix, var operand) -> {
        parameters.add(matrix);
        collect(operand, reads, parameters);
      }
      default -> expr.withOperands(operand -> {
        collect(operand, reads, parameters);
        return operand;
      });
    }
  }
}

package dev.unroll.expr;

import dev.unroll.expr.text.NameRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Finds parameters that do not affect the output of the layer, at this step or a later one: their
/// gradient is always zero.
final class IdleParameters {
  private IdleParameters() {}

  /// A warning for each equation with such parameters.
  static List<String> remarks(Cell cell) {
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
    var learning = new HashSet<String>();
    cell.starts().values().forEach(start -> collect(start, new ArrayList<>(), learning));
    var idle = new LinkedHashMap<String, Set<String>>();
    cell.equations().forEach(e -> collect(e.value(), new ArrayList<>(),
        used.contains(e.name()) ? learning
            : idle.computeIfAbsent(e.name(),
                _ -> new LinkedHashSet<>())));
    var remarks = new ArrayList<String>();
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

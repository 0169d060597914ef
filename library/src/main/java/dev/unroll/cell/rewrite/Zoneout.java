package dev.unroll.cell.rewrite;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/// Zoneout: at each step some elements of the states keep their previous value.
///
/// ```
/// s_new = what the cell computes                              for each state s
/// s'    = zoneout_s * s + (1 - zoneout_s) * s_new
/// ```
///
/// `stepmask(zoneout_s)` is 1 with a probability of its own for each state, else 0, drawn for each
/// step; outside training it is that probability, so that the state is its expectation. Until all
/// states are updated the equations read `s_new`, as in the paper, whose `h` uses the memory cell
/// that was computed; equations after that read `s'`.
///
/// Krueger et al. 2016, "Zoneout: regularizing RNNs by randomly preserving hidden activations",
/// arXiv 1606.01305.
public final class Zoneout {
  private final FreshNames names;
  private final Map<String, String> computed = new HashMap<>();

  private Zoneout(Cell cell) {
    names = new FreshNames(cell);
  }

  /// The name of the step mask of a state.
  public static String mask(String state) {
    return "zoneout_" + state;
  }

  /// The cell with zoneout on all states.
  public static Cell of(Cell cell) {
    return new Zoneout(cell).rewritten(cell);
  }

  private Cell rewritten(Cell cell) {
    var equations = new ArrayList<Equation>();
    var zoned = new ArrayList<Equation>();
    int states = cell.states().size();
    for (var e : cell.equations()) {
      if (zoned.size() == states) {
        equations.add(e);
        continue;
      }
      var value = part(e.value());
      if (e.updatesState()) {
        var name = names.of(e.baseName() + "_new");
        computed.put(e.name(), name);
        zoned.add(new Equation(e.name(), zoned(e.baseName(), name)));
        equations.add(new Equation(name, value));
      } else {
        equations.add(new Equation(e.name(), value));
      }
      if (zoned.size() == states) {
        equations.addAll(zoned);
      }
    }
    return cell.equations(equations);
  }

  private static Expr zoned(String state, String name) {
    var keeps = new Expr.StepMask(mask(state));
    return keeps.times(new Expr.Previous(state))
        .plus(new Expr.Constant(1).minus(keeps).times(new Expr.Value(name)));
  }

  private Expr part(Expr expr) {
    return expr instanceof Expr.Value(var name)
        ? new Expr.Value(computed.getOrDefault(name, name))
        : expr.withOperands(this::part);
  }
}

package dev.unroll.layer;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Initializer;
import dev.unroll.expr.Operator;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;

/// The initial values of parameters: what the cell says, else by role. A matrix that multiplies
/// something that depends on a state is orthogonal (Saxe 2014), any other Glorot uniform (Glorot and
/// Bengio 2010); a vector that multiplies is one, one that is added zero.
final class Initialization {
  private final Map<String, Initializer> roles = new LinkedHashMap<>();
  private final Map<String, Boolean> recurrent = new HashMap<>();
  private final Set<String> multiplied = new HashSet<>();
  private final SequencedSet<String> recurrentMatrices = new LinkedHashSet<>();

  private Initialization() {}

  /// An initializer for each parameter of the cell.
  static Map<String, Initializer> of(Cell cell) {
    var found = read(cell);
    cell.shapes().vectors().keySet().forEach(v -> found.roles.put(v,
        new Initializer.Constant(found.multiplied.contains(v) ? 1 : 0)));
    found.roles.putAll(cell.initializers());
    return found.roles;
  }

  /// The matrices that multiply something that depends on a state.
  static SequencedSet<String> recurrentMatrices(Cell cell) {
    return read(cell).recurrentMatrices;
  }

  private static Initialization read(Cell cell) {
    var found = new Initialization();
    for (var equation : cell.equations()) {
      found.recurrent.put(equation.name(), found.visit(equation.value()));
    }
    return found;
  }

  /// Notes the roles in an expression and tells whether it depends on a state.
  private boolean visit(Expr expr) {
    return switch (expr) {
      case Expr.Previous _ -> true;
      case Expr.Value(var name) -> recurrent.getOrDefault(name, false);
      case Expr.Input _, Expr.Vector _, Expr.Constant _, Expr.Mask _, Expr.StepMask _, Expr.StepNumber _ ->
          false;
      case Expr.Apply(var _, var operand) -> visit(operand);
      case Expr.Reduce(var _, var operand) -> visit(operand);
      case Expr.Product(var matrix, var operand) -> {
        boolean depends = visit(operand);
        if (depends) {
          recurrentMatrices.add(matrix);
        }
        roles.putIfAbsent(matrix,
            depends ? new Initializer.Orthogonal(1) : new Initializer.Glorot());
        yield depends;
      }
      case Expr.Combine(var operator, var left, var right) -> {
        if (operator == Operator.MULTIPLY || operator == Operator.DIVIDE) {
          note(left);
          note(right);
        }
        boolean inLeft = visit(left);
        boolean inRight = visit(right);
        yield inLeft || inRight;
      }
    };
  }

  private void note(Expr factor) {
    if (factor instanceof Expr.Vector(var name)) {
      multiplied.add(name);
    }
  }

  /// Writes the initial values of a block.
  static void fill(Initializer initializer, Parameters.Block block, float[] values,
      CounterRandom random) {
    int rows = block.rows();
    int columns = block.columns();
    for (int i = 0; i < block.length(); i++) {
      values[block.offset() + i] = (float) switch (initializer) {
        case Initializer.Constant(double value) -> value;
        case Initializer.Glorot() ->
            (2 * random.uniform(0, i) - 1) * Math.sqrt(6.0 / (rows + columns));
        case Initializer.Identity(double scale) -> i / columns == i % columns ? scale : 0;
        case Initializer.Uniform(double low, double high) ->
            low + random.uniform(0, i) * (high - low);
        case Initializer.Chrono(double steps) -> Math.signum(steps)
            * StrictMath.log(1 + random.uniform(0, i) * (Math.abs(steps) - 2));
        case Initializer.Normal(double deviation) -> deviation * random.normal(0, i);
        case Initializer.Orthogonal _ -> 0;
      };
    }
    if (initializer instanceof Initializer.Orthogonal(double gain)) {
      var q = Orthogonal.draw(rows, columns, random);
      for (int i = 0; i < block.length(); i++) {
        values[block.offset() + i] = (float) (gain * q[i]);
      }
    }
  }
}

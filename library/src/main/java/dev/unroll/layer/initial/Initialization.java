package dev.unroll.layer.initial;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Cell.Shapes;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Initializer;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;

/// The initial values of parameters: those that the cell gives, else by role. A matrix that
/// multiplies something that depends on a state is orthogonal (Saxe 2014), any other Glorot uniform
/// (Glorot and Bengio 2010); a vector that multiplies is one, a vector that is added is zero. For a
/// matrix that is multiplied by several vectors, as in `W [x; h]`, each block of columns is
/// initialized by its own role, unless the cell gives an initializer of the whole matrix. Each
/// block of a matrix with heads is initialized as a matrix of its own.
public final class Initialization {
  private final Map<String, Initializer> roles = new LinkedHashMap<>();
  private final Map<String, Boolean> recurrent = new HashMap<>();
  private final Set<String> multiplied = new HashSet<>();
  private final SequencedSet<String> recurrentMatrices = new LinkedHashSet<>();

  private Initialization() {}

  /// Gives the parameters of a cell their initial values.
  ///
  /// @param blocks the memory of the parameters
  /// @param random for each parameter a stream of its own
  public static void fill(Cell cell, Dimensions sizes, Map<String, Parameters.Block> blocks,
      float[] values,
      CounterRandom random) {
    var found = read(cell);
    var matrices = cell.shapes().matrices();
    blocks.forEach((name, block) -> {
      var stream = random.stream(name);
      var stated = cell.initializers().get(name);
      var matrix = matrices.get(name);
      int heads = matrix == null ? 1 : matrix.heads();
      if (stated != null) {
        fill(stated, block.all(), heads, values, stream);
      } else if (matrix == null) {
        fill(new Initializer.Constant(found.multiplied.contains(name) ? 1 : 0), block.all(), values,
            stream);
      } else {
        var its = columns(cell, sizes, name, block);
        its.forEach((part, columns) -> fill(requireNonNull(found.roles.get(part)), columns, heads,
            values, its.size() == 1 ? stream : stream.stream(part)));
      }
    });
  }

  private static void fill(Initializer initializer, Parameters.Columns matrix, int heads,
      float[] values, CounterRandom random) {
    var blocks = matrix.heads(heads);
    for (int k = 0; k < heads; k++) {
      fill(initializer, blocks.get(k), values, heads == 1 ? random : random.stream(k));
    }
  }

  /// The blocks of columns of a matrix that are multiplied by one vector each; with heads, the
  /// blocks on its diagonal one under another.
  public static SequencedMap<String, Parameters.Columns> columns(Cell cell, Dimensions sizes,
      String name,
      Parameters.Block block) {
    var matrix = requireNonNull(cell.shapes().matrices().get(name));
    var parts = matrix.blocks(name);
    var found = new LinkedHashMap<String, Parameters.Columns>();
    int from = 0;
    for (int i = 0; i < parts.size(); i++) {
      int count = sizes.of(matrix.columns().get(i)) / matrix.heads();
      found.put(parts.get(i), block.columns(from, count));
      from += count;
    }
    return found;
  }

  /// The blocks of columns of matrices that multiply something that depends on a state.
  public static SequencedSet<String> recurrentMatrices(Cell cell) {
    return read(cell).recurrentMatrices;
  }

  private static Initialization read(Cell cell) {
    var found = new Initialization();
    for (var equation : cell.equations()) {
      found.recurrent.put(equation.name(), found.visit(equation.value()));
    }
    return found;
  }

  /// Records the roles in an expression and returns whether it depends on a state.
  private boolean visit(Expr expr) {
    return switch (expr) {
      case Expr.Previous _ -> true;
      case Expr.Value(var name) -> recurrent.getOrDefault(name, false);
      case Expr.Input _, Expr.Vector _, Expr.Constant _, Expr.Mask _, Expr.StepMask _, Expr.StepNumber _ ->
          false;
      case Expr.Apply(var _, var operand) -> visit(operand);
      case Expr.Reduce(var _, var operand) -> visit(operand);
      case Expr.Product(var matrix, Expr.Concatenation(var parts)) -> {
        boolean depends = false;
        for (int i = 0; i < parts.size(); i++) {
          // A constant is a vector of zeros, which does not determine the columns' role.
          depends |= !(parts.get(i) instanceof Expr.Constant)
              && product(Shapes.block(matrix, i + 1, parts.size()), parts.get(i));
        }
        yield depends;
      }
      case Expr.Product(var matrix, var operand) -> product(matrix, operand);
      case Expr.Concatenation _ ->
          throw new IllegalStateException("a list of vectors behind no matrix");
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

  private boolean product(String block, Expr operand) {
    boolean depends = visit(operand);
    if (depends) {
      recurrentMatrices.add(block);
    }
    roles.putIfAbsent(block, depends ? new Initializer.Orthogonal(1) : new Initializer.Glorot());
    return depends;
  }

  private void note(Expr factor) {
    if (factor instanceof Expr.Vector(var name)) {
      multiplied.add(name);
    }
  }

  /// Writes the initial values of some columns of a matrix, or of a vector.
  public static void fill(Initializer initializer, Parameters.Columns block, float[] values,
      CounterRandom random) {
    int rows = block.rows();
    int columns = block.columns();
    for (int i = 0; i < block.length(); i++) {
      values[block.at(i)] = (float) switch (initializer) {
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
        values[block.at(i)] = (float) (gain * q[i]);
      }
    }
  }
}

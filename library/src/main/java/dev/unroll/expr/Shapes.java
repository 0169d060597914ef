package dev.unroll.expr;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/// The symbolic shapes of all names in a cell, inferred from its equations: the operands of
/// element-wise operations have one size, `W a` has as many columns as `a` has elements and `W [a;
/// b]` as both together, `x` has size `F`, and undetermined sizes are `H`.
///
/// @param matrices parameter matrices, in order of appearance
/// @param vectors parameter vectors, in order of appearance
/// @param masks masks, in order of appearance
/// @param given step masks and step numbers, given for each step and sample, in order of
///     appearance; step numbers have size 1
/// @param states states, in the order in which they are updated
/// @param values the left-hand sides, states with their prime
/// @param output the size of the layer's output
public record Shapes(
    SequencedMap<String, Matrix> matrices,
    SequencedMap<String, Size> vectors,
    SequencedMap<String, Size> masks,
    SequencedMap<String, Size> given,
    SequencedMap<String, Size> states,
    SequencedMap<String, Size> values,
    Size output) {

  /// A parameter matrix, `[rows, columns]`.
  ///
  /// @param columns the size of each vector that it is multiplied by at once: one for `W x`, two
  ///     for `W [x; h]`, which has F + H columns
  public record Matrix(Size rows, List<Size> columns) {
    /// Copies its list.
    public Matrix {
      columns = List.copyOf(columns);
    }

    /// A matrix that is multiplied by one vector.
    public Matrix(Size rows, Size columns) {
      this(rows, List.of(columns));
    }

    /// The names of the blocks of columns of the matrix `name` in graphs and plans ([#block]).
    public List<String> blocks(String name) {
      return IntStream.rangeClosed(1, columns.size())
          .mapToObj(i -> block(name, i, columns.size())).toList();
    }
  }

  /// The name, in graphs and plans, of block `i` of the columns of a matrix that is multiplied by
  /// `count` vectors, each with a block of its own: `W` if there is one, else `W[1]`, `W[2]`, which
  /// cannot be names of parameters.
  public static String block(String matrix, int i, int count) {
    return count == 1 ? matrix : matrix + "[" + i + "]";
  }

  /// Infers the shapes of a cell and checks that it is well formed.
  static Shapes of(
      String cell,
      List<Equation> equations,
      String output,
      Map<String, String> sizes,
      Map<String, Initializer> initializers) {
    return new ShapeInference(cell, equations).infer(output, sizes, initializers);
  }

  /// All names of sizes besides `F`, `H` and 1, in order of appearance.
  public List<String> namedSizes() {
    var found = new LinkedHashMap<String, Size>();
    states.values().forEach(s -> found.put(s.name(), s));
    values.values().forEach(s -> found.put(s.name(), s));
    return found.values().stream()
        .filter(s -> !s.equals(Size.ONE) && !s.equals(Size.INPUT) && !s.equals(Size.HIDDEN))
        .map(Size::name)
        .toList();
  }
}

package dev.unroll.expr;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The symbolic shapes of everything a cell names, inferred from its equations: element by element
/// both sides have one size, `W a` has as many columns as `a` has elements, `x` has size `F`, what
/// nothing determines has size `H`.
///
/// @param matrices parameter matrices, in order of appearance
/// @param vectors parameter vectors, in order of appearance
/// @param masks masks, in order of appearance
/// @param given what is given for each step and sample, in order of appearance; step numbers have size 1
/// @param states states, in the order in which they are updated
/// @param values the left-hand sides, states with their prime
/// @param output the size of what the layer puts out
public record Shapes(
    SequencedMap<String, Matrix> matrices,
    SequencedMap<String, Size> vectors,
    SequencedMap<String, Size> masks,
    SequencedMap<String, Size> given,
    SequencedMap<String, Size> states,
    SequencedMap<String, Size> values,
    Size output) {

  /// A parameter matrix, `[rows, columns]`.
  public record Matrix(Size rows, Size columns) {}

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

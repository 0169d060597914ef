package dev.unroll.expr;

import dev.unroll.expr.Cell.Shapes;
import dev.unroll.expr.CellException.Place;
import dev.unroll.expr.text.NameRules;
import dev.unroll.expr.text.Suggestion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Finds the size of every vector by unification ([SizeClasses]), and refuses shapes that do not
/// match.
final class ShapeInference {
  private static final int ONE = SizeClasses.ONE;

  /// The size of columns of a matrix that have only been multiplied by zeros so far.
  private static final int ANY = -2;

  /// The sizes of a matrix; those of its columns change from [#ANY] to others.
  private record MatrixSizes(int rows, int[] columns) {}

  private final String cell;
  private final List<Equation> equations;
  private final SizeClasses classes = new SizeClasses();
  private final Map<String, Integer> states = new LinkedHashMap<>();
  private final SequencedMap<String, Integer> values = new LinkedHashMap<>();
  private final Map<String, Integer> vectors = new LinkedHashMap<>();
  private final Map<String, Integer> masks = new LinkedHashMap<>();
  private final Map<String, Integer> given = new LinkedHashMap<>();
  private final Map<String, MatrixSizes> matrices = new LinkedHashMap<>();
  private final int input;
  private String equation = "";
  private @Nullable Expr part;

  ShapeInference(String cell, List<Equation> equations) {
    this.cell = cell;
    this.equations = equations;
    input = classes.fresh(Size.INPUT.name());
  }

  Shapes infer(
      String output, Map<String, String> sizes, Map<String, Initializer> initializers,
      Map<String, Expr> starts, Map<String, Integer> heads) {
    if (equations.isEmpty()) {
      throw new CellException(
          cell,
          Place.CELL,
          "it has no equations; write at least one, for example h' = tanh(W x + U h + b)");
    }
    for (var e : equations) {
      equation = e.name();
      if (e.updatesState() && states.putIfAbsent(e.baseName(), classes.fresh(null)) != null) {
        throw wrong("updates the state %s a second time; each state is updated once"
            .formatted(e.baseName()));
      }
    }
    states.forEach((state, _) -> nameSize(state, sizes.get(state)));
    for (var e : equations) {
      equation = e.name();
      part = null;
      checkLeft(e);
      int size = size(e.value());
      part = null;
      if (e.updatesState()) {
        int state = index(states, e.baseName());
        values.put(e.name(), size == ONE ? state
            : unify(state, size,
                "gives the state " + e.baseName() + " of size %s a value of size %s"));
      } else {
        values.put(e.name(), size);
      }
      nameSize(e.name(), sizes.get(e.name()));
    }
    sizes.keySet().forEach(this::checkSized);
    starts.forEach(this::start);
    if (!values.containsKey(output)) {
      throw new CellException(
          cell,
          Place.directive("out"),
          output.equals("h'")
              ? "no equation computes the output h'; add one, or a line such as: out %s"
                  .formatted(values.firstEntry().getKey())
              : "the output is %s, but no equation computes it; expected one of %s"
                  .formatted(output, NameRules.listed(values.keySet())));
    }
    matrices.forEach(this::checkMultiplied);
    initializers.forEach(this::checkInitializer);
    heads.forEach(this::checkHeads);
    return shapes(output, heads);
  }

  private void checkMultiplied(String matrix, MatrixSizes sizes) {
    if (Arrays.stream(sizes.columns).anyMatch(size -> size == ANY)) {
      throw new CellException(cell, Place.CELL,
          ("the matrix %s has columns that are multiplied with 0 everywhere; take the 0 out of the "
              + "list")
              .formatted(matrix));
    }
  }

  /// What a state is before the first step: a number, or a parameter of the state's size.
  private void start(String state, Expr start) {
    var place = Place.directive("start " + state);
    if (!states.containsKey(state)) {
      throw new CellException(cell, place,
          "start names %s, which is not a state; its states are %s%s"
              .formatted(state, NameRules.listed(states.keySet()),
                  Suggestion.of(state, states.keySet())));
    }
    switch (start) {
      case Expr.Constant _ -> {}
      case Expr.Vector(var name) -> {
        if (matrices.containsKey(name) || masks.containsKey(name) || values.containsKey(name)
            || states.containsKey(name) || name.equals("x")) {
          throw new CellException(cell, place,
              "start gives %s the value of %s, which is no parameter vector; expected a number or "
                  .formatted(state, name) + "a name of its own, such as %s0".formatted(state));
        }
        int size = vectors.computeIfAbsent(name, _ -> classes.fresh(null));
        int its = index(states, state);
        if (classes.differ(size, its)) {
          throw new CellException(cell, place,
              "start gives the state %s of size %s the vector %s of size %s".formatted(state,
                  classes.name(its), name, classes.name(size)));
        }
        classes.unify(size, its);
      }
      default -> throw new CellException(cell, place,
          "start gives %s the value %s; expected a number or a parameter".formatted(state,
              start.text()));
    }
  }

  private void checkInitializer(String parameter, Initializer initializer) {
    var place = Place.directive("init " + parameter);
    if (!vectors.containsKey(parameter) && !matrices.containsKey(parameter)) {
      throw new CellException(
          cell,
          place,
          "init names %s, which is not a parameter; its parameters are %s%s".formatted(
              parameter, NameRules.listed(parameterNames()),
              Suggestion.of(parameter, parameterNames())));
    }
    if (vectors.containsKey(parameter) && initializer.isForMatrices()) {
      throw new CellException(
          cell,
          place,
          "init gives the vector %s values for a matrix; expected a number, uniform or normal"
              .formatted(parameter));
    }
  }

  private void checkHeads(String matrix, int n) {
    var place = Place.directive("heads " + matrix);
    var sizes = matrices.get(matrix);
    if (sizes == null) {
      throw new CellException(cell, place,
          "heads names %s, which is not a matrix; its matrices are %s%s".formatted(matrix,
              NameRules.listed(matrices.keySet()), Suggestion.of(matrix, matrices.keySet())));
    }
    if (n < 1) {
      throw new CellException(cell, place,
          "heads gives %s %d heads; expected 1 or more".formatted(matrix, n));
    }
    if (n > 1 && sizes.columns.length > 1) {
      throw new CellException(cell, place,
          ("heads divides %s, which is multiplied by a list of %d vectors; expected one vector, "
              + "such "
              + "as %s h: write a matrix for each vector of the list")
              .formatted(matrix, sizes.columns.length, matrix));
    }
  }

  private void checkLeft(Equation e) {
    var name = e.name();
    if (name.equals("x") || name.equals("x'")) {
      throw wrong("gives a value to x, which is the input of the step; use another name");
    }
    if (values.containsKey(name)) {
      throw wrong("stands on the left a second time; every name is given a value once");
    }
    if (!e.updatesState() && states.containsKey(name)) {
      throw wrong("has the name of the state %s; write %s' for the state's new value, or use "
          .formatted(name, name) + "another name");
    }
    if (vectors.containsKey(e.baseName()) || matrices.containsKey(e.baseName())
        || masks.containsKey(e.baseName())) {
      throw wrong("has the name of a parameter or mask of an earlier line; use another name");
    }
  }

  private int size(Expr expr) {
    part = expr;
    return switch (expr) {
      case Expr.Input() -> input;
      case Expr.Constant _ -> ONE;
      case Expr.Previous(var name) -> previous(name);
      case Expr.Value(var name) -> value(name);
      case Expr.Vector(var name) -> {
        checkParameter(name, matrices.containsKey(name), "a matrix");
        checkParameter(name, masks.containsKey(name), "a mask");
        yield vectors.computeIfAbsent(name, _ -> classes.fresh(null));
      }
      case Expr.Mask(var name) -> {
        checkParameter(name, vectors.containsKey(name) || matrices.containsKey(name),
            "a parameter");
        yield masks.computeIfAbsent(name, _ -> classes.fresh(null));
      }
      case Expr.StepMask(var name) -> {
        int size = given.computeIfAbsent(name, _ -> classes.fresh(null));
        checkGiven(name, size == ONE);
        yield size;
      }
      case Expr.StepNumber(var name) -> {
        checkGiven(name, given.computeIfAbsent(name, _ -> ONE) != ONE);
        yield ONE;
      }
      case Expr.Concatenation _ ->
          throw wrong("has a list of vectors that stands behind no matrix; write W [x; h]");
      case Expr.Product(var matrix, Expr.Concatenation(var parts)) -> {
        var columns = new int[parts.size()];
        for (int i = 0; i < columns.length; i++) {
          columns[i] = isZero(parts.get(i)) ? ANY : concatenated(matrix, parts.get(i));
        }
        part = expr;
        if (Arrays.stream(columns).allMatch(size -> size == ANY)) {
          throw wrong("multiplies the matrix %s with zeros alone; expected a vector"
              .formatted(matrix));
        }
        yield product(matrix, columns);
      }
      case Expr.Product(var matrix, var operand) -> {
        int columns = size(operand);
        part = expr;
        if (columns == ONE) {
          throw wrong(
              "multiplies the matrix %s with one number; expected a vector, or write %s * …"
                  .formatted(matrix, matrix));
        }
        yield product(matrix, columns);
      }
      case Expr.Apply(var _, var operand) -> size(operand);
      case Expr.Combine(var operator, var left, var right) -> {
        int l = size(left);
        int r = size(right);
        part = expr;
        yield unify(l, r, "has size %s on the left and %s on the right of " + operator.symbol()
            + "; expected one size");
      }
      case Expr.Reduce(var reduction, var operand) -> {
        int size = size(operand);
        part = expr;
        if (size == ONE) {
          throw wrong("takes %s of one number; expected a vector"
              .formatted(reduction.symbol()));
        }
        yield ONE;
      }
    };
  }

  private void checkGiven(String name, boolean usedOtherwise) {
    if (usedOtherwise) {
      throw wrong("uses %s both as a step mask and as a step number; use two names"
          .formatted(name));
    }
  }

  private int previous(String name) {
    var state = states.get(name);
    if (state == null) {
      throw wrong(("uses the state %s, which no equation updates; add a line %s' = …, or "
          + "correct the name").formatted(name, name));
    }
    return state;
  }

  private int value(String name) {
    var value = values.get(name);
    if (value == null) {
      throw wrong("uses %s, which no earlier equation computes; known so far: %s"
          .formatted(name, NameRules.listed(values.keySet())));
    }
    return value;
  }

  private int concatenated(String matrix, Expr vector) {
    int size = size(vector);
    part = vector;
    if (size == ONE) {
      throw wrong("puts one number into the list behind the matrix %s; expected vectors alone, and "
          .formatted(matrix) + "what is added written behind: W [x; h] + b");
    }
    return size;
  }

  private static boolean isZero(Expr part) {
    return part instanceof Expr.Constant(double value) && value == 0;
  }

  /// @param columns the size of each vector that the matrix is multiplied by, [#ANY] for zeros
  private int product(String matrix, int... columns) {
    checkParameter(matrix, vectors.containsKey(matrix), "a vector");
    checkParameter(matrix, masks.containsKey(matrix), "a mask");
    var shape = matrices.computeIfAbsent(matrix,
        _ -> new MatrixSizes(classes.fresh(null), columns.clone()));
    if (shape.columns.length != columns.length) {
      throw wrong("multiplies the matrix %s with %s, and with %s at an earlier place; use two names"
          .formatted(matrix, vectors(columns.length), vectors(shape.columns.length)));
    }
    for (int i = 0; i < columns.length; i++) {
      if (shape.columns[i] == ANY) {
        shape.columns[i] = columns[i];
      } else if (columns[i] != ANY) {
        unify(shape.columns[i], columns[i],
            "multiplies the matrix " + matrix + " with %s columns and a vector of size %s");
      }
    }
    return shape.rows;
  }

  private static String vectors(int count) {
    return count == 1 ? "one vector" : "a list of " + count;
  }

  private void checkParameter(String name, boolean usedOtherwise, String otherUse) {
    if (usedOtherwise) {
      throw wrong("uses %s in another role than an earlier place, where it is %s"
          .formatted(name, otherUse));
    }
    if (name.equals("x") || values.containsKey(name) || states.containsKey(name)) {
      throw wrong("uses %s as a parameter, but it is a value of the step".formatted(name));
    }
  }

  /// @param conflict the description of the conflict if the sizes differ, with `%s` for each of
  ///     them
  private int unify(int a, int b, String conflict) {
    if (classes.differ(a, b)) {
      throw wrong(conflict.formatted(classes.name(a), classes.name(b)));
    }
    return classes.unify(a, b);
  }

  private void nameSize(String of, @Nullable String size) {
    int found = states.containsKey(of) ? index(states, of) : index(values, of);
    if (size == null || found == ONE) {
      return;
    }
    var known = classes.name(found);
    if (known != null && !known.equals(size)) {
      throw new CellException(
          cell,
          Place.directive("size " + of),
          "%s is given the size %s, but it has size %s by its equations"
              .formatted(of, size, known));
    }
    classes.name(found, size);
  }

  private void checkSized(String of) {
    if (!states.containsKey(of) && values.getOrDefault(of, ONE) == ONE) {
      throw new CellException(
          cell,
          Place.directive("size " + of),
          "size names %s, which is not a state or a vector of the cell; expected one of %s"
              .formatted(of, NameRules.listed(values.keySet())));
    }
  }

  private Shapes shapes(String output, Map<String, Integer> heads) {
    var shaped = new LinkedHashMap<String, Shapes.Matrix>();
    matrices.forEach((name, m) -> shaped.put(name, new Shapes.Matrix(classes.known(m.rows),
        Arrays.stream(m.columns).mapToObj(classes::known).toList(),
        heads.getOrDefault(name, 1))));
    return new Shapes(shaped, named(vectors), named(masks), named(given), named(states),
        named(values), classes.known(index(values, output)));
  }

  private SequencedMap<String, Size> named(Map<String, Integer> sizes) {
    var named = new LinkedHashMap<String, Size>();
    sizes.forEach((name, size) -> named.put(name, classes.known(size)));
    return named;
  }

  private List<String> parameterNames() {
    var names = new ArrayList<>(matrices.keySet());
    names.addAll(vectors.keySet());
    return names;
  }

  private static int index(Map<String, Integer> map, String name) {
    return Objects.requireNonNull(map.get(name), name);
  }

  private CellException wrong(String what) {
    return new CellException(cell, new Place(equation, part, null), what);
  }
}

package dev.unroll.onnx.export;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Expr.Reduction;
import dev.unroll.expr.Function;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The equations of a cell as nodes: element by element, and a matrix product for each parameter
/// matrix. Rows are the last axis, so that the same nodes compute one step or, of a cell without
/// states, all.
final class Equations {
  private final GraphBuilder graph;
  private final ModelWeights weights;
  private final String layer;
  private final Cell.Shapes shapes;
  private final Dimensions sizes;
  private final String x;
  private final Map<String, Computed> before;
  private final Map<Factor, String> products;
  private final Map<String, Computed> values = new HashMap<>();

  /// A value in the graph.
  ///
  /// @param vector whether the last axis has the size of a vector, and not one number for each row
  /// @param rows whether it has a row for each sample, and not one for all
  record Computed(String name, boolean vector, boolean rows) {}

  /// Some columns of a matrix, which multiply x.
  record Factor(String matrix, int from, int count) {}

  /// @param layer the name of the layer in its model, before the names of parameters
  /// @param x the input of the step
  /// @param before the states before it
  /// @param products of x that are there already
  Equations(GraphBuilder graph, ModelWeights weights, String layer, Cell.Shapes shapes,
      Dimensions sizes, String x, Map<String, String> before, Map<Factor, String> products) {
    this.graph = graph;
    this.weights = weights;
    this.layer = layer;
    this.shapes = shapes;
    this.sizes = sizes;
    this.x = x;
    this.products = products;
    this.before = new HashMap<>();
    before.forEach((state, name) -> this.before.put(state, new Computed(name, true, true)));
  }

  /// Computes all.
  ///
  /// @return what each computes, by its name
  Map<String, Computed> compute(List<Equation> equations) {
    equations.forEach(e -> values.put(e.name(),
        of(e.value(), layer + "/" + e.name().replace("'", "_new"))));
    return values;
  }

  /// The matrices that multiply x itself, so that it can be done for all steps at once.
  static Set<Factor> ofInput(List<Equation> equations, Cell.Shapes shapes, Dimensions sizes) {
    var found = new LinkedHashSet<Factor>();
    equations.forEach(e -> ofInput(e.value(), shapes, sizes, found));
    return found;
  }

  private static void ofInput(Expr expr, Cell.Shapes shapes, Dimensions sizes, Set<Factor> found) {
    if (expr instanceof Expr.Product(var matrix, var operand)) {
      var columns = requireNonNull(shapes.matrices().get(matrix)).columns();
      var operands = operand instanceof Expr.Concatenation(var parts) ? parts : List.of(operand);
      int from = 0;
      for (int i = 0; i < operands.size(); i++) {
        int count = sizes.of(columns.get(i));
        if (operands.get(i) instanceof Expr.Input) {
          found.add(new Factor(matrix, from, count));
        }
        from += count;
      }
    }
    expr.withOperands(operand -> {
      ofInput(operand, shapes, sizes, found);
      return operand;
    });
  }

  /// The value as a vector for each sample, if it is less.
  ///
  /// @param size of the vector
  /// @param like a value with a row for each sample
  String spread(Computed value, int size, String like) {
    if (value.vector() && value.rows()) {
      return value.name();
    }
    var shape = graph.joined(layer + "/shape", 0,
        graph.node(layer + "/leading", "Slice", graph.node(layer + "/all", "Shape", like),
            graph.integers(0), graph.integers(-1)),
        graph.integers(size));
    return graph.node(value.name() + "/spread", "Expand", value.name(), shape);
  }

  private Computed of(Expr expr, String name) {
    return switch (expr) {
      case Expr.Input() -> new Computed(x, true, true);
      case Expr.Previous(var state) -> requireNonNull(before.get(state));
      case Expr.Value(var value) -> requireNonNull(values.get(value));
      case Expr.Vector(var vector) ->
          new Computed(weights.vector(layer + "." + vector), true, false);
      case Expr.Constant(var number) -> new Computed(graph.number(number), false, false);
      case Expr.Product(var matrix, var operand) -> product(matrix, operand, name);
      case Expr.Apply(var function, var operand) -> {
        var a = of(operand, name + "/in");
        yield new Computed(apply(graph, function, a.name(), name), a.vector(), a.rows());
      }
      case Expr.Combine(var operator, var left, var right) -> {
        var a = of(left, name + "/a");
        var b = of(right, name + "/b");
        yield new Computed(graph.node(name, operator(operator), a.name(), b.name()),
            a.vector() || b.vector(), a.rows() || b.rows());
      }
      case Expr.Reduce(var reduction, var operand) -> {
        var a = of(operand, name + "/in");
        yield a.vector() ? new Computed(reduce(reduction, a.name(), name), false, a.rows())
            : reduction == Reduction.VARIANCE ? new Computed(graph.number(0), false, false) : a;
      }
      case Expr.Concatenation _, Expr.Mask _, Expr.StepMask _, Expr.StepNumber _ ->
          throw new IllegalStateException("%s in layer %s".formatted(expr.text(), layer));
    };
  }

  /// `W a`, or `W [a; b]` as the sum of a product for each block of columns; a number in a list is
  /// 0 and stands for a vector of zeros.
  private Computed product(String matrix, Expr operand, String name) {
    var columns = requireNonNull(shapes.matrices().get(matrix)).columns();
    var operands = operand instanceof Expr.Concatenation(var parts) ? parts : List.of(operand);
    Computed sum = null;
    int from = 0;
    for (int i = 0; i < operands.size(); i++) {
      int count = sizes.of(columns.get(i));
      if (operands.size() == 1 || !(operands.get(i) instanceof Expr.Constant)) {
        var a = of(operands.get(i), name + "/in");
        var known = operands.get(i) instanceof Expr.Input
            ? products.get(new Factor(matrix, from, count))
            : null;
        var product = known != null ? known
            : graph.node(name, "MatMul", a.name(),
                weights.factor(layer + "." + matrix, from, count));
        sum = sum == null ? new Computed(product, true, a.rows())
            : new Computed(graph.add(name, sum.name(), product), true, sum.rows() || a.rows());
      }
      from += count;
    }
    return requireNonNull(sum);
  }

  static String apply(GraphBuilder graph, Function function, String a, String name) {
    return switch (function) {
      case SIGMOID -> graph.node(name, "Sigmoid", a);
      case TANH -> graph.node(name, "Tanh", a);
      case RELU -> graph.node(name, "Relu", a);
      case EXP -> graph.node(name, "Exp", a);
      case LOG -> graph.node(name, "Log", a);
      case EXPM1 -> expm1(graph, a, name);
      case LOG1P -> log1p(graph, a, name);
      case SOFTPLUS -> graph.node(name, "Softplus", a);
      case LOGSIGMOID -> graph.node(name, "Neg",
          graph.node(name + "/softplus", "Softplus", graph.node(name + "/in", "Neg", a)));
      case SIN -> graph.node(name, "Sin", a);
      case COS -> graph.node(name, "Cos", a);
      case SQRT -> graph.node(name, "Sqrt", a);
      case ABS -> graph.node(name, "Abs", a);
      case NEGATE -> graph.node(name, "Neg", a);
      case STEP -> isAbove(graph, a, graph.number(0), name);
      case SIGN -> graph.node(name, "Sub", isAbove(graph, a, graph.number(0), name + "/above"),
          isAbove(graph, graph.number(0), a, name + "/below"));
      case FLUSH -> graph.node(name, "Where",
          graph.node(name + "/tiny", "Less", graph.node(name + "/abs", "Abs", a),
              graph.number(Function.TINY)),
          graph.number(0), a);
    };
  }

  /// `exp(a) − 1 = tanh(a/2) · (exp(a) + 1)`, which cancels nothing where a is small.
  private static String expm1(GraphBuilder graph, String a, String name) {
    return graph.node(name, "Mul",
        graph.node(name + "/tanh", "Tanh",
            graph.node(name + "/half", "Mul", a, graph.number(0.5))),
        graph.add(name + "/above", graph.node(name + "/exp", "Exp", a), graph.number(1)));
  }

  /// `log(u) · a/(u − 1)` with `u = 1 + a` rounded: both factors are off by the same rounding
  /// (Kahan). Where u is 1, a itself, and where u − 1 is a, which includes ±∞ and −1, `log u`.
  private static String log1p(GraphBuilder graph, String a, String name) {
    var u = graph.add(name + "/above", a, graph.number(1));
    var rounded = graph.node(name + "/rounded", "Sub", u, graph.number(1));
    var log = graph.node(name + "/log", "Log", u);
    var scaled = graph.node(name + "/scaled", "Mul", log,
        graph.node(name + "/share", "Div", a, rounded));
    return graph.node(name, "Where",
        graph.node(name + "/tiny", "Equal", rounded, graph.number(0)), a,
        graph.node(name + "/larger", "Where", graph.node(name + "/exact", "Equal", rounded, a),
            log, scaled));
  }

  private static String isAbove(GraphBuilder graph, String a, String b, String name) {
    return graph.node(name, "Where", graph.node(name + "/greater", "Greater", a, b),
        graph.number(1), graph.number(0));
  }

  private static String operator(Operator operator) {
    return switch (operator) {
      case ADD -> "Add";
      case SUBTRACT -> "Sub";
      case MULTIPLY -> "Mul";
      case DIVIDE -> "Div";
      case MIN -> "Min";
      case MAX -> "Max";
    };
  }

  private String reduce(Reduction reduction, String a, String name) {
    return switch (reduction) {
      case SUM -> graph.sum(name, a, -1, true);
      case MEAN -> graph.reduced(name, "ReduceMean", a, -1, true);
      case VARIANCE -> {
        var centred = graph.node(name + "/centred", "Sub", a,
            graph.reduced(name + "/mean", "ReduceMean", a, -1, true));
        yield graph.reduced(name, "ReduceMean",
            graph.node(name + "/squares", "Mul", centred, centred), -1, true);
      }
    };
  }
}

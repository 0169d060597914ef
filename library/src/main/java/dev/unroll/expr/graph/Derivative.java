package dev.unroll.expr.graph;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import dev.unroll.expr.Size;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Reverse-mode differentiation of one step.
///
/// Walks the forward graph from its last value to its first; each value passes its gradient to its
/// operands by one rule of the table, and the contributions to a value are summed.
final class Derivative {
  private final StepGraph step;
  private final Graph graph;
  private final Map<Integer, Integer> arrived = new LinkedHashMap<>();
  private final Map<Integer, List<Node.Term>> transposed = new LinkedHashMap<>();
  private final SequencedMap<String, Integer> states = new LinkedHashMap<>();
  private final List<GradientGraph.MatrixTerm> matrices = new ArrayList<>();
  private final List<GradientGraph.VectorTerm> vectors = new ArrayList<>();
  private int input;

  Derivative(StepGraph step) {
    this.step = step;
    graph = new Graph(step.graph());
    input = graph.constant(0);
  }

  GradientGraph graph() {
    graph.begin(graph.equation(step.output()));
    give(step.output(), arriving(GradientGraph.OUTPUT, step.output()));
    for (var state : step.shapes().states().keySet()) {
      graph.begin(graph.equation(step.newState(state)));
      give(step.newState(state), arriving(state + "'", step.newState(state)));
      states.put(state, graph.constant(0));
    }
    for (int v = step.graph().size() - 1; v >= 0; v--) {
      graph.begin(graph.equation(v));
      var terms = transposed.get(v);
      if (terms != null) {
        give(v, graph.add(new Node.TransposedProduct(List.copyOf(terms), graph.size(v))));
      }
      var gradient = arrived.get(v);
      if (gradient != null) {
        handOn(v, gradient);
      }
    }
    if (!(graph.node(input) instanceof Node.TransposedProduct)) {
      input = graph.elementwise(graph.spread(input, Size.INPUT));
    }
    states.replaceAll(
        (name, d) -> graph
            .flush(graph.spread(d, requireNonNull(step.shapes().states().get(name)))));
    return new GradientGraph(step, graph, input, states, matrices, vectors, traced());
  }

  /// The gradients of the values that are traced, after all other nodes, which keep their numbers.
  private SequencedMap<String, Integer> traced() {
    var traced = new LinkedHashMap<String, Integer>();
    step.traced().keySet().forEach(name -> {
      int v = requireNonNull(step.values().get(name));
      graph.begin(traced.size() + 1);
      var gradient = arrived.getOrDefault(v, graph.constant(0));
      traced.put(name, graph.elementwise(graph.spread(gradient, graph.size(v))));
    });
    return traced;
  }

  private int arriving(String of, int value) {
    return graph.add(new Node.Arriving(of, graph.size(value)));
  }

  private void handOn(int v, int dy) {
    switch (graph.node(v)) {
      case Node.Input _ -> input = dy;
      case Node.State(var name, var _) -> states.put(name, dy);
      case Node.Parameter(var name, var size) ->
          vectors.add(new GradientGraph.VectorTerm(
              name, graph.flush(graph.spread(dy, size))));
      case Node.Product(var matrix, int a, var size) -> {
        int adjoint = graph.flush(graph.spread(dy, size));
        matrices.add(new GradientGraph.MatrixTerm(matrix, adjoint, a));
        transposed.computeIfAbsent(a, _ -> new ArrayList<>()).add(new Node.Term(matrix, adjoint));
      }
      case Node.Apply(var function, int a, var _) -> give(a, rule(function, a, v, dy));
      // Each element passes on its gradient, also if one number arrives for the whole row.
      case Node.Combine(var operator, int a, int b, var size) ->
          rule(operator, a, b, v,
              graph.isNumber(a) == graph.isNumber(b) ? dy : graph.spread(dy, size));
      case Node.Sum(int a) -> give(a, dy);
      case Node.Spread(int a, var size) -> give(a, graph.spread(dy, size));
      case Node.Constant _, Node.Count _, Node.Mask _, Node.Given _, Node.Arriving _ -> {}
      case Node.TransposedProduct _ ->
          throw new IllegalStateException("a transposed product in a forward graph");
    }
  }

  /// The derivative table, functions: `dy · f'(a)`, where `y = f(a)`.
  private int rule(Function f, int a, int y, int dy) {
    return switch (f) {
      case SIGMOID -> graph.multiply(dy, graph.multiply(y, graph.subtract(one(), y)));
      case TANH -> graph.multiply(dy, graph.subtract(one(), graph.multiply(y, y)));
      case RELU -> graph.multiply(dy, graph.apply(Function.STEP, a));
      case EXP -> graph.multiply(dy, y);
      case LOG -> graph.divide(dy, a);
      case EXPM1 -> graph.multiply(dy, graph.apply(Function.EXP, a));
      case LOG1P -> graph.divide(dy, graph.add(one(), a));
      case SOFTPLUS -> graph.multiply(dy, graph.apply(Function.SIGMOID, a));
      case LOGSIGMOID -> graph.multiply(dy, graph.apply(Function.SIGMOID, graph.negate(a)));
      case SIN -> graph.multiply(dy, graph.apply(Function.COS, a));
      case COS -> graph.negate(graph.multiply(dy, graph.apply(Function.SIN, a)));
      case SQRT -> graph.divide(graph.multiply(dy, graph.constant(0.5)), y);
      case ABS -> graph.multiply(dy, graph.apply(Function.SIGN, a));
      case NEGATE -> graph.negate(dy);
      case STEP, SIGN -> graph.constant(0);
      case FLUSH -> dy;
    };
  }

  /// The derivative table, operators: the gradients of `a` and `b` for `y = a op b`.
  private void rule(Operator operator, int a, int b, int y, int dy) {
    switch (operator) {
      case ADD -> give(a, b, dy, dy);
      case SUBTRACT -> give(a, b, dy, graph.negate(dy));
      case MULTIPLY -> give(a, b, graph.multiply(dy, b), graph.multiply(dy, a));
      case DIVIDE -> {
        if (graph.isConstant(a, 1)) {
          give(b, graph.negate(graph.multiply(graph.multiply(dy, y), y)));
        } else {
          int da = graph.divide(dy, b);
          give(a, b, da, graph.negate(graph.multiply(da, y)));
        }
      }
      case MAX -> choose(a, b, graph.apply(Function.STEP, graph.subtract(a, b)), dy);
      case MIN -> choose(a, b, graph.apply(Function.STEP, graph.subtract(b, a)), dy);
    }
  }

  /// Passes the whole gradient to `a` where `a` was chosen, else to `b`.
  private void choose(int a, int b, int chosen, int dy) {
    give(a, b, graph.multiply(dy, chosen),
        graph.multiply(dy, graph.subtract(one(), chosen)));
  }

  private void give(int a, int b, int da, int db) {
    give(a, da);
    give(b, db);
  }

  private void give(int v, int gradient) {
    var node = graph.node(v);
    boolean learns = !(node instanceof Node.Constant || node instanceof Node.Count
        || node instanceof Node.Mask || node instanceof Node.Given);
    if (!learns || graph.isConstant(gradient, 0)) {
      return;
    }
    // A number that was broadcast to a row sums the gradients of the row's elements.
    boolean gathers = graph.isNumber(v) && !graph.isNumber(gradient);
    arrived.merge(v, gathers ? graph.sum(gradient) : gradient, graph::add);
  }

  private int one() {
    return graph.constant(1);
  }
}

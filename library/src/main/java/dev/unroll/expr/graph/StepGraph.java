package dev.unroll.expr.graph;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Cell.Shapes;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Expr.Reduction;
import dev.unroll.expr.Size;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The graph of one step of a cell: the values of the equations from `x` and the previous states.
///
/// @param graph the values
/// @param values for each equation, in order, the number of its value; states with their prime
/// @param output the number of the layer's output
/// @param shapes the symbolic shapes
/// @param traced for each equation, in order, the number under which its value can be kept for
///     every step: the value itself, or a copy of it if it is an input or a product; empty in a
///     graph that is not traced
public record StepGraph(
    Graph graph, SequencedMap<String, Integer> values, int output, Shapes shapes,
    SequencedMap<String, Integer> traced) {

  /// Copies its maps.
  public StepGraph {
    values = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(values));
    traced = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(traced));
  }

  /// Builds the graph of a cell.
  public static StepGraph of(Cell cell) {
    return new Builder(cell.shapes()).build(cell);
  }

  /// Builds the graph of a cell in which every equation's value can be kept. It has all nodes of
  /// the graph without tracing, under the same numbers.
  public static StepGraph tracing(Cell cell) {
    var step = of(cell);
    var graph = new Graph(step.graph());
    var traced = new LinkedHashMap<String, Integer>();
    step.values().forEach((name, value) -> {
      graph.begin(traced.size() + 1);
      traced.put(name, graph.elementwise(value));
    });
    return new StepGraph(graph, step.values(), step.output(), step.shapes(), traced);
  }

  /// The number of the new value of a state.
  public int newState(String state) {
    return requireNonNull(values.get(state + "'"));
  }

  private static final class Builder {
    private final Shapes shapes;
    private final Graph graph = new Graph();
    private final SequencedMap<String, Integer> values = new LinkedHashMap<>();

    Builder(Shapes shapes) {
      this.shapes = shapes;
    }

    StepGraph build(Cell cell) {
      for (var equation : cell.equations()) {
        graph.begin(values.size() + 1);
        int value = node(equation.value());
        // A state is a vector even if its equation gives one number for each row.
        values.put(equation.name(), equation.updatesState()
            ? graph.flush(
                graph.spread(value, requireNonNull(shapes.states().get(equation.baseName()))))
            : value);
      }
      int output = requireNonNull(values.get(cell.output()));
      graph.begin(List.copyOf(values.keySet()).indexOf(cell.output()) + 1);
      var size = shapes.output().equals(Size.ONE) ? Size.HIDDEN : shapes.output();
      return new StepGraph(graph, values, graph.elementwise(graph.spread(output, size)), shapes,
          new LinkedHashMap<>());
    }

    private int node(Expr expr) {
      return switch (expr) {
        case Expr.Input() -> graph.add(new Node.Input(Size.INPUT));
        case Expr.Previous(var name) ->
            graph.add(new Node.State(name, requireNonNull(shapes.states().get(name))));
        case Expr.Value(var name) -> requireNonNull(values.get(name));
        case Expr.Vector(var name) ->
            graph.add(new Node.Parameter(name, requireNonNull(shapes.vectors().get(name))));
        case Expr.Mask(var name) ->
            graph.add(new Node.Mask(name, requireNonNull(shapes.masks().get(name))));
        case Expr.StepMask(var name) -> given(name);
        case Expr.StepNumber(var name) -> given(name);
        case Expr.Constant(var value) -> graph.constant(value);
        case Expr.Product(var matrix, Expr.Concatenation(var parts)) -> product(matrix, parts);
        case Expr.Product(var matrix, var operand) -> product(matrix, List.of(operand));
        case Expr.Concatenation _ ->
            throw new IllegalStateException("a list of vectors behind no matrix");
        case Expr.Apply(var function, var operand) -> graph.apply(function, node(operand));
        case Expr.Combine(var operator, var left, var right) -> combine(operator, left, right);
        case Expr.Reduce(var reduction, var operand) -> reduce(reduction, node(operand));
      };
    }

    /// `W [a; b]` is `W[1] a + W[2] b`, each block of columns is multiplied separately.
    private int product(String matrix, List<Expr> operands) {
      var shape = requireNonNull(shapes.matrices().get(matrix));
      var blocks = shape.blocks(matrix);
      int sum = -1;
      for (int i = 0; i < blocks.size(); i++) {
        // A constant in a list is 0, which stands for a vector of zeros.
        if (!(operands.get(i) instanceof Expr.Constant)) {
          int product = graph.add(new Node.Product(
              blocks.get(i), multiplied(node(operands.get(i))), shape.rows()));
          sum = sum < 0 ? product : graph.add(sum, product);
        }
      }
      return sum;
    }

    private int given(String name) {
      return graph.add(new Node.Given(name, requireNonNull(shapes.given().get(name))));
    }

    /// Parameters and masks are not stored for every step: a product needs a copy that is.
    private int multiplied(int operand) {
      return switch (graph.node(operand)) {
        case Node.Parameter _, Node.Mask _ -> graph.elementwise(operand);
        case Node node when node.isElementwise() -> graph.flush(operand);
        default -> operand;
      };
    }

    private int combine(Operator operator, Expr left, Expr right) {
      int a = node(left);
      int b = node(right);
      return switch (operator) {
        case ADD -> graph.add(a, b);
        case SUBTRACT -> graph.subtract(a, b);
        case MULTIPLY -> graph.combine(Operator.MULTIPLY, a, b);
        case DIVIDE -> graph.divide(a, b);
        case MIN, MAX -> graph.combine(operator, a, b);
      };
    }

    private int reduce(Reduction reduction, int a) {
      var count = graph.add(new Node.Count(graph.size(a)));
      return switch (reduction) {
        case SUM -> graph.sum(a);
        case MEAN -> graph.divide(graph.sum(a), count);
        case VARIANCE -> {
          int centred = graph.subtract(a, graph.divide(graph.sum(a), count));
          yield graph.divide(graph.sum(graph.multiply(centred, centred)), count);
        }
      };
    }
  }
}

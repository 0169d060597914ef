package dev.unroll.expr.graph;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.Cell;
import dev.unroll.expr.CellException;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Size;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Runs a cell over a sequence in `double`, node by node: the slow reference that every kernel is
/// compared with.
///
/// Matrices are `[rows, columns]` row by row, those with heads `[rows, columns / heads]`; sequences
/// are `[T, B, size]`, states `[B, size]`. Not thread-safe.
public final class Interpreter {
  private final StepGraph step;
  private final GradientGraph gradient;
  private final Map<String, Integer> sizes;
  private final Map<String, double[]> parameters;
  private final Map<String, double[]> masks;
  private final Map<String, double[]> given;

  /// @param sizes the number of elements of each symbolic size: `F`, `H`, …
  /// @param parameters every matrix and vector of the cell by name
  /// @param masks every mask by name, `[B, size]`
  /// @throws CellException if the heads of a matrix do not divide its sizes
  public Interpreter(
      Cell cell,
      Map<String, Integer> sizes,
      Map<String, double[]> parameters,
      Map<String, double[]> masks) {
    this(GradientGraph.of(StepGraph.of(cell)), sizes, parameters, masks);
  }

  /// The same for a step that is already differentiated.
  public Interpreter(
      GradientGraph gradient,
      Map<String, Integer> sizes,
      Map<String, double[]> parameters,
      Map<String, double[]> masks) {
    this(gradient, sizes, parameters, masks, Map.of());
  }

  /// The same for a cell that reads step masks or step numbers.
  ///
  /// @param given step masks and step numbers by name, `[T, B, size]`
  public Interpreter(
      GradientGraph gradient,
      Map<String, Integer> sizes,
      Map<String, double[]> parameters,
      Map<String, double[]> masks,
      Map<String, double[]> given) {
    this.step = gradient.step();
    this.gradient = gradient;
    this.sizes = sizes;
    this.parameters = parameters;
    this.masks = masks;
    this.given = given;
    var problem = step.shapes().headsProblem(new Dimensions(sizes));
    if (problem != null) {
      throw new CellException(problem, null);
    }
  }

  /// Some columns of a matrix, or all of them: the block of `W` that multiplies one vector.
  ///
  /// @param stride the distance of rows
  /// @param heads in how many parts rows and vector are divided, each row meeting its part alone
  private record Columns(double[] matrix, int from, int stride, int heads) {

    /// The first element of a vector that row i meets.
    int first(int i, int rows, int columns) {
      return i / (rows / heads) * (columns / heads);
    }
  }

  private Columns columns(Map<String, double[]> matrices, String block) {
    for (var entry : step.shapes().matrices().entrySet()) {
      var sizes = entry.getValue().columns();
      int i = entry.getValue().blocks(entry.getKey()).indexOf(block);
      if (i >= 0) {
        return new Columns(named(matrices, entry.getKey(), "matrix"),
            sizes.stream().limit(i).mapToInt(this::elements).sum(),
            sizes.stream().mapToInt(this::elements).sum() / entry.getValue().heads(),
            entry.getValue().heads());
      }
    }
    throw new IllegalArgumentException("the cell has no matrix " + block);
  }

  /// The result of a forward pass: `values[t][node]`, each `[B, size]`.
  ///
  /// @param outputs `[T, B, out]`
  /// @param states the states after the last step
  public record Forward(
      int time, int batch, double[][][] values, double[] outputs, Map<String, double[]> states) {}

  /// The result of a backward pass.
  ///
  /// @param parameters for each matrix and vector its gradient
  /// @param input `dx [T, B, F]`
  /// @param states the gradient of the states before the first step
  /// @param traced for each equation of a traced step the gradient of its value, `[T, B, size]`
  /// @param arriving for each state the part of its gradient that comes from the next step,
  ///     `[T, B, size]`
  public record Backward(
      Map<String, double[]> parameters, double[] input, Map<String, double[]> states,
      Map<String, double[]> traced, Map<String, double[]> arriving) {}

  /// The forward pass: `T` steps from the given states.
  public Forward forward(int time, int batch, double[] x, Map<String, double[]> initial) {
    int features = elements(Size.INPUT);
    int out = elements(step.graph().node(step.output()).size());
    var states = new LinkedHashMap<>(initial);
    var outputs = new double[time * batch * out];
    var all = new double[time][][];
    for (int t = 0; t < time; t++) {
      var xt = Arrays.copyOfRange(x, t * batch * features, (t + 1) * batch * features);
      var values = new double[step.graph().size()][];
      for (int n = 0; n < values.length; n++) {
        values[n] = evaluate(step.graph(), n, values, batch, t, xt, states, Map.of());
      }
      for (var state : step.shapes().states().keySet()) {
        states.put(state, values[step.newState(state)]);
      }
      System.arraycopy(values[step.output()], 0, outputs, t * batch * out, batch * out);
      all[t] = values;
    }
    return new Forward(time, batch, all, outputs, states);
  }

  /// Back-propagation through time.
  ///
  /// @param dy the gradient of the outputs `[T, B, out]`
  /// @param dFinal the gradient of the states after the last step
  public Backward backward(Forward forward, double[] dy, Map<String, double[]> dFinal) {
    int batch = forward.batch();
    int features = elements(Size.INPUT);
    int out = dy.length / (forward.time() * batch);
    var gradients = new LinkedHashMap<String, double[]>();
    parameters.forEach((name, values) -> gradients.put(name, new double[values.length]));
    var dx = new double[forward.time() * batch * features];
    var dStates = new LinkedHashMap<>(dFinal);
    var traced = new LinkedHashMap<String, double[]>();
    var later = new LinkedHashMap<String, double[]>();
    for (int last = forward.time() - 1; last >= 0; last--) {
      int t = last;
      var arriving = new LinkedHashMap<String, double[]>();
      arriving.put(GradientGraph.OUTPUT,
          Arrays.copyOfRange(dy, t * batch * out, (t + 1) * batch * out));
      dStates.forEach((state, d) -> {
        arriving.put(state + "'", d);
        put(later, state, d, t, forward.time());
      });
      var graph = gradient.graph();
      var values = Arrays.copyOf(forward.values()[t], graph.size());
      for (int n = step.graph().size(); n < values.length; n++) {
        values[n] = evaluate(graph, n, values, batch, t, new double[0], Map.of(), arriving);
      }
      gradient.states().forEach((state, n) -> dStates.put(state,
          spread(values[n], batch, elements(requireNonNull(step.shapes().states().get(state))))));
      System.arraycopy(spread(values[gradient.input()], batch, features), 0, dx,
          t * batch * features, batch * features);
      accumulate(values, batch, gradients);
      gradient.traced().forEach((name, n) -> put(traced, name,
          spread(values[n], batch, elements(graph.node(n).size())), t, forward.time()));
    }
    return new Backward(gradients, dx, dStates, traced, later);
  }

  private static void put(
      Map<String, double[]> all, String name, double[] values, int t, int time) {
    System.arraycopy(values, 0,
        all.computeIfAbsent(name, _ -> new double[time * values.length]), t * values.length,
        values.length);
  }

  private void accumulate(double[][] values, int batch, Map<String, double[]> gradients) {
    for (var term : gradient.matrices()) {
      var into = columns(gradients, term.matrix());
      var a = values[term.adjoint()];
      var b = values[term.operand()];
      int rows = a.length / batch;
      int columns = b.length / batch;
      for (int row = 0; row < batch; row++) {
        for (int i = 0; i < rows; i++) {
          int first = into.first(i, rows, columns);
          for (int j = 0; j < columns / into.heads; j++) {
            into.matrix[into.from + i * into.stride + j] +=
                a[row * rows + i] * b[row * columns + first + j];
          }
        }
      }
    }
    for (var term : gradient.vectors()) {
      var into = requireNonNull(gradients.get(term.vector()));
      var a = values[term.adjoint()];
      for (int i = 0; i < a.length; i++) {
        into[i % into.length] += a[i];
      }
    }
  }

  private double[] evaluate(Graph graph, int number, double[][] values, int batch, int t,
      double[] x,
      Map<String, double[]> states, Map<String, double[]> arriving) {
    var node = graph.node(number);
    int n = elements(node.size());
    return switch (node) {
      case Node.Input _ -> x;
      case Node.State(var name, var _) -> named(states, name, "initial state");
      case Node.Arriving(var of, var _) -> named(arriving, of, "arriving gradient");
      case Node.Mask(var name, var _) -> named(masks, name, "mask");
      case Node.Given(var name, var _) ->
          Arrays.copyOfRange(named(given, name, "step mask or number"), t * batch * n,
              (t + 1) * batch * n);
      case Node.Parameter(var name, var _) -> repeat(named(parameters, name, "vector"), batch);
      case Node.Constant(double value) -> fill(value, batch);
      case Node.Count(var of) -> fill(elements(of), batch);
      case Node.Product(var matrix, int a, var _) ->
          multiply(columns(parameters, matrix), values[a], batch, n);
      case Node.TransposedProduct(var terms, var _) -> transposed(terms, values, batch, n);
      case Node.Apply(var function, int a, var _) ->
          Arrays.stream(values[a]).map(function::of).toArray();
      case Node.Combine(var operator, int a, int b, var _) ->
          combine(operator, values[a], values[b], batch, n);
      case Node.Sum(int a) -> sum(values[a], batch);
      case Node.Spread(int a, var _) -> spread(values[a], batch, n);
    };
  }

  private static double[] multiply(Columns w, double[] a, int batch, int rows) {
    int columns = a.length / batch;
    var y = new double[batch * rows];
    for (int row = 0; row < batch; row++) {
      for (int i = 0; i < rows; i++) {
        int first = w.first(i, rows, columns);
        for (int j = 0; j < columns / w.heads; j++) {
          y[row * rows + i] += w.matrix[w.from + i * w.stride + j] * a[row * columns + first + j];
        }
      }
    }
    return y;
  }

  private double[] transposed(List<Node.Term> terms, double[][] values, int batch, int columns) {
    var y = new double[batch * columns];
    for (var term : terms) {
      var w = columns(parameters, term.matrix());
      var a = values[term.adjoint()];
      int rows = a.length / batch;
      for (int row = 0; row < batch; row++) {
        for (int i = 0; i < rows; i++) {
          int first = w.first(i, rows, columns);
          for (int j = 0; j < columns / w.heads; j++) {
            y[row * columns + first + j] += w.matrix[w.from + i * w.stride + j] * a[row * rows + i];
          }
        }
      }
    }
    return y;
  }

  private static double[] combine(Operator operator, double[] a, double[] b, int batch, int n) {
    int aSize = a.length / batch;
    int bSize = b.length / batch;
    var y = new double[batch * n];
    for (int i = 0; i < y.length; i++) {
      int row = i / n;
      y[i] = operator.of(a[row * aSize + i % n % aSize], b[row * bSize + i % n % bSize]);
    }
    return y;
  }

  private static double[] sum(double[] a, int batch) {
    int n = a.length / batch;
    var y = new double[batch];
    for (int i = 0; i < a.length; i++) {
      y[i / n] += a[i];
    }
    return y;
  }

  private static double[] spread(double[] a, int batch, int n) {
    int size = a.length / batch;
    var y = new double[batch * n];
    for (int i = 0; i < y.length; i++) {
      y[i] = a[i / n * size + i % n % size];
    }
    return y;
  }

  private static double[] repeat(double[] row, int batch) {
    var y = new double[batch * row.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = row[i % row.length];
    }
    return y;
  }

  private static double[] fill(double value, int batch) {
    var y = new double[batch];
    Arrays.fill(y, value);
    return y;
  }

  private int elements(Size size) {
    return size.equals(Size.ONE) ? 1 : requireNonNull(sizes.get(size.name()));
  }

  private static double[] named(Map<String, double[]> map, String name, String what) {
    var found = map.get(name);
    if (found == null) {
      throw new IllegalArgumentException("The interpreter was given no %s %s; expected one of %s."
          .formatted(what, name, new ArrayList<>(map.keySet())));
    }
    return found;
  }
}

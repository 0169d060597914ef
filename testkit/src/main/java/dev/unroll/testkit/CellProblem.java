package dev.unroll.testkit;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Size;
import dev.unroll.expr.graph.GradientGraph;
import dev.unroll.expr.graph.Interpreter;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.tensor.CounterRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// A cell with sizes, weights, inputs, initial states and the coefficients of a loss, all drawn
/// from a seed and exactly representable in `float`.
record CellProblem(
    Cell cell,
    int time,
    int batch,
    Dimensions sizes,
    SequencedMap<String, double[]> parameters,
    SequencedMap<String, double[]> masks,
    SequencedMap<String, double[]> given,
    SequencedMap<String, double[]> states,
    double[] x,
    double[] outputCoefficients,
    SequencedMap<String, double[]> stateCoefficients,
    long seed) {

  /// The results of a pass, by name: outputs and final states, and gradients; of a traced step or
  /// plan also the values of all equations and their gradients.
  record Outcome(Map<String, double[]> values, Map<String, double[]> gradients) {}

  static CellProblem of(Cell cell, int time, int batch, int inputs, int hidden, long seed) {
    var shapes = cell.shapes();
    var elements = new LinkedHashMap<String, Integer>();
    elements.put(Size.INPUT.name(), inputs);
    elements.put(Size.HIDDEN.name(), hidden);
    shapes.namedSizes().forEach(name -> elements.put(name, hidden + elements.size() - 1));
    var sizes = new Dimensions(elements);
    var random = CounterRandom.of(seed);
    var parameters = new LinkedHashMap<String, double[]>();
    shapes.matrices().forEach((name, m) -> parameters.put(name,
        drawMatrix(random, "matrix " + name, sizes.of(m.rows()), m.stored(sizes))));
    shapes.vectors()
        .forEach((name, s) -> parameters.put(name, draw(random, "vector " + name, sizes.of(s))));
    var output = shapes.output().equals(Size.ONE) ? Size.HIDDEN : shapes.output();
    return new CellProblem(cell, time, batch, sizes, parameters,
        draw(random, "mask ", shapes.masks(), sizes, batch),
        draw(random, "given ", shapes.given(), sizes, time * batch),
        draw(random, "state ", shapes.states(), sizes, batch),
        draw(random, "x", time * batch * inputs),
        draw(random, "k", time * batch * sizes.of(output)),
        draw(random, "k ", shapes.states(), sizes, batch), seed);
  }

  private static SequencedMap<String, double[]> draw(CounterRandom random, String what,
      Map<String, Size> shapes, Dimensions sizes, int rows) {
    var drawn = new LinkedHashMap<String, double[]>();
    shapes.forEach(
        (name, size) -> drawn.put(name, draw(random, what + name, rows * sizes.of(size))));
    return drawn;
  }

  /// Elements with a variance of 1 / columns, so that a product neither blows up a vector nor
  /// shrinks it: the rounding of many steps stays in proportion, for any size.
  private static double[] drawMatrix(CounterRandom random, String what, int rows, int columns) {
    double bound = Math.min(1, Math.sqrt(3.0 / columns));
    return Arrays.stream(draw(random, what, rows * columns)).map(w -> (float) (w * bound))
        .toArray();
  }

  private static double[] draw(CounterRandom random, String what, int n) {
    var stream = random.stream(what);
    var values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = stream.uniform(0, i) * 2 - 1;
    }
    return values;
  }

  /// Forward and backward in `double`.
  Outcome interpret(GradientGraph gradient) {
    return interpret(gradient, UnaryOperator.identity());
  }

  /// The same, with the values of each step replaced between the passes.
  Outcome interpret(GradientGraph gradient, UnaryOperator<double[]> replacement) {
    var interpreter = interpreter(gradient, parameters);
    var forward = interpreter.forward(time, batch, x, states);
    for (var values : forward.values()) {
      Arrays.setAll(values, n -> replacement.apply(values[n]));
    }
    var backward = interpreter.backward(forward, outputCoefficients, stateCoefficients);
    var outcome = outcome(forward.outputs(), forward.states(), backward.parameters(),
        backward.input(), backward.states());
    if (!gradient.traced().isEmpty()) {
      gradient.step().values().forEach((name, n) -> outcome.values().put(
          "value of " + name, Stream.of(forward.values()).map(v -> spread(v[n]))
              .flatMapToDouble(Arrays::stream).toArray()));
      backward.traced().forEach((name, d) -> outcome.gradients().put("gradient of " + name, d));
      backward.arriving().forEach((name, d) -> outcome.gradients().put("arriving at " + name, d));
    }
    return outcome;
  }

  /// Broadcasts one number to all samples.
  private double[] spread(double[] values) {
    if (values.length >= batch) {
      return values;
    }
    var each = new double[batch];
    Arrays.fill(each, values[0]);
    return each;
  }

  /// The loss for other parameters, inputs or states.
  double loss(GradientGraph gradient, Map<String, double[]> parameters, double[] x,
      Map<String, double[]> states) {
    var forward = interpreter(gradient, parameters).forward(time, batch, x, states);
    double loss = dot(forward.outputs(), outputCoefficients);
    for (var state : states.keySet()) {
      loss += dot(requireNonNull(forward.states().get(state)),
          requireNonNull(stateCoefficients.get(state)));
    }
    return loss;
  }

  private Interpreter interpreter(GradientGraph gradient, Map<String, double[]> parameters) {
    return new Interpreter(gradient, sizes.elements(), parameters, masks, given);
  }

  /// Forward and backward by the plan, in `float`, on memory that another, longer sequence has
  /// used.
  Outcome execute(Plan plan, Kernels kernels, int threadCount) {
    try (var threads = Threads.of(threadCount)) {
      var execution = new CellExecution(this, plan, kernels, threads);
      execution.soil();
      return execution.run();
    }
  }

  static Outcome outcome(double[] outputs, Map<String, double[]> states,
      Map<String, double[]> parameters, double[] input, Map<String, double[]> initial) {
    var values = new LinkedHashMap<String, double[]>();
    values.put("output", outputs);
    states.forEach((name, s) -> values.put("final " + name, s));
    var gradients = new LinkedHashMap<String, double[]>();
    parameters.forEach((name, g) -> gradients.put("d" + name, g));
    gradients.put("dx", input);
    initial.forEach((name, g) -> gradients.put("d initial " + name, g));
    return new Outcome(values, gradients);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Override
  public String toString() {
    return "%s (T=%d B=%d %s, seed %d)"
        .formatted(cell.name(), time, batch, new TreeMap<>(sizes.elements()), seed);
  }
}

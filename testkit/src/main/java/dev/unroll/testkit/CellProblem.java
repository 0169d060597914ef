package dev.unroll.testkit;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.Cell;
import dev.unroll.expr.GradientGraph;
import dev.unroll.expr.Interpreter;
import dev.unroll.expr.Size;
import dev.unroll.kernel.Dimensions;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.Unrolled;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// A cell with sizes, weights, inputs, initial states and the coefficients of a loss, all drawn from a
/// seed and exactly representable in `float`.
record CellProblem(
    Cell cell,
    int time,
    int batch,
    Dimensions sizes,
    SequencedMap<String, double[]> parameters,
    SequencedMap<String, double[]> masks,
    SequencedMap<String, double[]> states,
    double[] x,
    double[] outputCoefficients,
    SequencedMap<String, double[]> stateCoefficients) {

  /// What a pass computed, by name: outputs and final states, and gradients.
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
        draw(random, "matrix " + name, sizes.of(m.rows()) * sizes.of(m.columns()))));
    shapes.vectors()
        .forEach((name, s) -> parameters.put(name, draw(random, "vector " + name, sizes.of(s))));
    var output = shapes.output().equals(Size.ONE) ? Size.HIDDEN : shapes.output();
    return new CellProblem(cell, time, batch, sizes, parameters,
        draw(random, "mask ", shapes.masks(), sizes, batch),
        draw(random, "state ", shapes.states(), sizes, batch),
        draw(random, "x", time * batch * inputs),
        draw(random, "k", time * batch * sizes.of(output)),
        draw(random, "k ", shapes.states(), sizes, batch));
  }

  private static SequencedMap<String, double[]> draw(CounterRandom random, String what,
      Map<String, Size> shapes, Dimensions sizes, int batch) {
    var drawn = new LinkedHashMap<String, double[]>();
    shapes.forEach(
        (name, size) -> drawn.put(name, draw(random, what + name, batch * sizes.of(size))));
    return drawn;
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
    var interpreter = interpreter(gradient, parameters);
    var forward = interpreter.forward(time, batch, x, states);
    var backward = interpreter.backward(forward, outputCoefficients, stateCoefficients);
    return outcome(forward.outputs(), forward.states(), backward.parameters(), backward.input(),
        backward.states());
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
    return new Interpreter(gradient, sizes.elements(), parameters, masks);
  }

  /// Forward and backward by the plan, in `float`.
  Outcome execute(Kernels kernels, int threadCount) {
    var plan = Plan.training(cell);
    var arena = new Parameters();
    plan.parameters().forEach(p -> arena.add(p.name(), sizes.of(p.rows()), sizes.of(p.columns())));
    arena.freeze();
    arena.byName()
        .forEach((name, block) -> copy(requireNonNull(parameters.get(name)), arena.values(),
            block.offset()));
    try (var threads = Threads.of(threadCount)) {
      var unrolled = new Unrolled(plan, sizes, time, batch, arena.byName(), arena.values(), kernels,
          threads);
      unrolled.load(arena.values());
      masks.forEach((name, values) -> write(values, unrolled.mask(name)));
      states.forEach((name, values) -> write(values, unrolled.state(name, 0)));
      unrolled.forward(rows(x, sizes.of(Size.INPUT)), time);
      stateCoefficients.forEach((name, k) -> write(k, unrolled.stateGradient(name, time)));
      unrolled.backward(rows(outputCoefficients, unrolled.output().columns()), time,
          arena.gradients());
      var finalStates = new LinkedHashMap<String, double[]>();
      var initialGradients = new LinkedHashMap<String, double[]>();
      states.forEach((name, values) -> {
        finalStates.put(name, read(unrolled.state(name, time), values.length));
        initialGradients.put(name, read(unrolled.stateGradient(name, 0), values.length));
      });
      var gradients = new LinkedHashMap<String, double[]>();
      parameters.keySet().forEach(name -> {
        var block = requireNonNull(arena.byName().get(name));
        gradients.put(name, read(new Rows(arena.gradients(), block.offset(), 1), block.length()));
      });
      return outcome(read(unrolled.output(), outputCoefficients.length), finalStates, gradients,
          read(unrolled.inputGradient(), x.length), initialGradients);
    }
  }

  private static Outcome outcome(double[] outputs, Map<String, double[]> states,
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

  private static Rows rows(double[] values, int columns) {
    var rows = Rows.allocate(values.length / columns, columns);
    write(values, rows);
    return rows;
  }

  private static void write(double[] values, Rows rows) {
    copy(values, rows.array(), rows.offset());
  }

  private static void copy(double[] values, float[] into, int offset) {
    for (int i = 0; i < values.length; i++) {
      into[offset + i] = (float) values[i];
    }
  }

  private static double[] read(Rows rows, int n) {
    var values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = rows.array()[rows.offset() + i];
    }
    return values;
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
    return "%s (%s)".formatted(cell.name(), Gradients.sizes(time, batch, sizes));
  }
}

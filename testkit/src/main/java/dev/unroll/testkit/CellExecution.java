package dev.unroll.testkit;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.Size;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Processors;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.run.Unrolled;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import java.util.LinkedHashMap;

/// A problem bound to a plan, kernels and memory for one step more than the problem has.
final class CellExecution {
  private final CellProblem problem;
  private final Parameters arena = new Parameters();
  private final Unrolled unrolled;
  private final boolean isTraced;

  CellExecution(CellProblem problem, Plan plan, Kernels kernels, Threads threads) {
    this.problem = problem;
    isTraced = plan.trace() != null;
    var sizes = problem.sizes();
    plan.parameters().forEach(p -> arena.add(p.name(), sizes.of(p.rows()), p.stored(sizes)));
    arena.freeze();
    unrolled = new Unrolled(plan, sizes, problem.time() + 1, problem.batch(), arena.byName(),
        arena.values(), new Processors(kernels, threads, null));
  }

  /// Runs forward and backward for other numbers and one step more: a run on used memory must not
  /// differ from one on fresh memory.
  void soil() {
    int time = problem.time() + 1;
    Arrays.fill(arena.values(), 0.3f);
    unrolled.load(arena.values());
    problem.masks().forEach((name, values) -> fill(unrolled.mask(name), values.length, 0.6f));
    problem.given().forEach((name, values) -> fill(unrolled.given(name), values.length, 0.4f));
    problem.states().forEach((name, values) -> {
      fill(unrolled.state(name, 0), values.length, -0.7f);
      fill(unrolled.stateGradient(name, time), values.length, 0.9f);
    });
    var x = rows(new double[problem.x().length / problem.time() * time], Size.INPUT);
    Arrays.fill(x.array(), 0.8f);
    unrolled.forward(x, time);
    var dy = Rows.allocate(time * problem.batch(), unrolled.output().columns());
    Arrays.fill(dy.array(), -1.1f);
    unrolled.backward(dy, time, arena.gradients());
    Arrays.fill(arena.gradients(), 0f);
  }

  /// Forward and backward.
  CellProblem.Outcome run() {
    int time = problem.time();
    arena.byName().forEach(
        (name, block) -> copy(requireNonNull(problem.parameters().get(name)), arena.values(),
            block.offset()));
    unrolled.load(arena.values());
    problem.masks().forEach((name, values) -> write(values, unrolled.mask(name)));
    problem.given().forEach((name, values) -> write(values, unrolled.given(name)));
    problem.states().forEach((name, values) -> write(values, unrolled.state(name, 0)));
    unrolled.forward(rows(problem.x(), Size.INPUT), time);
    problem.stateCoefficients().forEach((name, k) -> write(k, unrolled.stateGradient(name, time)));
    var dy = problem.outputCoefficients();
    unrolled.backward(rows(dy, unrolled.output().columns()), time, arena.gradients());
    var finalStates = new LinkedHashMap<String, double[]>();
    var initialGradients = new LinkedHashMap<String, double[]>();
    problem.states().forEach((name, values) -> {
      finalStates.put(name, read(unrolled.state(name, time), values.length));
      initialGradients.put(name, read(unrolled.stateGradient(name, 0), values.length));
    });
    var gradients = new LinkedHashMap<String, double[]>();
    problem.parameters().keySet().forEach(name -> {
      var block = requireNonNull(arena.byName().get(name));
      gradients.put(name, read(new Rows(arena.gradients(), block.offset(), 1), block.length()));
    });
    var outcome = CellProblem.outcome(read(unrolled.output(), dy.length), finalStates, gradients,
        read(unrolled.inputGradient(), problem.x().length), initialGradients);
    if (isTraced) {
      addTrace(outcome);
    }
    return outcome;
  }

  private void addTrace(CellProblem.Outcome outcome) {
    var traced = unrolled.traced();
    int rows = problem.time() * problem.batch();
    for (var name : traced.quantities()) {
      var value = traced.value(name);
      outcome.values().put("value of " + name, read(value, rows * value.columns()));
      var gradient = traced.gradient(name);
      outcome.gradients().put("gradient of " + name, read(gradient, rows * gradient.columns()));
    }
    for (var name : problem.states().keySet()) {
      var arriving = traced.arriving(name);
      outcome.gradients().put("arriving at " + name, read(arriving, rows * arriving.columns()));
    }
  }

  private Rows rows(double[] values, Size columns) {
    return rows(values, problem.sizes().of(columns));
  }

  private static Rows rows(double[] values, int columns) {
    var rows = Rows.allocate(values.length / columns, columns);
    write(values, rows);
    return rows;
  }

  private static void fill(Rows rows, int n, float value) {
    Arrays.fill(rows.array(), rows.offset(), rows.offset() + n, value);
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
}

package dev.unroll.testkit;

import dev.unroll.expr.GradientGraph;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// `(L(v + ε) − L(v − ε)) / 2ε` for every parameter, input and initial state of a problem.
final class FiniteDifferences {
  private static final double STEP = 1e-5;

  private FiniteDifferences() {}

  static Map<String, double[]> of(GradientGraph gradient, CellProblem problem) {
    var gradients = new LinkedHashMap<String, double[]>();
    problem.parameters().forEach((name, values) -> gradients.put("d" + name,
        differences(values, changed -> problem.loss(gradient,
            with(problem.parameters(), name, changed), problem.x(), problem.states()))));
    gradients.put("dx", differences(problem.x(),
        changed -> problem.loss(gradient, problem.parameters(), changed, problem.states())));
    problem.states().forEach((name, values) -> gradients.put("d initial " + name,
        differences(values, changed -> problem.loss(gradient, problem.parameters(), problem.x(),
            with(problem.states(), name, changed)))));
    return gradients;
  }

  private static double[] differences(double[] values, ToDoubleFunction<double[]> loss) {
    var gradient = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      var changed = values.clone();
      changed[i] = values[i] + STEP;
      double above = loss.applyAsDouble(changed);
      changed[i] = values[i] - STEP;
      double below = loss.applyAsDouble(changed);
      gradient[i] = (above - below) / (2 * STEP);
    }
    return gradient;
  }

  private static Map<String, double[]> with(Map<String, double[]> all, String name,
      double[] values) {
    var changed = new LinkedHashMap<>(all);
    changed.put(name, values);
    return changed;
  }
}

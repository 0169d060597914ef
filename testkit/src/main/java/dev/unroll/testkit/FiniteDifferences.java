package dev.unroll.testkit;

import dev.unroll.expr.graph.GradientGraph;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// Central differences of the loss for every parameter, input and initial state of a problem, with
/// the fourth-order rule:
///
/// ```
/// (8 (L(v + ε) − L(v − ε)) − (L(v + 2ε) − L(v − 2ε))) / 12ε
/// ```
///
/// Its error, ε⁴ times the fifth derivative, is negligible compared with rounding, also for cells
/// that curve strongly over several steps; with fewer points the two errors cannot both be small.
final class FiniteDifferences {
  /// Small, as no kink of `relu`, `abs`, `min` or `max` may lie within two steps of a value.
  private static final double STEP = 3e-5;

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
      gradient[i] =
          (8 * difference(values, i, STEP, loss) - difference(values, i, 2 * STEP, loss))
              / (12 * STEP);
    }
    return gradient;
  }

  private static double difference(
      double[] values, int i, double step, ToDoubleFunction<double[]> loss) {
    var changed = values.clone();
    changed[i] = values[i] + step;
    double above = loss.applyAsDouble(changed);
    changed[i] = values[i] - step;
    return above - loss.applyAsDouble(changed);
  }

  private static Map<String, double[]> with(Map<String, double[]> all, String name,
      double[] values) {
    var changed = new LinkedHashMap<>(all);
    changed.put(name, values);
    return changed;
  }
}

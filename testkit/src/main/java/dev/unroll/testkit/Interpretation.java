package dev.unroll.testkit;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.graph.GradientGraph;
import dev.unroll.expr.graph.StepGraph;
import dev.unroll.testkit.CellProblem.Outcome;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;

/// The interpreter's results for a problem, in `double`, and their sensitivity to rounding.
///
/// For that the problem is solved again with every input, and every value that backward uses,
/// changed by up to 2⁻²², four roundings of a `float`. The change of the results then shows how the
/// cell amplifies its roundings: little if it saturates, a lot if it divides by something small.
///
/// @param disturbances for each value and gradient the largest change in a few draws
record Interpretation(CellProblem problem, Outcome outcome, Map<String, Double> disturbances) {
  private static final double SIZE = 0x1p-22;
  private static final int DRAWS = 4;

  static Interpretation of(CellProblem problem) {
    return of(problem, GradientGraph.of(StepGraph.of(problem.cell())));
  }

  /// The same with the values of all equations and their gradients.
  static Interpretation tracing(CellProblem problem) {
    return of(problem, GradientGraph.of(StepGraph.tracing(problem.cell())));
  }

  private static Interpretation of(CellProblem problem, GradientGraph gradient) {
    var outcome = problem.interpret(gradient);
    var disturbances = new LinkedHashMap<String, Double>();
    var random = new SplittableRandom(problem.seed());
    for (int draw = 0; draw < DRAWS; draw++) {
      var disturbed = disturbed(problem, random)
          .interpret(gradient, values -> disturbed(values, random));
      putDistances(outcome.values(), disturbed.values(), disturbances);
      putDistances(outcome.gradients(), disturbed.gradients(), disturbances);
    }
    return new Interpretation(problem, outcome, disturbances);
  }

  private static CellProblem disturbed(CellProblem p, SplittableRandom random) {
    return new CellProblem(p.cell(), p.time(), p.batch(), p.sizes(),
        disturbed(p.parameters(), random), disturbed(p.masks(), random),
        disturbed(p.given(), random),
        disturbed(p.states(), random), disturbed(p.x(), random),
        disturbed(p.outputCoefficients(), random), disturbed(p.stateCoefficients(), random),
        p.seed());
  }

  private static SequencedMap<String, double[]> disturbed(
      Map<String, double[]> values, SplittableRandom random) {
    var disturbed = new LinkedHashMap<String, double[]>();
    values.forEach((name, v) -> disturbed.put(name, disturbed(v, random)));
    return disturbed;
  }

  private static double[] disturbed(double[] values, SplittableRandom random) {
    var disturbed = values.clone();
    for (int i = 0; i < disturbed.length; i++) {
      disturbed[i] *= 1 + SIZE * random.nextDouble(-1, 1);
    }
    return disturbed;
  }

  private static void putDistances(
      Map<String, double[]> a, Map<String, double[]> b, Map<String, Double> into) {
    a.forEach((name, values) -> into.merge(
        name, distance(values, requireNonNull(b.get(name))), Math::max));
  }

  private static double distance(double[] a, double[] b) {
    double distance = 0;
    for (int i = 0; i < a.length; i++) {
      distance = Math.max(distance, Math.abs(a[i] - b[i]));
    }
    return distance;
  }
}

package dev.unroll.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.cell.Cells;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Size;
import dev.unroll.expr.graph.GradientGraph;
import dev.unroll.expr.graph.Interpreter;
import dev.unroll.expr.graph.StepGraph;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.testkit.CellProblem.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A traced plan computes what the plan without traces does, to the bit, and what it keeps is what
/// the interpreter finds in `double`: the value of every equation at every step and its gradient.
class TracingTest {

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 40);
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.testkit.PublishedCells#all")
  void publishedCells(Cell cell) {
    assertTraced(cell, new Sizes(4, 3, 5, 7, 21));
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.testkit.CellZooTest#cells")
  void zoo(Cell cell) {
    assertTraced(cell, new Sizes(3, 5, 19, 37, 5));
    assertTraced(cell, new Sizes(1, 1, 1, 1, 3));
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.testkit.RewritesTest#published")
  void rewrittenCells(Cell cell) {
    assertTraced(cell, new Sizes(3, 2, 4, 6, 9));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void randomCells(long seed) {
    var cell = RandomCell.draw(seed);
    try {
      assertTraced(cell, Sizes.draw(seed, 6, 4, 5, 6));
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed %d, cell\n%s".formatted(seed, cell), e);
    }
  }

  static void assertTraced(Cell cell, Sizes sizes) {
    var problem = CellProblem.of(cell, sizes.time(), sizes.batch(), sizes.inputs(), sizes.hidden(),
        sizes.seed());
    var traced = Plan.traced(cell, true);
    var plain = problem.execute(Plan.training(cell), Providers.scalar(), 1);
    var expected = Interpretation.tracing(problem);
    var reference = problem.execute(traced, Providers.scalar(), 1);
    Gradients.assertExecuted(expected, traced, Providers.scalar(), 1);
    assertSameBits(problem, plain, reference);
    for (var kernels : List.of(Providers.scalar(), Providers.best(), new EmittedKernels(8))) {
      for (int threads = 1; threads <= 2; threads++) {
        var actual = problem.execute(traced, kernels, threads);
        assertSameBits(problem, plain, actual);
        assertSameBits(problem, reference, actual);
      }
    }
  }

  private static void assertSameBits(CellProblem problem, Outcome expected, Outcome actual) {
    assertSameBits(problem, expected.values(), actual.values());
    assertSameBits(problem, expected.gradients(), actual.gradients());
  }

  private static void assertSameBits(
      CellProblem problem, Map<String, double[]> expected, Map<String, double[]> actual) {
    expected.forEach((name, values) -> assertThat(actual.get(name))
        .as("%s of %s", name, problem).containsExactly(values));
  }

  /// What is added to an equation at one step changes the loss by the gradient of the equation's
  /// value.
  @ParameterizedTest
  @ValueSource(strings = {"lstm", "gru", "gru-reset-before", "lstm-peephole", "lstm-layernorm"})
  void gradientsAreCentralDifferences(String name) {
    var cell = Cells.find(name);
    var step = StepGraph.of(cell);
    var moved = new Cell(cell.name(), cell.equations().stream()
        .map(e -> new Equation(e.name(), e.value().plus(moving(step, e)))).toList(),
        cell.output(), cell.sizes(), cell.initializers(), cell.starts());
    var problem = CellProblem.of(cell, 3, 2, 4, 5, 17);
    var gradient = GradientGraph.of(StepGraph.tracing(cell));
    var expected = problem.interpret(gradient).gradients();
    for (var equation : cell.equations()) {
      var quantity = equation.name();
      var actual = requireNonNull(expected.get("gradient of " + quantity));
      var differences = new double[actual.length];
      for (int i = 0; i < actual.length; i++) {
        double h = 1e-4;
        double near = loss(problem, moved, equation, i, h) - loss(problem, moved, equation, i, -h);
        double far =
            loss(problem, moved, equation, i, 2 * h) - loss(problem, moved, equation, i, -2 * h);
        differences[i] = (8 * near - far) / (12 * h);
      }
      new Tolerance(1e-8, 0.1, "central differences of fourth order with step 1e-4")
          .assertClose("%s: gradient of %s".formatted(name, quantity), differences, actual);
    }
  }

  private static Expr moving(StepGraph step, Equation equation) {
    int value = requireNonNull(step.values().get(equation.name()));
    var name = "to_" + equation.baseName();
    return step.graph().node(value).size().equals(Size.ONE) ? new Expr.StepNumber(name)
        : new Expr.StepMask(name);
  }

  private static double loss(
      CellProblem problem, Cell moved, Equation equation, int element, double by) {
    var given = new LinkedHashMap<String, double[]>();
    moved.shapes().given().forEach((name, size) -> given.put(name,
        new double[problem.time() * problem.batch() * problem.sizes().of(size)]));
    requireNonNull(given.get("to_" + equation.baseName()))[element] = by;
    var interpreter = new Interpreter(GradientGraph.of(StepGraph.of(moved)),
        problem.sizes().elements(), problem.parameters(), problem.masks(), given);
    var forward = interpreter.forward(
        problem.time(), problem.batch(), problem.x(), problem.states());
    double loss = 0;
    for (int i = 0; i < forward.outputs().length; i++) {
      loss += forward.outputs()[i] * problem.outputCoefficients()[i];
    }
    for (var state : forward.states().entrySet()) {
      var k = requireNonNull(problem.stateCoefficients().get(state.getKey()));
      for (int i = 0; i < k.length; i++) {
        loss += state.getValue()[i] * k[i];
      }
    }
    return loss;
  }

  /// Values that are read from elsewhere, come out of a product, or are one number for a whole row.
  @Test
  void everyKindOfValueIsThere() {
    var cell = Cell.parse("kinds", """
        a = x
        b = W x
        d = h
        e = v
        f = 3
        k = mean(x)
        l = U h
        m = mask(z) * h
        n = k
        h' = tanh(b + l + e * f + mean(d) + m + n)
        y = sum(h')
        out y
        """);
    assertTraced(cell, new Sizes(3, 2, 4, 5, 2));
  }

  @Test
  void aPlanThatIsNotTracedIsUnchanged() {
    var cell = Cells.find("lstm");
    assertThat(Plan.training(cell).trace()).isNull();
    assertThat(Plan.traced(cell, false).trace()).isNotNull();
    assertThat(requireNonNull(Plan.traced(cell, true).trace()).gradients().keySet())
        .containsExactly("i", "f", "g", "o", "c'", "h'");
  }
}

package dev.unroll.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.cell.Cells;
import dev.unroll.cell.Cells.Published;
import dev.unroll.cell.rewrite.Tangent;
import dev.unroll.expr.Cell;
import dev.unroll.expr.graph.GradientGraph;
import dev.unroll.expr.graph.Interpreter;
import dev.unroll.expr.graph.StepGraph;
import dev.unroll.tensor.CounterRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Forward mode against reverse mode, which shares no line with it: `uᵀ (J v) = (Jᵀ u)ᵀ v`, in
/// `double`; then the tangents on the compiled path.
class TangentTest {
  private static final int RANDOM_CELLS = 60;

  static List<Named<Cell>> plain() {
    return Stream.of(Cells.all().stream().map(Published::cell), CellZoo.cells().stream(),
        Stream.iterate(1L, seed -> seed + 1).limit(RANDOM_CELLS).map(RandomCell::draw))
        .flatMap(cells -> cells).filter(cell -> !cell.states().isEmpty())
        .map(cell -> Named.of(cell.name(), cell)).toList();
  }

  static List<Arguments> rewritten() {
    return Rewrites.of(plain().subList(0, 40));
  }

  @ParameterizedTest
  @MethodSource("plain")
  void isTheDerivative(Cell cell) {
    check(cell);
  }

  @ParameterizedTest
  @MethodSource("rewritten")
  void isTheDerivativeOfRewrittenCells(Cell cell) {
    check(cell);
  }

  /// Every fourth, as each has its code emitted, which takes time.
  static List<Named<Cell>> executed() {
    var all = plain();
    return IntStream.range(0, all.size()).filter(i -> i % 4 == 0).mapToObj(all::get).toList();
  }

  @ParameterizedTest
  @MethodSource("executed")
  void runsOnTheCompiledPath(Cell cell) {
    Gradients.assertMatch(Tangent.of(cell).cell(), 2, 3, 4, 5, 11);
  }

  @Test
  void readsLikeTheDerivativeOnPaper() {
    var tangent = Tangent.of(Cell.parse("leaky", "f = σ(W x + U h)\nh' = f * h"));
    assertThat(tangent.cell()).hasToString("""
        f    = σ(W x + U h)
        d_f  = f * (1 - f) * U d_h
        h'   = f * h
        d_h' = d_f * h + f * d_h
        """);
    assertThat(tangent.tangents()).isEqualTo(Map.of("h", "d_h"));
  }

  private static void check(Cell cell) {
    var tangent = Tangent.of(cell);
    for (long seed = 1; seed <= 3; seed++) {
      var problem = CellProblem.of(cell, 1, 3, 4, 5, seed);
      var states = new LinkedHashMap<>(problem.states());
      var v = new LinkedHashMap<String, double[]>();
      for (var state : cell.states()) {
        var at = requireNonNull(problem.states().get(state));
        var random = CounterRandom.of(seed).stream("v").stream(state);
        var direction = new double[at.length];
        for (int i = 0; i < at.length; i++) {
          direction[i] = random.normal(0, i);
        }
        v.put(state, direction);
        states.put(requireNonNull(tangent.tangents().get(state)), direction);
      }
      var moved = interpreter(tangent.cell(), problem)
          .forward(1, problem.batch(), problem.x(), states).states();
      var reverse = interpreter(cell, problem);
      var forward = reverse.forward(1, problem.batch(), problem.x(), problem.states());
      var back = reverse.backward(forward, new double[problem.outputCoefficients().length],
          problem.stateCoefficients()).states();
      double byForward = 0;
      double byReverse = 0;
      for (var state : cell.states()) {
        byForward += dot(requireNonNull(problem.stateCoefficients().get(state)),
            requireNonNull(moved.get(tangent.tangents().get(state))));
        byReverse += dot(requireNonNull(back.get(state)), requireNonNull(v.get(state)));
      }
      Tolerance.DOUBLE.assertClose("uᵀ J v of %s, seed %d".formatted(cell.name(), seed),
          new double[] {byReverse}, new double[] {byForward});
    }
  }

  private static Interpreter interpreter(Cell cell, CellProblem problem) {
    return new Interpreter(GradientGraph.of(StepGraph.of(cell)), problem.sizes().elements(),
        problem.parameters(), problem.masks(), problem.given());
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}

package dev.unroll.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.cell.Cells;
import dev.unroll.cell.Cells.Published;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Size;
import dev.unroll.expr.graph.GradientGraph;
import dev.unroll.expr.graph.Interpreter;
import dev.unroll.expr.graph.StepGraph;
import dev.unroll.inspect.Spectrum;
import dev.unroll.inspect.StepJacobian;
import dev.unroll.inspect.StepJacobian.Question;
import dev.unroll.inspect.Trajectory;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Singular values that come from products on the compiled path, in `float`, against those of the
/// matrices that the interpreter forms in `double`, for cells of all kinds.
class JacobianTest {
  private static final int BATCH = 2;

  /// The gradients of some hundred units in `float`, relative to the largest value.
  private static final double CLOSE = 2e-5;

  static List<Named<Cell>> cells() {
    return Stream.of(Cells.all().stream().map(Published::cell), CellZoo.cells().stream(),
        Stream.iterate(1L, seed -> seed + 1).limit(20).map(RandomCell::draw))
        .flatMap(cells -> cells)
        .filter(cell -> !cell.states().isEmpty() && cell.shapes().masks().isEmpty()
            && cell.shapes().given().isEmpty())
        .map(cell -> Named.of(cell.name(), cell)).toList();
  }

  static List<Named<Cell>> published() {
    return Cells.all().stream().map(p -> Named.of(p.name(), p.cell())).toList();
  }

  /// Small states, so that matrices are formed.
  @ParameterizedTest
  @MethodSource("cells")
  void formed(Cell cell) {
    check(cell, 4, 5, Question.of(3), 3);
    check(cell, 4, 5, Question.of(2).lag(3), 4);
    check(cell, 4, 5, Question.of(2).state(cell.states().getLast()), 5);
  }

  /// States with more units than are formed.
  @ParameterizedTest
  @MethodSource("published")
  void fromProductsAlone(Cell cell) {
    check(cell, 3, 37, Question.of(3), 6);
    check(cell, 3, 37, Question.of(2).lag(2).state(cell.states().getFirst()), 7);
  }

  private static void check(Cell cell, int features, int hidden, Question question, long seed) {
    // A cell may add x to its output, which then has one size with it.
    int inputs = cell.shapes().output().equals(Size.INPUT) ? hidden : features;
    var problem = CellProblem.of(cell, 3, BATCH, inputs, hidden, seed);
    int steps = problem.time();
    var parameters = new Parameters();
    var layer = new Recurrent("layer", cell, problem.sizes(), parameters, 0, CounterRandom.of(1));
    parameters.freeze();
    problem.parameters().forEach((name, values) -> {
      int offset = requireNonNull(parameters.byName().get("layer." + name)).offset();
      for (int i = 0; i < values.length; i++) {
        parameters.values()[offset + i] = (float) values[i];
      }
    });
    var interpreter = new Interpreter(GradientGraph.of(StepGraph.of(cell)),
        problem.sizes().elements(), problem.parameters(), problem.masks(), problem.given());
    var states = new ArrayList<LinkedHashMap<String, double[]>>();
    var now = new LinkedHashMap<>(problem.states());
    for (int t = 0; t < steps; t++) {
      states.add(new LinkedHashMap<>(now));
      now = new LinkedHashMap<>(
          interpreter.forward(1, BATCH, input(problem, t, 1), now).states());
    }
    var before = new LinkedHashMap<String, Rows>();
    for (var state : cell.states()) {
      var values = states.stream().map(s -> requireNonNull(s.get(state)))
          .flatMapToDouble(Arrays::stream).toArray();
      before.put(state, rows(values, values.length / steps / BATCH));
    }
    var at = new Trajectory(steps, BATCH, before, rows(problem.x(), inputs));
    try (var engine = Engine.of(1)) {
      var found = StepJacobian.of(engine, layer, at, question);
      for (int t = 0; t + question.lag() <= steps; t++) {
        for (int b = 0; b < BATCH; b++) {
          var expected = spectrum(interpreter, problem, states.get(t), t, b, question);
          for (int i = 0; i < found.at(t, b).length; i++) {
            assertThat(found.at(t, b)[i]).as("%s, %s, step %d, sample %d, value %d", problem,
                question, t, b, i).isCloseTo(expected.singularValues()[i],
                    within(CLOSE * Math.max(0.1, expected.norm())));
          }
        }
      }
    }
  }

  /// The matrix row by row: the backward pass from each unit.
  private static Spectrum spectrum(Interpreter interpreter, CellProblem problem,
      Map<String, double[]> states, int t, int b, Question question) {
    var asked = question.state().map(List::of).orElse(problem.cell().states());
    int lag = question.lag();
    var forward = interpreter.forward(lag, BATCH, input(problem, t, lag), states);
    int n = asked.stream().mapToInt(s -> requireNonNull(states.get(s)).length / BATCH).sum();
    var matrix = new double[n * n];
    int row = 0;
    for (var to : asked) {
      for (int unit = 0; unit < requireNonNull(states.get(to)).length / BATCH; unit++, row++) {
        var last = new LinkedHashMap<String, double[]>();
        states.forEach((state, values) -> last.put(state, new double[values.length]));
        var seed = requireNonNull(last.get(to));
        seed[b * seed.length / BATCH + unit] = 1;
        var back =
            interpreter.backward(forward, new double[forward.outputs().length], last).states();
        int column = row * n;
        for (var from : asked) {
          var gradient = requireNonNull(back.get(from));
          int size = gradient.length / BATCH;
          System.arraycopy(gradient, b * size, matrix, column, size);
          column += size;
        }
      }
    }
    return Spectrum.of(matrix, n, n);
  }

  private static double[] input(CellProblem problem, int t, int steps) {
    int row = problem.x().length / problem.time();
    return Arrays.copyOfRange(problem.x(), t * row, (t + steps) * row);
  }

  private static Rows rows(double[] values, int columns) {
    var rows = Rows.allocate(values.length / columns, columns);
    for (int i = 0; i < values.length; i++) {
      rows.array()[i] = (float) values[i];
    }
    return rows;
  }
}

package dev.unroll.kernel.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.cell.Cells;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.kernel.Processors;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Steps whose weights are read in several parts, there and back, against a pass over all steps.
class ProductsInTurnTest {
  private static final int TIME = 4;
  private static final int SAMPLES = 5;
  private static final int INPUT = 230;
  private static final int HIDDEN = 400;

  /// `W x` and `U h` apart, one added to the other, one needed by the other, of different depth,
  /// and three.
  static Stream<Cell> cells() {
    return Stream.of(Cells.find("gru"), Cells.find("lstm"), Cells.find("lstm-peephole"),
        Cell.parse("chain", "h' = tanh(U (V h) + W x)"),
        Cell.parse("chain-of-inputs", "h' = tanh(W (V x) + U h)"),
        Cell.parse("three", "h' = tanh(W x * (V x + c) + U h)"));
  }

  @ParameterizedTest
  @MethodSource("cells")
  void stepsHaveTheBitsOfAPassOverAllSteps(Cell cell) {
    var plan = Plan.inference(cell);
    for (int samples : new int[] {1, 3, SAMPLES}) {
      var whole = unrolled(plan, samples);
      var x = new Rows(uniform(TIME * samples * INPUT, 2), 0, INPUT);
      whole.forward(x, TIME);
      var expected = whole.output();
      var stepped = unrolled(plan, SAMPLES);
      var output = stepped.output();
      for (int t = 0; t < TIME; t++) {
        stepped.step(new Rows(x.array(), t * samples * INPUT, INPUT), samples);
        assertThat(read(output, 0, samples)).as("step %d of %d samples", t, samples)
            .containsExactly(read(expected, t * samples, samples));
        for (var state : plan.states().keySet()) {
          copy(stepped.state(state, 1), stepped.state(state, 0), samples);
        }
      }
    }
  }

  private static Unrolled unrolled(Plan plan, int samples) {
    var sizes = Dimensions.of(INPUT, HIDDEN);
    var parameters = new Parameters();
    plan.parameters()
        .forEach(p -> parameters.add(p.name(), sizes.of(p.rows()), p.stored(sizes)));
    parameters.freeze();
    var values = uniform(parameters.values().length, 1);
    System.arraycopy(values, 0, parameters.values(), 0, values.length);
    var unrolled = new Unrolled(plan, sizes, TIME, samples, parameters.byName(),
        parameters.values(), new Processors(Providers.best(), Threads.of(1), null));
    unrolled.load(parameters.values());
    return unrolled;
  }

  private static float[] uniform(int n, int seed) {
    var random = new Random(seed);
    var array = new float[n];
    for (int i = 0; i < n; i++) {
      array[i] = (random.nextFloat() - 0.5f) / 4;
    }
    return array;
  }

  private static float[] read(Rows rows, int first, int count) {
    var values = new float[count * HIDDEN];
    for (int i = 0; i < count; i++) {
      System.arraycopy(rows.array(), rows.offset() + (first + i) * rows.columns(), values,
          i * HIDDEN, HIDDEN);
    }
    return values;
  }

  private static void copy(Rows from, Rows to, int samples) {
    System.arraycopy(from.array(), from.offset(), to.array(), to.offset(),
        samples * from.columns());
  }
}

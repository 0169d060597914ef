package dev.unroll.kernel.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.kernel.vector.VectorKernels;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Products of an input whose rows are often the same are computed once for each different row.
class EqualRowsTest {
  private static Rows rows(int n, int columns, int different) {
    var random = new Random(n + different);
    var vectors = new float[different][columns];
    for (var vector : vectors) {
      for (int i = 0; i < columns; i++) {
        vector[i] = (float) random.nextGaussian();
      }
    }
    var x = new float[5 + n * columns];
    for (int row = 0; row < n; row++) {
      System.arraycopy(vectors[random.nextInt(different)], 0, x, 5 + row * columns, columns);
    }
    return new Rows(x, 5, columns);
  }

  /// A pass step by step computes every row.
  @ParameterizedTest
  @CsvSource({"16, 4, 32, 8, 1", "17, 5, 33, 7, 40", "9, 16, 64, 31, 3", "40, 3, 37, 5, 1000",
    "1, 65, 32, 3, 9", "3, 20, 40, 3, 2"})
  void sameBitsAsRowByRow(int time, int batch, int features, int hidden, int different) {
    for (var cell : List.of(Lstm.cell(), Gru.cell())) {
      for (var kernels : List.of(Providers.scalar(), VectorKernels.create().rehearsed())) {
        for (int threads = 1; threads <= 3; threads++) {
          try (var engine = new Engine(kernels, Threads.of(threads))) {
            compare(cell, engine, time, batch, features, hidden, different);
          }
        }
      }
    }
  }

  private static void compare(Cell cell, Engine engine, int time, int batch, int features,
      int hidden, int different) {
    var parameters = new Parameters();
    var layer = new Recurrent("layer", cell, Dimensions.of(features, hidden), parameters, 0,
        CounterRandom.of(3));
    parameters.freeze();
    layer.initialize();
    var whole = layer.run(engine, Bounds.of(time, batch, true));
    var steps = layer.run(engine, Bounds.of(time, batch, true));
    whole.load();
    steps.load();
    for (int pass = 0; pass < 3; pass++) {
      // Fewer steps and other symbols in the second pass, and none that are the same in the third.
      int n = pass == 1 ? (time + 1) / 2 : time;
      var x = rows(time * batch, features, pass == 2 ? 1_000_000 / features : different);
      whole.begin();
      steps.begin();
      var span = Span.of(n);
      var y = whole.forward(x, span);
      var expected = steps.forwardStep(x, 0, span);
      for (int t = 1; t < n; t++) {
        expected = steps.forwardStep(x, t, span);
      }
      assertThat(copy(y, n * batch)).isEqualTo(copy(expected, n * batch));
    }
  }

  private static float[] copy(Rows rows, int n) {
    return Arrays.copyOfRange(rows.array(), rows.offset(), rows.offset() + n * rows.columns());
  }

  @Test
  void differentRowsAreToldApartByTheirBits() {
    int n = 100;
    var x = rows(n, 40, 3);
    var equal = new EqualRows(40);
    equal.find(x, n);
    assertThat(equal.count()).isEqualTo(3);
    for (int row = 0; row < n; row++) {
      int at = 5 + row * 40;
      assertThat(Arrays.copyOfRange(x.array(), at, at + 40)).isEqualTo(Arrays.copyOfRange(
          equal.rows(), 40 * equal.number(row), 40 * equal.number(row) + 40));
    }
    x.array()[5 + 39] = 0f;
    x.array()[5 + 79] = -0f;
    equal.find(x, n);
    assertThat(equal.count()).isEqualTo(5);
    equal.find(rows(n, 40, 10_000), n);
    assertThat(equal.count()).isZero();
    equal.find(x, 63);
    assertThat(equal.count()).isZero();
  }
}

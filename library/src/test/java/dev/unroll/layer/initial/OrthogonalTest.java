package dev.unroll.layer.initial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.kernel.provider.Providers;
import dev.unroll.tensor.CounterRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Sizes below, at and above the number of reflections that are applied at a time, 64.
class OrthogonalTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "1, 5", "5, 1", "3, 3", "63, 64", "64, 64", "65, 65", "130, 70", "70, 130"})
  void theShorterSideIsOrthonormal(int rows, int columns) {
    var q = Orthogonal.draw(rows, columns, CounterRandom.of(4));
    boolean tall = rows > columns;
    int count = Math.min(rows, columns);
    int length = Math.max(rows, columns);
    for (int a = 0; a < count; a++) {
      for (int b = 0; b <= a; b++) {
        double dot = 0;
        for (int i = 0; i < length; i++) {
          dot += tall ? (double) q[i * columns + a] * q[i * columns + b]
              : (double) q[a * columns + i] * q[b * columns + i];
        }
        assertThat(dot).as("%d and %d", a, b).isCloseTo(a == b ? 1 : 0, within(1e-6));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"7, 5", "65, 65", "70, 130"})
  void theBitsAreThoseOfPlainJava(int rows, int columns) {
    assertThat(Orthogonal.draw(rows, columns, CounterRandom.of(4), Providers.best()))
        .containsExactly(
            Orthogonal.draw(rows, columns, CounterRandom.of(4), Providers.scalar()));
  }
}

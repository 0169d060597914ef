package dev.unroll.inspect.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PositionsTest {
  @Test
  void allOfThemWhereTheyMayBe() {
    var all = Positions.of(200, 200);
    assertThat(all.places()).hasSize(200).startsWith(0, 1, 2).endsWith(199);
    assertThat(all.weights()).containsOnly(1);
    assertThat(Positions.of(200, Integer.MAX_VALUE).places()).isEqualTo(all.places());
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "8, 3", "9, 8", "50, 20", "200, 32", "1001, 261", "2000, 524", "99999, 33"})
  void placesRiseAndWeighAllTogether(int n, int most) {
    var chosen = Positions.of(n, most);
    assertThat(chosen.count()).isBetween((most + 1) / 2, most);
    assertThat(chosen.places()).endsWith(n - 1).doesNotHaveDuplicates().isSorted();
    assertThat(chosen.places()[0]).isNotNegative();
    assertThat(Arrays.stream(chosen.weights()).sum()).isCloseTo(n, within(1e-9 * n));
  }

  /// Evenly spread, 33 of 99,999 positions leave one with a lag of 96,000.
  @ParameterizedTest
  @CsvSource({"200, 32", "2000, 524", "99999, 33"})
  void longLagsAreNotStarvedInEitherDirection(int n, int most) {
    var chosen = Positions.of(n, most);
    int lag = n - n / 16;
    assertThat(Arrays.stream(chosen.places()).filter(t -> t >= lag)).hasSizeGreaterThan(3);
    assertThat(Arrays.stream(chosen.places()).filter(t -> t < n - lag)).hasSizeGreaterThan(3);
  }

  /// The weighted mean of a line over the positions is that over all, up to the places within a
  /// part.
  @Test
  void theMeanIsThatOfAll() {
    int n = 10_000;
    var chosen = Positions.of(n, 400);
    IntToDoubleFunction line = t -> 3 + 2.0 * t / n;
    double sum = 0;
    for (int i = 0; i < chosen.count(); i++) {
      sum += chosen.weights()[i] * line.applyAsDouble(chosen.places()[i]);
    }
    assertThat(sum / n).isCloseTo(4, within(0.01));
  }
}

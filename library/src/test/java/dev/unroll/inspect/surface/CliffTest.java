package dev.unroll.inspect.surface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CliffTest {
  /// x_1 = w σ(0.5) + b, E = (σ(x_1) − 0.7)², by hand.
  @Test
  void oneStep() {
    var point = new Cliff(1, 0.5, 0.7).at(2, -1);
    double s = 0.6224593312018546; // σ(0.5)
    double x = 2 * s - 1;
    double y = 1 / (1 + Math.exp(-x));
    assertThat(point.loss()).isCloseTo((y - 0.7) * (y - 0.7), within(1e-15));
    assertThat(point.db()).isCloseTo(2 * (y - 0.7) * y * (1 - y), within(1e-15));
    assertThat(point.dw()).isCloseTo(s * point.db(), within(1e-15));
  }

  @ParameterizedTest
  @CsvSource({"3, -1", "5, -2.5", "5.5, -2.95", "6, -3.2", "7, -3.9"})
  void theGradientIsThatOfFiniteDifferences(double w, double b) {
    var cliff = Cliff.PASCANU;
    var point = cliff.at(w, b);
    double step = 1e-7;
    assertThat(point.dw()).isCloseTo(
        (cliff.at(w + step, b).loss() - cliff.at(w - step, b).loss()) / (2 * step),
        within(1e-4 * (1 + point.norm())));
    assertThat(point.db()).isCloseTo(
        (cliff.at(w, b + step).loss() - cliff.at(w, b - step).loss()) / (2 * step),
        within(1e-4 * (1 + point.norm())));
  }

  /// The wall stands where x_0 = 0.5 is the state that x leaves: b = 0.5 − w σ(0.5).
  @Test
  void thereIsAWall() {
    double s = 0.6224593312018546;
    double w = 6;
    double wall = 0.5 - w * s;
    assertThat(Cliff.PASCANU.at(w, wall - 0.1).norm()).isLessThan(0.2);
    assertThat(Cliff.PASCANU.at(w, wall + 0.1).norm()).isLessThan(0.2);
    assertThat(Cliff.PASCANU.at(w, wall).norm()).isGreaterThan(1e3);
  }

  /// One step at the wall: without a limit it leads far away, with one it is rate · clip long.
  @Test
  void clippingKeepsTheStepShort() {
    double wall = 0.5 - 6 * 0.6224593312018546;
    var free = Cliff.PASCANU.descend(6, wall, 0.1, 0, 1);
    var clipped = Cliff.PASCANU.descend(6, wall, 0.1, 1, 1);
    assertThat(distance(free.get(0), free.get(1))).isGreaterThan(100);
    assertThat(distance(clipped.get(0), clipped.get(1))).isCloseTo(0.1, within(1e-12));
    // The direction is the same.
    double slope = (free.get(1).b() - wall) / (free.get(1).w() - 6);
    assertThat((clipped.get(1).b() - wall) / (clipped.get(1).w() - 6))
        .isCloseTo(slope, within(1e-9));
  }

  private static double distance(Cliff.Point a, Cliff.Point b) {
    return Math.hypot(a.w() - b.w(), a.b() - b.b());
  }

  @Test
  void thereIsAtLeastOneStep() {
    assertThatThrownBy(() -> new Cliff(0, 0.5, 0.7)).hasMessage("0 steps, expected at least 1");
  }
}

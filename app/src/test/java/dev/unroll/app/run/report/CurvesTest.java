package dev.unroll.app.run.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.app.run.log.StepEffect;
import dev.unroll.app.run.report.Curves.Point;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CurvesTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 999, 1_000, 1_001, 1_499, 4_001, 100_003})
  void thinningKeepsSumsMeansAndOrder(int steps) {
    var curves = new Curves();
    double losses = 0;
    for (int i = 1; i <= steps; i++) {
      double loss = 3 + Math.sin(i);
      losses += loss;
      curves.add(new Point(i, 1, loss, i, i, 1, i % 3 == 0 ? 1 : 0, 0.1 / i, 64, 0.5,
          new StepEffect(1 - 0.1 / i, ratios(i))));
    }
    var points = curves.points();
    assertThat(points).hasSizeLessThanOrEqualTo(Curves.MOST);
    assertThat(points).hasSizeGreaterThanOrEqualTo(Math.min(steps, Curves.MOST / 2));
    assertThat(points).extracting(Point::step).isSorted();
    assertThat(points.getLast().step()).isEqualTo(steps);
    assertThat(points.getLast().largestNorm()).isEqualTo(steps);
    assertThat(points.getLast().learningRate()).isEqualTo(0.1 / steps);
    assertThat(points.stream().mapToInt(Point::steps).sum()).isEqualTo(steps);
    assertThat(points.stream().mapToInt(Point::clipped).sum()).isEqualTo(steps / 3);
    assertThat(points.stream().mapToDouble(Point::seconds).sum()).isEqualTo(0.5 * steps);
    assertThat(points.stream().mapToDouble(Point::characters).sum()).isEqualTo(64.0 * steps);
    assertThat(points.stream().mapToDouble(p -> p.loss() * p.steps()).sum())
        .isCloseTo(losses, within(1e-12 * steps * losses));
    assertThat(points.getFirst().effect().cosine()).isEqualTo(0.9);
    assertThat(points.stream().mapToDouble(p -> p.effect().ratios().get("W") * p.steps()).sum())
        .isCloseTo(steps * (steps + 1.0) / 2, within(1e-12 * steps * steps));
    assertThat(points.getLast().effect().ratios().get("b")).isEqualTo(steps == 1 ? null : 0.25);
    // All but the last point are of as many steps.
    assertThat(points.subList(0, points.size() - 1)).extracting(Point::steps)
        .allMatch(n -> n == points.getFirst().steps());
  }

  /// A bias that is zero before the first step has no ratio there.
  private static SequencedMap<String, Double> ratios(int step) {
    var ratios = new LinkedHashMap<String, Double>();
    ratios.put("W", (double) step);
    if (step > 1) {
      ratios.put("b", 0.25);
    }
    return ratios;
  }
}

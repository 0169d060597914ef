package dev.unroll.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Measures of probabilities.
class ProbabilitiesTest {
  /// The example in scikit-learn's documentation of `roc_auc_score` and `roc_curve`: 0.75.
  @Test
  void areaIsWhatScikitLearnDocuments() {
    assertThat(RocCurve.area(new double[] {0.1, 0.4, 0.35, 0.8},
        new boolean[] {false, false, true, true})).isEqualTo(0.75);
  }

  @Test
  void areaIsTheShareOfPairsInOrder() {
    var random = new SplittableRandom(7);
    double[] scores = random.ints(200, 0, 20).mapToDouble(i -> i / 20.0).toArray();
    boolean[] positive = new boolean[200];
    for (int i = 0; i < 200; i++) {
      positive[i] = random.nextDouble() < 0.3 + 0.4 * scores[i];
    }
    double inOrder = 0;
    double pairs = 0;
    for (int i = 0; i < 200; i++) {
      for (int j = 0; j < 200; j++) {
        if (positive[i] && !positive[j]) {
          pairs++;
          inOrder += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
        }
      }
    }
    assertThat(RocCurve.area(scores, positive)).isCloseTo(inOrder / pairs, within(1e-12));
    assertThat(RocCurve.area(new double[] {1, 2}, new boolean[] {true, true})).isNaN();
    assertThatThrownBy(() -> RocCurve.area(new double[] {Double.NaN}, new boolean[] {true}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /// By hand, with two bins: of (0, 0.5] 0.3 and 0.5, one of them right; of (0.5, 1] 0.6, 0.8 and
  /// 1, two right: 2/5 · |1/2 − 0.4| + 3/5 · |2/3 − 0.8| = 0.04 + 0.08.
  @Test
  void calibrationErrorIsThatOfItsDefinition() {
    double[] confidence = {0.3, 0.6, 0.5, 1, 0.8};
    boolean[] right = {false, true, true, true, false};
    assertThat(Calibration.error(confidence, right, 2)).isCloseTo(0.12, within(1e-12));
    assertThatThrownBy(() -> Calibration.error(new double[] {1.5}, new boolean[] {true}, 2))
        .hasMessage("Calibration: 1.5 is no probability.");
  }

  /// Classes are drawn from probabilities, which are then made surer by a known temperature.
  @Test
  void temperatureIsFound() {
    var random = new SplittableRandom(11);
    var sure = new ArrayList<float[]>();
    int n = 20_000;
    int[] classes = new int[n];
    double[] confidence = new double[n];
    double[] before = new double[n];
    boolean[] right = new boolean[n];
    for (int i = 0; i < n; i++) {
      float first = (float) (0.05 + 0.9 * random.nextDouble());
      float[] honest = {first, 1 - first};
      classes[i] = random.nextDouble() < first ? 0 : 1;
      double[] q = Temperature.apply(honest, 1 / 2.5);
      sure.add(new float[] {(float) q[0], (float) q[1]});
    }
    double temperature = Temperature.fit(sure, classes);
    assertThat(temperature).isCloseTo(2.5, within(0.1));
    for (int i = 0; i < n; i++) {
      double[] q = Temperature.apply(sure.get(i), temperature);
      int said = q[0] >= q[1] ? 0 : 1;
      confidence[i] = q[said];
      before[i] = sure.get(i)[said];
      right[i] = said == classes[i];
    }
    assertThat(Calibration.error(confidence, right, 15)).isLessThan(0.02);
    assertThat(Calibration.error(before, right, 15)).isGreaterThan(0.1);
  }

  @Test
  void temperatureHasLimits() {
    assertThat(Temperature.fit(List.of(), new int[0])).isEqualTo(1);
    var unsure = Collections.nCopies(1000, new float[] {0.501f, 0.499f});
    assertThat(Temperature.fit(unsure, new int[1000])).isCloseTo(0.05, within(1e-6));
    var sure = List.of(new float[] {1, 0}, new float[] {0, 1});
    assertThat(Temperature.fit(sure, new int[] {0, 1})).isCloseTo(20, within(1e-3));
    assertThat(Temperature.fit(sure, new int[] {1, 0})).isCloseTo(20, within(1e-3));
    assertThat(Temperature.apply(new float[] {1, 0}, 3)[0]).isCloseTo(1, within(1e-9));
  }
}

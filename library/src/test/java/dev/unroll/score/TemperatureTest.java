package dev.unroll.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TemperatureTest {
  /// Of 30 right answers out of 30 the temperature had been 0.05, its lower bound, and every answer
  /// certain.
  @Test
  void answersThatAreAllRightAreNotCertain() {
    int n = 30;
    var probabilities = Collections.nCopies(n, new float[] {0.8f, 0.2f});
    double t = Temperature.fit(probabilities, new int[n]);
    // Laplace's estimate, (30 + 1) / (30 + 2).
    assertThat(Temperature.apply(new float[] {0.8f, 0.2f}, t)[0])
        .isCloseTo(31.0 / 32, within(1e-6));
  }

  /// Confidence of 0.9 where 7 of 10 are right: the share with Laplace's weights is
  /// (0.7 (n + 1) + 0.3) / (n + 2), for n = 1000.
  @Test
  void tooMuchConfidenceIsLowered() {
    var probabilities = new ArrayList<float[]>();
    int[] classes = new int[1000];
    for (int i = 0; i < classes.length; i++) {
      probabilities.add(new float[] {0.9f, 0.1f});
      classes[i] = i % 10 < 7 ? 0 : 1;
    }
    double t = Temperature.fit(probabilities, classes);
    assertThat(t).isGreaterThan(1);
    assertThat(Temperature.apply(new float[] {0.9f, 0.1f}, t)[0])
        .isCloseTo((0.7 * 1001 + 0.3) / 1002, within(1e-6));
  }

  @Test
  void withoutSamplesNothingChanges() {
    assertThat(Temperature.fit(List.of(), new int[0])).isEqualTo(1);
  }
}

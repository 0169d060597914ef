package dev.unroll.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Recomputes loss, Adam and clipping of the libtorch files by plain loops.
class TrainingGoldenTest {
  /// The files are rounded to ten decimals.
  private static final double ROUNDING = 1e-9;

  @Test
  void softmaxCrossEntropy() {
    Golden golden = Golden.load("torch-cross-entropy");
    double[] logits = golden.tensor("logits").values();
    double[] labels = golden.tensor("labels").values();
    int V = logits.length / labels.length;
    double loss = 0;
    double[] gradient = new double[logits.length];
    for (int n = 0; n < labels.length; n++) {
      double sum = 0;
      for (int v = 0; v < V; v++) {
        sum += Math.exp(logits[n * V + v]);
      }
      int label = (int) labels[n];
      loss += (Math.log(sum) - logits[n * V + label]) / labels.length;
      for (int v = 0; v < V; v++) {
        double target = v == label ? 1 : 0;
        gradient[n * V + v] = (Math.exp(logits[n * V + v]) / sum - target) / labels.length;
      }
    }

    assertThat(loss).isCloseTo(golden.tensor("loss").scalar(), within(ROUNDING));
    assertThat(gradient).containsExactly(golden.tensor("dlogits").values(), within(ROUNDING));
  }

  @Test
  void adam() {
    Golden golden = Golden.load("torch-adam");
    double[] parameters = golden.tensor("before").values();
    double[] gradients = golden.tensor("gradients").values();
    int size = parameters.length;
    double[] after = new double[gradients.length];
    for (int k = 0; k < size; k++) {
      double p = parameters[k];
      double m = 0;
      double v = 0;
      for (int step = 1; step <= gradients.length / size; step++) {
        double g = gradients[(step - 1) * size + k];
        m = 0.9 * m + 0.1 * g;
        v = 0.999 * v + 0.001 * g * g;
        double mHat = m / (1 - Math.pow(0.9, step));
        double vHat = v / (1 - Math.pow(0.999, step));
        p -= 0.1 * mHat / (Math.sqrt(vHat) + 1e-8);
        after[(step - 1) * size + k] = p;
      }
    }

    assertThat(after).containsExactly(golden.tensor("after").values(), within(ROUNDING));
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch-clip-norm", "torch-clip-norm-idle"})
  void clippingByTheGlobalNorm(String name) {
    Golden golden = Golden.load(name);
    String[] keys = {"dW", "dU", "db"};
    double squares = 0;
    for (String key : keys) {
      for (double g : golden.tensor(key).values()) {
        squares += g * g;
      }
    }
    double norm = Math.sqrt(squares);
    double scale = Math.min(1, golden.tensor("max_norm").scalar() / (norm + 1e-6));

    assertThat(norm).isCloseTo(golden.tensor("norm").scalar(), within(ROUNDING));
    assertThat(scale < 1).isEqualTo(name.equals("torch-clip-norm"));
    for (String key : keys) {
      double[] clipped = golden.tensor(key).values().clone();
      for (int k = 0; k < clipped.length; k++) {
        clipped[k] *= scale;
      }
      assertThat(clipped)
          .as(key)
          .containsExactly(golden.tensor(key + "_clipped").values(), within(ROUNDING));
    }
  }
}

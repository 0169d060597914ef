package dev.unroll.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.kernel.Engine;
import dev.unroll.model.SoftmaxCrossEntropy;
import dev.unroll.tensor.Rows;
import dev.unroll.train.Adam;
import dev.unroll.train.GlobalNorm;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Loss, Adam and clipping of the library agree with libtorch.
class TorchTrainingTest {

  @Test
  void softmaxCrossEntropy() {
    var golden = Golden.load("torch-cross-entropy");
    int[] labels = Arrays.stream(golden.tensor("labels").values()).mapToInt(v -> (int) v).toArray();
    var logits = golden.tensor("logits").floats();
    int classes = logits.length / labels.length;
    try (var engine = Engine.of(2)) {
      var loss = new SoftmaxCrossEntropy(engine, labels.length, classes);
      double sum = loss.sum(new Rows(logits, 0, classes), labels, labels.length);

      assertThat(sum / labels.length).isCloseTo(golden.tensor("loss").scalar(), within(1e-6));
      Tolerance.FLOAT.assertClose("dlogits", golden.tensor("dlogits").values(),
          doubles(loss.gradient().array()));
    }
  }

  @Test
  void adam() {
    var golden = Golden.load("torch-adam");
    var values = golden.tensor("before").floats();
    var gradients = golden.tensor("gradients").floats();
    var after = golden.tensor("after").values();
    int size = values.length;
    try (var engine = Engine.of(2)) {
      var adam = new Adam(engine, size);
      for (int from = 0; from < gradients.length; from += size) {
        adam.step(values, Arrays.copyOfRange(gradients, from, from + size), 1, 0.1);
        Tolerance.FLOAT.assertClose("parameters after step " + (from / size + 1),
            Arrays.copyOfRange(after, from, from + size), doubles(values));
      }
    }
  }

  /// libtorch divides by the norm plus 1e-6, which these norms do not feel.
  @ParameterizedTest
  @ValueSource(strings = {"torch-clip-norm", "torch-clip-norm-idle"})
  void clippingByTheGlobalNorm(String name) {
    var golden = Golden.load(name);
    var gradients = concatenated(golden, "dW", "dU", "db");
    var clipped = concatenated(golden, "dW_clipped", "dU_clipped", "db_clipped");
    double limit = golden.tensor("max_norm").scalar();
    try (var engine = Engine.of(2)) {
      double norm = new GlobalNorm(engine, gradients.length).of(gradients);
      float factor = GlobalNorm.factor(norm, limit);

      assertThat(norm).isCloseTo(golden.tensor("norm").scalar(), within(1e-6));
      assertThat(factor < 1).isEqualTo(name.equals("torch-clip-norm"));
      var scaled = gradients.clone();
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] *= factor;
      }
      Tolerance.FLOAT.assertClose("clipped gradients", doubles(clipped), doubles(scaled));
    }
  }

  private static float[] concatenated(Golden golden, String... tensors) {
    var all =
        new float[Arrays.stream(tensors).mapToInt(t -> golden.tensor(t).values().length).sum()];
    int at = 0;
    for (var tensor : tensors) {
      var values = golden.tensor(tensor).floats();
      System.arraycopy(values, 0, all, at, values.length);
      at += values.length;
    }
    return all;
  }

  private static double[] doubles(float[] floats) {
    var doubles = new double[floats.length];
    Arrays.setAll(doubles, i -> floats[i]);
    return doubles;
  }
}

package dev.unroll.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.model.loss.run.SoftmaxCrossEntropy;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import dev.unroll.train.optimizer.Optimizer;
import dev.unroll.train.step.GlobalNorm;
import dev.unroll.train.step.OptimizerRun;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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

  /// What each file was made with.
  static Map<String, Optimizer> optimizers() {
    return Map.of(
        "torch-adam", Optimizer.adam(),
        "torch-adamw", Optimizer.parse("adam decay-all(0.3)"),
        "torch-sgd", Optimizer.parse("sgd l2-all(0.2)"),
        "torch-momentum", Optimizer.momentum(0.8),
        "torch-nesterov", Optimizer.nesterov(0.8),
        "torch-rmsprop", Optimizer.rmsProp(),
        "torch-adagrad", Optimizer.adagrad());
  }

  @ParameterizedTest
  @MethodSource("names")
  void optimizer(String name) {
    var golden = Golden.load(name);
    var gradients = golden.tensor("gradients").floats();
    var after = golden.tensor("after").values();
    int size = golden.tensor("before").values().length;
    var weights = new Parameters();
    weights.add("w", size, 1);
    weights.freeze();
    System.arraycopy(golden.tensor("before").floats(), 0, weights.values(), 0, size);
    try (var engine = Engine.of(2)) {
      var run = new OptimizerRun(requireNonNull(optimizers().get(name)), engine, weights);
      for (int from = 0; from < gradients.length; from += size) {
        System.arraycopy(gradients, from, weights.gradients(), 0, size);
        run.step(1, 0.1);
        Tolerance.FLOAT.assertClose("parameters after step " + (from / size + 1),
            Arrays.copyOfRange(after, from, from + size), doubles(weights.values()));
      }
    }
  }

  static Stream<String> names() {
    return optimizers().keySet().stream().sorted();
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

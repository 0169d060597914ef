package dev.unroll.model.loss.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.kernel.vector.VectorKernels;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.Span;
import dev.unroll.layer.stateless.Dense;
import dev.unroll.model.loss.Loss;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Block by block gives the bits of an output layer over all rows and the loss of all its logits.
class ManyClassesTest {
  private record Result(double loss, long count, long right, float[] dh, float[] gradients) {}

  /// Rows, classes and hidden units around the blocks of each.
  @ParameterizedTest
  @CsvSource({"1, 2, 1", "3, 31, 5", "63, 33, 7", "64, 64, 32", "65, 100, 33", "130, 1023, 3",
    "511, 37, 40", "512, 65, 17", "513, 1025, 31", "1100, 129, 66", "20, 2049, 513",
    "700, 3001, 9"})
  void sameBitsAsTheLayerAndTheLossOfAllRows(int rows, int classes, int hidden) {
    var random = new Random(rows * 31L + classes);
    for (double missing : new double[] {0, 0.4, 0.97, 1}) {
      var targets = targets(random, rows, classes, missing);
      for (var loss : losses(random, classes)) {
        var expected = plain(rows, classes, hidden, targets, loss);
        for (var kernels : new Kernels[] {Providers.scalar(), VectorKernels.create().rehearsed()}) {
          for (int threads = 1; threads <= 3; threads++) {
            var actual = blocks(kernels, threads, rows, classes, hidden, targets, loss);
            var what = "%d rows, %d classes, %d units, %s, %s, %d threads, missing %s".formatted(
                rows, classes, hidden, loss, kernels.name(), threads, missing);
            assertThat(actual.loss).as(what).isEqualTo(expected.loss);
            assertThat(actual.count).as(what).isEqualTo(expected.count);
            assertThat(actual.right).as(what).isEqualTo(expected.right);
            assertThat(actual.gradients).as(what).isEqualTo(expected.gradients);
            assertThat(actual.dh).as(what).isEqualTo(expected.dh);
          }
        }
      }
    }
  }

  private static Loss.CrossEntropy[] losses(Random random, int classes) {
    var weights = random.doubles(classes, 0.5, 2).toArray();
    return new Loss.CrossEntropy[] {Loss.crossEntropy(),
      Loss.crossEntropy().smoothing(0.1).weights(weights)};
  }

  private static int[] targets(Random random, int rows, int classes, double missing) {
    return IntStream.range(0, rows)
        .map(_ -> random.nextDouble() < missing ? -1 : random.nextInt(classes)).toArray();
  }

  private static Rows states(int rows, int hidden) {
    var random = new Random(5);
    var h = new float[3 + rows * hidden];
    for (int i = 0; i < h.length; i++) {
      h[i] = (float) random.nextGaussian();
    }
    return new Rows(h, 3, hidden);
  }

  /// A layer whose gradients are not zero before.
  private static Parameters parameters(Parameters parameters) {
    parameters.freeze();
    var random = new Random(9);
    for (int i = 0; i < parameters.size(); i++) {
      parameters.values()[i] = (float) random.nextGaussian();
      parameters.gradients()[i] = (float) random.nextGaussian();
    }
    return parameters;
  }

  private static Result plain(int rows, int classes, int hidden, int[] targets,
      Loss.CrossEntropy loss) {
    var parameters = new Parameters();
    var layer = Dense.layer("output", hidden, classes, parameters, CounterRandom.of(1));
    parameters(parameters);
    try (var engine = new Engine(Providers.scalar(), Threads.of(1))) {
      var run = layer.run(engine, Bounds.of(rows, 1, true));
      run.load();
      var score = new SoftmaxCrossEntropy(engine, rows, classes, loss);
      var got = score.score(run.forward(states(rows, hidden), Span.of(rows)),
          Targets.classes(targets, rows));
      var dh = run.backward(score.gradient(), Span.of(rows));
      return new Result(got.loss(), got.count(), got.right(),
          Arrays.copyOfRange(dh.array(), dh.offset(), dh.offset() + rows * hidden),
          parameters.gradients());
    }
  }

  private static Result blocks(Kernels kernels, int threads, int rows, int classes, int hidden,
      int[] targets, Loss.CrossEntropy loss) {
    var parameters = new Parameters();
    var layer = Dense.layer("output", hidden, classes, parameters, CounterRandom.of(1));
    parameters(parameters);
    try (var engine = new Engine(kernels, Threads.of(threads))) {
      var many = new ManyClasses(engine, parameters,
          Objects.requireNonNull(layer.blocks().get("V")),
          Objects.requireNonNull(layer.blocks().get("c")), loss, rows + 2, true);
      var got = many.score(states(rows, hidden), Targets.classes(targets, rows));
      return new Result(got.loss(), got.count(), got.right(),
          Arrays.copyOf(many.gradient().array(), rows * hidden), parameters.gradients());
    }
  }

  /// Outside training the loss is the same and no gradient is touched.
  @Test
  void evaluatesWithoutGradients() {
    int rows = 530;
    int classes = 1030;
    var targets = targets(new Random(3), rows, classes, 0.1);
    var parameters = new Parameters();
    var layer = Dense.layer("output", 6, classes, parameters, CounterRandom.of(1));
    parameters(parameters);
    var before = parameters.gradients().clone();
    try (var engine = Engine.of(2)) {
      var many = new ManyClasses(engine, parameters,
          Objects.requireNonNull(layer.blocks().get("V")),
          Objects.requireNonNull(layer.blocks().get("c")), Loss.crossEntropy(), rows, false);
      var got = many.score(states(rows, 6), Targets.classes(targets, rows));
      var expected = plain(rows, classes, 6, targets, Loss.crossEntropy());
      assertThat(got.loss()).isEqualTo(expected.loss);
      assertThat(got.right()).isEqualTo(expected.right);
      assertThat(parameters.gradients()).isEqualTo(before);
      assertThatThrownBy(() -> many.score(states(1, 6), Targets.classes(new int[] {1030}, 1)))
          .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("target 1030");
    }
  }
}

package dev.unroll.train.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.Engine;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.kernel.vector.VectorKernels;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.lookup.TouchedRows;
import dev.unroll.train.clipping.Clipping;
import dev.unroll.train.optimizer.Optimizer;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Rows that take their steps when somebody looks at them have the bits of rows that take each at
/// its time, whatever the rule, and so have norms of touched rows alone.
class LateStepsTest {
  private static final class Twin {
    final Parameters parameters = new Parameters();
    final List<TouchedRows> tables;
    final OptimizerRun optimizer;
    final ClippingRun clipping;

    Twin(Optimizer optimizer, Engine engine, Clipping clipping) {
      parameters.add("before", 3, 5);
      var one = parameters.lookUp(parameters.add("one", 23, 37));
      parameters.add("between", 7, 1);
      var two = parameters.lookUp(parameters.add("two", 900, 33));
      var small = parameters.lookUp(parameters.add("small", 2, 2));
      parameters.add("after", 61, 93);
      tables = List.of(one, two, small);
      parameters.freeze();
      var random = new Random(1);
      for (int i = 0; i < parameters.size(); i++) {
        parameters.values()[i] = (float) random.nextGaussian();
      }
      this.optimizer = new OptimizerRun(optimizer, engine, parameters, 100);
      this.clipping = new ClippingRun(clipping, engine, parameters);
    }

    /// The gradients of a step: all of what is not looked up, and some rows.
    void addGradients(long seed) {
      var random = new Random(seed);
      float size = (float) Math.pow(10, -random.nextInt(6));
      var all = parameters.gradients();
      for (var block : parameters.blocks()) {
        var table = tables.stream().filter(t -> t.offset() == block.offset()).findFirst();
        for (int row = 0; row < block.rows(); row++) {
          if (table.isPresent() && random.nextInt(10 + block.rows() / 3) > 2) {
            continue;
          }
          if (table.isPresent()) {
            parameters.storage().lateFloats(table.get(), row);
            table.get().touch(row);
          }
          for (int i = 0; i < block.columns(); i++) {
            all[block.offset() + row * block.columns() + i] += size * (float) random.nextGaussian();
          }
        }
      }
    }
  }

  static Stream<Optimizer> optimizers() {
    return Stream.of("sgd", "momentum", "nesterov", "rmsprop", "adagrad", "adam")
        .flatMap(rule -> Stream.of(Optimizer.parse(rule),
            Optimizer.parse(rule).with(Optimizer.Decay.decoupled(0.01)),
            Optimizer.parse(rule).with(Optimizer.Decay.coupled(0.01))));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void sameBitsAsStepsAtTheirTime(Optimizer optimizer) {
    for (var kernels : List.of(Providers.scalar(), VectorKernels.create().rehearsed())) {
      for (int threads = 1; threads <= 2; threads++) {
        try (var engine = new Engine(kernels, Threads.of(threads));
            var alone = new Engine(Providers.scalar(), Threads.of(1))) {
          compare(new Twin(optimizer, engine, Clipping.norm(1)),
              new Twin(optimizer, alone, Clipping.norm(1)), 120);
        }
      }
    }
  }

  /// More steps than a row may miss; averages fade until they are flushed to zero.
  @Test
  void sameBitsAfterThousandsOfSteps() {
    try (var engine = Engine.of(2)) {
      compare(new Twin(Optimizer.adam(), engine, Clipping.norm(1)),
          new Twin(Optimizer.adam(), engine, Clipping.norm(1)), 2_300);
    }
  }

  private static void compare(Twin late, Twin plain, int steps) {
    var random = new Random(steps);
    for (int i = 0; i < steps; i++) {
      late.addGradients(i);
      plain.addGradients(i);
      var clipped = late.clipping.clipTouched();
      assertThat(clipped).isEqualTo(plain.clipping.clip());
      double rate = 0.01 / (1 + i % 7);
      if (random.nextInt(40) == 0) {
        late.optimizer.step(clipped.scale(), rate);
      } else if (random.nextInt(30) == 0) {
        late.optimizer.skip();
        plain.optimizer.skip();
        late.parameters.clearGradients();
        plain.parameters.clearGradients();
        continue;
      } else {
        late.optimizer.stepTouched(clipped.scale(), rate);
      }
      plain.optimizer.step(clipped.scale(), rate);
      assertThat(late.parameters.areCleared()).isTrue();
      var table = late.tables.get(1);
      int row = random.nextInt(table.rows());
      int at = table.offset() + row * table.columns();
      for (int j = at; j < at + table.columns(); j++) {
        assertThat(late.parameters.storage().lateFloats(table, row)[j])
            .isEqualTo(plain.parameters.values()[j]);
      }
      if (random.nextInt(50) == 0) {
        assertThat(late.parameters.values()).isEqualTo(plain.parameters.values());
        assertThat(late.parameters.storage().late()).isNull();
      }
    }
    plain.optimizer.arrays().forEach((name, array) -> assertThat(late.optimizer.arrays().get(name))
        .as(name).isEqualTo(array));
    assertThat(late.parameters.values()).isEqualTo(plain.parameters.values());
    assertThat(late.parameters.gradients()).containsOnly(0f);
  }

  /// Whoever asks for gradients between two steps may write them.
  @Test
  void gradientsThatSomebodyAskedForAreNotTakenForZero() {
    try (var engine = Engine.of(1)) {
      var twin = new Twin(Optimizer.sgd(), engine, Clipping.NONE);
      twin.optimizer.step(1, 0.1);
      assertThat(twin.parameters.areCleared()).isTrue();
      twin.parameters.gradients()[3] = 1;
      assertThat(twin.parameters.areCleared()).isFalse();
    }
  }
}

package dev.unroll.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.cell.Cells;
import dev.unroll.kernel.Dimensions;
import dev.unroll.kernel.Engine;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Threads;
import dev.unroll.model.Body;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.tensor.CounterRandom;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Two chunks of training of a whole language model, with the states carried over and no gradient
/// between them, against the same in `double`.
class LanguageModelGradientTest {
  private static final int V = 7;
  private static final int T = 4;
  private static final int B = 3;
  private static final long SEED = 6;

  @ParameterizedTest
  @CsvSource({"rnn, 1", "lstm, 2", "lstm-projected, 2", "gru, 3", "gru-reset-before, 2",
    "two-speed, 2", "lstm-layernorm, 1"})
  void lossAndGradientsAgree(String cell, int layers) {
    var body = Body.of(Cells.find(cell), new Dimensions(Map.of("H", 6, "P", 4))).layers(layers);
    var architecture = LanguageModel.parts(V, 5, body, SEED);
    for (int threads = 1; threads <= 2; threads++) {
      var kernels = threads == 1 ? Kernels.scalar() : Kernels.best();
      try (var engine = new Engine(kernels, Threads.of(threads))) {
        assertAgree(architecture, engine);
      }
    }
  }

  /// What four roundings of each parameter change at most, as [Interpretation] has it of a cell.
  private static Map<String, Double> disturbances(SequenceToSequence model,
      Map<String, double[]> expected) {
    var random = new SplittableRandom(SEED);
    var disturbances = new HashMap<String, Double>();
    for (int draw = 0; draw < 4; draw++) {
      var disturbed = new DoubleLanguageModel(model, B,
          value -> value * (1 + 0x1p-22 * random.nextDouble(-1, 1)));
      var gradients = new LinkedHashMap<String, double[]>();
      for (int chunk = 0; chunk < 2; chunk++) {
        int steps = T - chunk;
        disturbed.train(symbols("symbols " + chunk, steps * B),
            symbols("targets " + chunk, steps * B), steps, gradients);
      }
      expected.forEach((name, values) -> {
        for (int i = 0; i < values.length; i++) {
          disturbances.merge(name, Math.abs(values[i] - requireNonNull(gradients.get(name))[i]),
              Math::max);
        }
      });
    }
    return disturbances;
  }

  private static void assertAgree(SequenceToSequence.Parts architecture, Engine engine) {
    var model = architecture.initialized();
    var expected = new DoubleLanguageModel(model, B);
    var run = model.run(engine, new ModelBounds(T, T, B, true));
    var gradients = new LinkedHashMap<String, double[]>();
    var name = "%s, %d layers, seed %d on %s".formatted(
        architecture.body().cell().name(), architecture.body().layers(), SEED, engine);
    // The second chunk is shorter than what was planned for.
    for (int chunk = 0; chunk < 2; chunk++) {
      int steps = T - chunk;
      int[] symbols = symbols("symbols " + chunk, steps * B);
      int[] targets = symbols("targets " + chunk, steps * B);
      double loss = run.train(Chunks.of(symbols, targets, B, chunk > 0), chunk).mean();
      assertThat(loss).as("loss of %s, chunk %d", name, chunk)
          .isCloseTo(expected.train(symbols, targets, steps, gradients), within(1e-6));
    }
    assertThat(gradients.keySet()).containsExactlyInAnyOrderElementsOf(
        model.parameters().byName().keySet());
    var disturbances = disturbances(model, gradients);
    model.parameters().byName().forEach((parameter, block) -> {
      var actual = new double[block.length()];
      for (int i = 0; i < actual.length; i++) {
        actual[i] = model.parameters().gradients()[block.offset() + i];
      }
      Tolerance.FLOAT.assertClose(
          "d%s of %s".formatted(parameter, name), requireNonNull(gradients.get(parameter)), actual,
          requireNonNull(disturbances.get(parameter)));
    });
  }

  private static int[] symbols(String stream, int n) {
    var random = CounterRandom.of(SEED).stream(stream);
    var symbols = new int[n];
    for (int i = 0; i < n; i++) {
      symbols[i] = (int) (V * random.uniform(0, i));
    }
    return symbols;
  }
}

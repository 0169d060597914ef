package dev.unroll.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.cell.Cells;
import dev.unroll.expr.Dimensions;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.RecurrentStack;
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
  /// V, T and B.
  private record Sizes(int symbols, int time, int batch) {
    /// The second chunk is shorter than what was planned for.
    int steps(int chunk) {
      return Math.max(1, time - chunk);
    }
  }

  private static final long SEED = 6;

  @ParameterizedTest
  @CsvSource({"rnn, 1", "lstm, 2", "lstm-projected, 2", "gru, 3", "gru-reset-before, 2",
    "two-speed, 2", "lstm-layernorm, 1"})
  void lossAndGradientsAgree(String cell, int layers) {
    var body =
        RecurrentStack.of(Cells.find(cell), new Dimensions(Map.of("H", 6, "P", 4))).layers(layers);
    assertAgree(LanguageModel.parts(7, 5, body, SEED), new Sizes(7, 4, 3));
  }

  /// One layer of one unit, one feature, one step, one sequence, and two symbols, the fewest that a
  /// language model takes.
  @ParameterizedTest
  @CsvSource({"rnn, 2, 1, 1", "lstm, 2, 1, 1", "gru, 3, 1, 2", "lstm-layernorm, 2, 3, 1",
    "gru-reset-before, 2, 2, 2"})
  void lossAndGradientsAgreeForOneOfEverything(String cell, int symbols, int time, int batch) {
    assertAgree(LanguageModel.parts(symbols, 1, RecurrentStack.of(Cells.find(cell), 1), SEED),
        new Sizes(symbols, time, batch));
  }

  private static void assertAgree(SequenceToSequence.Parts architecture, Sizes sizes) {
    for (int threads = 1; threads <= 2; threads++) {
      var kernels = threads == 1 ? Providers.scalar() : Providers.best();
      try (var engine = new Engine(kernels, Threads.of(threads))) {
        assertAgree(architecture, engine, sizes);
      }
    }
  }

  /// What four roundings of each parameter change at most, as [Interpretation] has it of a cell.
  private static Map<String, Double> disturbances(SequenceToSequence model,
      Map<String, double[]> expected, Sizes sizes) {
    var random = new SplittableRandom(SEED);
    var disturbances = new HashMap<String, Double>();
    for (int draw = 0; draw < 4; draw++) {
      var disturbed = new DoubleLanguageModel(model, sizes.batch(),
          value -> value * (1 + 0x1p-22 * random.nextDouble(-1, 1)));
      var gradients = new LinkedHashMap<String, double[]>();
      for (int chunk = 0; chunk < 2; chunk++) {
        int steps = sizes.steps(chunk);
        disturbed.train(symbols("symbols " + chunk, steps * sizes.batch(), sizes),
            symbols("targets " + chunk, steps * sizes.batch(), sizes), steps, gradients);
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

  private static void assertAgree(SequenceToSequence.Parts architecture, Engine engine,
      Sizes sizes) {
    var model = architecture.initialized();
    var expected = new DoubleLanguageModel(model, sizes.batch());
    var run = model.run(
        engine, new ModelBounds(sizes.time(), sizes.time(), sizes.batch(), true));
    var gradients = new LinkedHashMap<String, double[]>();
    var name = "%s, %d layers, seed %d on %s".formatted(
        architecture.body().cell().name(), architecture.body().layers(), SEED, engine);
    for (int chunk = 0; chunk < 2; chunk++) {
      int steps = sizes.steps(chunk);
      int[] symbols = symbols("symbols " + chunk, steps * sizes.batch(), sizes);
      int[] targets = symbols("targets " + chunk, steps * sizes.batch(), sizes);
      double loss =
          run.train(Chunks.of(symbols, targets, sizes.batch(), chunk > 0), chunk).mean();
      assertThat(loss).as("loss of %s, chunk %d", name, chunk)
          .isCloseTo(expected.train(symbols, targets, steps, gradients), within(1e-6));
    }
    assertThat(gradients.keySet()).containsExactlyInAnyOrderElementsOf(
        model.parameters().byName().keySet());
    var disturbances = disturbances(model, gradients, sizes);
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

  private static int[] symbols(String stream, int n, Sizes sizes) {
    var random = CounterRandom.of(SEED).stream(stream);
    var symbols = new int[n];
    for (int i = 0; i < n; i++) {
      symbols[i] = (int) (sizes.symbols() * random.uniform(0, i));
    }
    return symbols;
  }
}

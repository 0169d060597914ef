package dev.unroll.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import dev.unroll.kernel.Engine;
import dev.unroll.layer.Attention;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Body;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Feeding;
import dev.unroll.model.Inputs;
import dev.unroll.model.Model;
import dev.unroll.model.Outputs;
import dev.unroll.model.SequenceToVector;
import dev.unroll.tensor.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Runs on sequences of 1 to 5 steps that are stopped and resumed at several steps end with the bits of those that are
/// not. The buffer in which the gradient of the last output is added depended on the batches before, and about
/// half of such runs ended elsewhere.
class ResumedLengthsTest {
  private static final int BATCH = 8;
  private static final int EXAMPLES = 80;
  private static final int[] STOPS = {1, 3, 6, 11, 17, 23};

  @TempDir
  private Path folder;

  @ParameterizedTest
  @CsvSource({"adam, 1", "adam, 2", "sgd, 3", "sgd, 4", "nesterov(0.9) l2(1e-5), 5",
    "rmsprop, 6", "adamw, 7"})
  void aResumedRunOnSequencesOfOneToFiveStepsHasTheSameBits(String optimizer, long seed)
      throws IOException {
    for (int kind = 0; kind < 3; kind++) {
      var recipe = Recipe.of(3).with(Optimizer.parse(optimizer)).withRate(0.02).withPatience(3);
      try (var engine = Engine.of(1)) {
        var whole = model(kind, seed);
        new Trainer(whole, batches(kind, EXAMPLES, seed), batches(kind, 9, seed + 1), recipe,
            engine,
            Files.createDirectory(folder.resolve("whole" + kind))).fit(TrainingListener.SILENT);
        for (int stop : STOPS) {
          var name = "%d-%d".formatted(kind, stop);
          var parts = Files.createDirectory(folder.resolve(name));
          var first = new Trainer(model(kind, seed), batches(kind, EXAMPLES, seed),
              batches(kind, 9, seed + 1), recipe, engine, parts);
          first.fit(new TrainingListener() {
            @Override
            public void step(Step step) {
              if (step.step() + 1 == stop) {
                first.stop();
              }
            }
          });
          assertThat(first.finished()).isFalse();
          var model = model(kind, seed);
          var trainer = Trainer.resume(model, batches(kind, EXAMPLES, seed),
              batches(kind, 9, seed + 1), engine, parts);
          trainer.fit(TrainingListener.SILENT);
          assertThat(trainer.finished()).isTrue();
          assertThat(model.parameters().values())
              .as("model %d, %s, seed %d, resumed after step %d", kind, optimizer, seed, stop)
              .containsExactly(whole.parameters().values());
        }
      }
    }
  }

  private static Model model(int kind, long seed) {
    return switch (kind) {
      case 0 -> SequenceToVector.of(Inputs.features(2), Body.of(Lstm.cell(), 4).dropout(0.2),
          Pooling.LAST, Outputs.classes(2), seed);
      case 1 -> SequenceToVector.of(Inputs.features(2),
          Body.of(Gru.cell(), 3).layers(2).withResidual().bidirectional(Merge.CONCATENATE),
          Pooling.LAST, Outputs.classes(2), seed);
      default -> EncoderDecoder.of(Inputs.features(2), Body.of(Gru.cell(), 4), Feeding.EVERY_STEP,
          Body.of(Lstm.cell(), 4), Outputs.symbols(2), seed).feedback(2)
          .attention(Attention.Rule.ADDITIVE).initialized();
    };
  }

  /// Vectors, and whether their sum is positive; of the third model that is said as often as there are steps.
  private static Batches batches(int kind, int n, long seed) {
    var random = CounterRandom.of(seed).stream("examples");
    var examples = new ArrayList<Example>();
    for (int i = 0; i < n; i++) {
      int length = 1 + (int) (5 * random.uniform(0, i));
      var x = new float[2 * length];
      float sum = 0;
      for (int j = 0; j < x.length; j++) {
        x[j] = 2 * random.stream(i).uniform(1, j) - 1;
        sum += x[j];
      }
      var said = new int[kind == 2 ? length : 1];
      Arrays.fill(said, sum > 0 ? 1 : 0);
      examples.add(new Example(new Features(x, 2), new Symbols(said)));
    }
    return Batches.of(examples, BATCH, seed);
  }
}

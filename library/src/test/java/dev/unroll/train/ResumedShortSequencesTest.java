package dev.unroll.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.train.optimizer.Optimizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Batches of sequences of one step alone came from buffers that held what was there before, so
/// that resumed runs ended with other bits: 7 of 15 with batch 8 and lengths from 1 to 5.
class ResumedShortSequencesTest {
  private static final int LONGEST = 5;

  @TempDir
  private Path folder;

  @ParameterizedTest
  @CsvSource({"adam, 1", "adam, 2", "adam, 3", "adam, 4", "adam, 5", "nesterov(0.9), 1",
    "nesterov(0.9), 2", "nesterov(0.9), 3", "nesterov(0.9), 4", "nesterov(0.9), 5", "rmsprop, 1",
    "rmsprop, 2", "rmsprop, 3", "rmsprop, 4", "rmsprop, 5"})
  void aRunThatIsResumedEndsWithTheSameBits(String optimizer, long seed) throws IOException {
    var recipe = Recipe.of(3).optimizer(Optimizer.parse(optimizer)).patience(10);
    try (var engine = Engine.of(1)) {
      var whole = Files.createDirectory(folder.resolve("whole"));
      var expected = trainer(seed, engine, whole).recipe(recipe)
          .session(train(seed), validation(seed));
      expected.fit(TrainingListener.SILENT);
      var parts = Files.createDirectory(folder.resolve("parts"));
      var first = trainer(seed, engine, parts).recipe(recipe)
          .session(train(seed), validation(seed));
      long stop = new Random(seed).nextLong(1, first.steps() - 1);
      first.fit(new TrainingListener() {
        @Override
        public void step(Step step) {
          if (step.step() == stop) {
            first.stop();
          }
        }
      });
      var resumed = trainer(seed, engine, parts).resume(train(seed), validation(seed));
      resumed.fit(TrainingListener.SILENT);
      assertThat(resumed.model().parameters().values())
          .as("%s, seed %d, stopped at step %d", optimizer, seed, stop)
          .containsExactly(expected.model().parameters().values());
    }
  }

  private static Trainer trainer(long seed, Engine engine, Path folder) {
    var model = SequenceToVector.of(Inputs.features(3), RecurrentStack.of(Gru.cell(), 6).layers(2),
        Pooling.LAST, Outputs.classes(2), seed);
    return Trainer.of(model).engine(engine).folder(folder);
  }

  private static Batches train(long seed) {
    return Batches.of(examples(seed, 61), 8, seed);
  }

  private static Batches validation(long seed) {
    return Batches.byLength(examples(seed + 100, 13), 8);
  }

  /// Whether the first number is positive.
  private static List<Example> examples(long seed, int n) {
    var random = new Random(seed);
    var examples = new ArrayList<Example>();
    for (int i = 0; i < n; i++) {
      float[] x = new float[3 * random.nextInt(1, LONGEST + 1)];
      for (int j = 0; j < x.length; j++) {
        x[j] = random.nextFloat(-1, 1);
      }
      examples.add(new Example(new Features(x, 3), Symbols.of(x[0] > 0 ? 1 : 0)));
    }
    return examples;
  }
}

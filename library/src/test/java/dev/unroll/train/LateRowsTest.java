package dev.unroll.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.data.Batches;
import dev.unroll.inspect.Microscope;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.train.TrainingResult.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Trainings of a model whose vectors of symbols are so many that rows are late.
class LateRowsTest {
  private static final int SYMBOLS = 16_500;
  private static final int SIZE = 64;

  @TempDir
  private Path folder;

  /// Somebody who looks at all values after each step sees those of a run that nobody watches, and
  /// so does one that is stopped and resumed, on another number of threads.
  @Test
  void neitherLookingNorResumingChangesABit() throws IOException {
    try (var engine = Engine.of(1); var two = Engine.of(2)) {
      var alone = session(engine, Files.createDirectory(folder.resolve("alone")));
      alone.fit(TrainingListener.SILENT);
      var watched = session(two, Files.createDirectory(folder.resolve("watched")));
      var parameters = watched.model().parameters();
      watched.fit(new TrainingListener() {
        @Override
        public void step(Step step) {
          assertThat(parameters.storage().late() == null).isFalse();
          parameters.values();
          assertThat(parameters.storage().late()).isNull();
        }
      });
      assertThat(watched.model().parameters().values())
          .isEqualTo(alone.model().parameters().values());
      assertThat(resumed(two).model().parameters().values())
          .isEqualTo(alone.model().parameters().values());
    }
  }

  /// Nor does somebody who looks inside the model, which runs it forward and back.
  @Test
  void lookingInsideChangesNoBit() throws IOException {
    try (var engine = Engine.of(1)) {
      var alone = session(engine, Files.createDirectory(folder.resolve("alone")));
      alone.fit(TrainingListener.SILENT);
      var watched = session(engine, Files.createDirectory(folder.resolve("watched")));
      var heard = new ArrayList<String>();
      watched.fit(new TrainingListener() {
        private TrainingSession training = watched;

        @Override
        public void begin(TrainingSession training) {
          this.training = training;
          heard.add("begin at " + training.step());
        }

        @Override
        public void step(Step step) {
          var microscope = Microscope.of(training.model(), engine);
          var examples = training.batches().some(3);
          assertThat(microscope.lags(examples, 2)).isNotEmpty();
          assertThat(microscope.look(examples, List.of()).layers()).isNotEmpty();
        }

        @Override
        public void end(Ending ending) {
          heard.add("end, " + ending);
        }
      });
      assertThat(heard).containsExactly("begin at 0", "end, COMPLETE");
      assertThat(watched.model().parameters().values())
          .isEqualTo(alone.model().parameters().values());
    }
  }

  private TrainingSession resumed(Engine engine) throws IOException {
    var parts = Files.createDirectory(folder.resolve("parts"));
    var first = session(engine, parts);
    first.fit(new TrainingListener() {
      @Override
      public void step(Step step) {
        if (step.step() == 3) {
          first.stop();
        }
      }
    });
    var second = Trainer.of(model()).engine(engine).folder(parts).resume(batches(), null);
    second.fit(TrainingListener.SILENT);
    return second;
  }

  private static TrainingSession session(Engine engine, Path folder) {
    return Trainer.of(model()).recipe(Recipe.of(2)).engine(engine).folder(folder)
        .session(batches(), null);
  }

  private static Batches batches() {
    var random = new Random(3);
    return Batches.text(random.ints(4 * 5 * 5 + 1, 0, SYMBOLS)
        .map(i -> random.nextBoolean() ? i % 7 : i).toArray(), 4, 5);
  }

  private static SequenceToSequence model() {
    return LanguageModel
        .parts(SYMBOLS, SIZE, RecurrentStack.of(Gru.cell(), 3).dropout(0.1), 1).initialized();
  }
}

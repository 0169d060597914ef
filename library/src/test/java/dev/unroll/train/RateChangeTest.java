package dev.unroll.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.train.TrainingSession.Origin;
import dev.unroll.train.schedule.Schedule;
import dev.unroll.train.text.TextTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The learning rate of a run is changed from outside while it trains.
class RateChangeTest {
  private static final TextTask TASK =
      TextTask.of("letters", "the quick brown fox jumps over the lazy dog. ".repeat(20));
  private static final Recipe RECIPE = Recipe.of(4).patience(100);
  private static final double RATE = 0.05;

  @TempDir
  private Path folder;

  private Path whole;
  private Path parts;

  @BeforeEach
  void makeFolders() throws IOException {
    whole = Files.createDirectory(folder.resolve("whole"));
    parts = Files.createDirectory(folder.resolve("parts"));
  }

  @Test
  void theNextStepHasItAndTheScheduleGoesOnFromIt() throws IOException {
    var rates = new ArrayList<Double>();
    var changed = new ArrayList<Long>();
    try (var engine = Engine.of(1)) {
      var training = session(engine, whole);
      training.fit(new TrainingListener() {
        @Override
        public void step(Step step) {
          rates.add(step.learningRate());
          if (step.step() == 9) {
            training.learningRate(RATE);
          }
        }

        @Override
        public void learningRate(long step, double rate) {
          assertThat(rate).isEqualTo(RATE);
          changed.add(step);
        }
      });
    }
    assertThat(changed).containsExactly(10L);
    var plain = new ArrayList<Double>();
    try (var engine = Engine.of(1)) {
      session(engine, parts).fit(new TrainingListener() {
        @Override
        public void step(Step step) {
          plain.add(step.learningRate());
        }
      });
    }
    assertThat(rates.subList(0, 10)).isEqualTo(plain.subList(0, 10));
    assertThat(plain.size()).isGreaterThan(Schedule.WARM_UP);
    for (int i = 10; i < plain.size(); i++) {
      // Also in the warm-up, which is over then: it would rise to five times what was asked.
      assertThat(rates.get(i)).isCloseTo(RATE * share(i, plain.size()) / share(10, plain.size()),
          withPercentage(1e-9));
    }
  }

  private static double share(int step, int steps) {
    return Schedule.cosine(Schedule.FLOOR).rate(1, new Schedule.State(step, steps, 0, List.of()));
  }

  /// A page shows the rate of the last step. Sent back, it became the base of the schedule: in the
  /// middle of a cosine that halved it.
  @ParameterizedTest
  @ValueSource(strings = {"cosine", "linear", "step(0.5, 1)", "exponential(0.8)", "plateau(0.5, 1)",
    "constant", "warm-up(5) step(0.5, 1) cosine"})
  void aRateThatIsSentBackStays(String words) throws IOException {
    var recipe = RECIPE.schedule(Schedule.parse(words));
    var plain = rates(recipe, whole, -1);
    for (int at = 8; at < plain.size() - 1; at++) {
      var sent = rates(recipe, Files.createDirectory(folder.resolve("at" + at)), at);
      assertThat(sent.get(at + 1)).as("the step after %d", at)
          .isCloseTo(plain.get(at), withPercentage(1e-9));
    }
  }

  /// @param at the step after which its rate is sent back
  private static List<Double> rates(Recipe recipe, Path folder, int at) throws IOException {
    var rates = new ArrayList<Double>();
    try (var engine = Engine.of(1)) {
      var training = Trainer.of(model()).recipe(recipe).engine(engine)
          .folder(folder).origin(new Origin(TASK.data(4, 7)))
          .session(TASK.batches(4, 7), TASK.validationBatches());
      training.fit(new TrainingListener() {
        @Override
        public void step(Step step) {
          rates.add(step.learningRate());
          if (step.step() == at) {
            training.learningRate(step.learningRate());
          }
        }
      });
    }
    return rates;
  }

  /// Killed, not stopped: no checkpoint is written at the end. The steps after the change were made
  /// with the rate of the recipe when the checkpoint did not have the new one.
  @Test
  void aRunThatIsKilledAfterTheChangeEndsWithTheSameBits() throws IOException {
    try (var engine = Engine.of(1)) {
      var once = session(engine, whole);
      once.fit(changing(once, 9, -1));
      var killed = session(engine, parts);
      assertThatThrownBy(() -> killed.fit(changing(killed, 9, 14))).hasMessage("killed");
      var resumed = Trainer.of(model()).engine(engine).folder(parts)
          .resume(TASK.batches(4, 7), TASK.validationBatches());
      assertThat(resumed.step()).isEqualTo(10);
      resumed.fit(TrainingListener.SILENT);
      assertThat(resumed.model().parameters().values())
          .containsExactly(once.model().parameters().values());
      for (var file : new String[] {TrainingSession.MODEL, TrainingSession.CHECKPOINT}) {
        assertThat(parts.resolve(file)).hasBinaryContent(Files.readAllBytes(whole.resolve(file)));
      }
    }
  }

  @Test
  void itChangesTheResultAtAll() throws IOException {
    try (var engine = Engine.of(1)) {
      var changed = session(engine, whole);
      changed.fit(changing(changed, 9, -1));
      var plain = session(engine, parts);
      plain.fit(TrainingListener.SILENT);
      assertThat(plain.model().parameters().values())
          .isNotEqualTo(changed.model().parameters().values());
    }
  }

  @Test
  void whatIsNoRateIsRefused() {
    try (var engine = Engine.of(1)) {
      var training = session(engine, whole);
      for (double rate : new double[] {0, -1, Double.NaN, 1000}) {
        assertThatThrownBy(() -> training.learningRate(rate))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("the learning rate").hasMessageContaining("above 0");
        assertThatThrownBy(() -> Fit.inMemory().learningRate(rate))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  private static TrainingListener changing(TrainingSession training, long at, long killedAt) {
    return new TrainingListener() {
      @Override
      public void step(Step step) throws IOException {
        if (step.step() == at) {
          training.learningRate(RATE);
        }
        if (step.step() == killedAt) {
          throw new IOException("killed");
        }
      }
    };
  }

  private static TrainingSession session(Engine engine, Path folder) {
    return Trainer.of(model()).recipe(RECIPE).engine(engine)
        .folder(folder).origin(new Origin(TASK.data(4, 7)))
        .session(TASK.batches(4, 7), TASK.validationBatches());
  }

  private static SequenceToSequence model() {
    return LanguageModel.parts(
        TASK.tokens(), 5, RecurrentStack.of(Gru.cell(), 6).dropout(0.1), 1).initialized();
  }
}

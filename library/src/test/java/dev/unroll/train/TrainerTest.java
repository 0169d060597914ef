package dev.unroll.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Values.Features;
import dev.unroll.format.FormatException;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.train.TrainingResult.Ending;
import dev.unroll.train.clipping.Clipping;
import dev.unroll.train.optimizer.Optimizer;
import dev.unroll.train.optimizer.OuterStep;
import dev.unroll.train.schedule.Schedule;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The trainer on a linear model, whose every number can be computed by hand.
class TrainerTest {
  private static final long SEED = 4;

  @TempDir
  private Path folder;

  @Test
  void findsTheWeightsThatMadeTheData() throws IOException {
    try (var engine = Engine.of(1)) {
      var model = new LinearModel();
      var recipe = Recipe.of(60).learningRate(0.05).patience(60);
      var trainer = Trainer.of(model).recipe(recipe).engine(engine)
          .session(train(8), validation());
      var heard = new Heard();
      assertThat(trainer.fit(heard)).isEqualTo(Ending.COMPLETE);
      trainer.useBest();
      assertThat(trainer.finished()).isTrue();
      assertThat(trainer.best()).isLessThan(1e-3);
      assertThat(model.parameters().values()[0]).isCloseTo(2f, within(0.05f));
      assertThat(model.parameters().values()[1]).isCloseTo(-3f, within(0.05f));
      assertThat(model.parameters().values()[2]).isCloseTo(0.5f, within(0.05f));
      assertThat(Evaluation.score(model, validation(), engine).mean()).isEqualTo(trainer.best());
      assertThat(heard.steps).hasSize(60 * 6);
      assertThat(heard.epochs).hasSize(60);
      assertThat(heard.steps.getFirst().clipped()).isTrue();
      assertThat(heard.steps.getFirst().clippedNorm()).isCloseTo(1, within(1e-6));
    }
  }

  /// With every kind of state that there is: arrays, averages, a plateau, accumulation.
  @ParameterizedTest
  @ValueSource(strings = {"adam", "sgd average(1)", "nesterov(0.5) l2(0.01)", "rmsprop", "adagrad",
    "adamw"})
  void aRunThatIsStoppedAndResumedEndsWithTheSameBits(String optimizer) throws IOException {
    var recipe = new Recipe(6, 0.3, Schedule.parse("plateau(0.5, 1)"), Optimizer.parse(optimizer),
        new Clipping(2, 3, 1), 4, 100, 0, 2, OuterStep.NONE);
    var whole = Files.createDirectory(folder.resolve("whole"));
    var parts = Files.createDirectory(folder.resolve("parts"));
    var expected = new LinearModel();
    var model = new LinearModel();
    try (var one = Engine.of(1); var two = Engine.of(2)) {
      Trainer.of(expected).recipe(recipe).engine(one)
          .folder(whole)
          .session(train(8), validation())
          .fit(TrainingListener.SILENT);

      var trainer = Trainer.of(model).recipe(recipe).engine(two)
          .folder(parts)
          .session(train(8), validation());
      trainer.checkpointEvery(Duration.ZERO);
      int resumed = 0;
      while (!trainer.finished()) {
        trainer.fit(new StopAfter(trainer, 3));
        if (!trainer.finished()) {
          model = new LinearModel();
          trainer = Trainer.of(model).engine(two).folder(parts)
              .resume(train(8), validation());
          resumed++;
        }
      }
      assertThat(resumed).isEqualTo(4);
    }
    assertThat(model.parameters().values())
        .as("%s, seed %d", optimizer, SEED).containsExactly(expected.parameters().values());
    for (var file : List.of("model.safetensors", "checkpoint.safetensors")) {
      assertThat(parts.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
    }
  }

  /// Of 48 examples in batches of 5 the last one has 3: weighted, they are what one batch is.
  @Test
  void accumulatedBatchesAreOneLargeBatch() throws IOException {
    var recipe = Recipe.of(3).optimizer(Optimizer.sgd()).clipping(Clipping.NONE);
    var large = new LinearModel();
    var small = new LinearModel();
    try (var engine = Engine.of(1)) {
      var one = Trainer.of(large).recipe(recipe).engine(engine)
          .session(train(48), validation());
      one.fit(TrainingListener.SILENT);
      var heard = new Heard();
      Trainer.of(small).recipe(recipe.accumulate(10)).engine(engine)
          .session(train(5), validation()).fit(heard);
      assertThat(heard.steps).hasSize(3);
      assertThat(heard.steps).allSatisfy(step -> assertThat(step.count()).isEqualTo(48));
      assertThat(one.steps()).isEqualTo(3);
    }
    for (int i = 0; i < 3; i++) {
      assertThat(small.parameters().values()[i])
          .isCloseTo(large.parameters().values()[i], within(1e-6f));
    }
  }

  @Test
  void stopsEarlyAndKeepsTheBest() throws IOException {
    try (var engine = Engine.of(1)) {
      var model = new LinearModel();
      // Steps that are too large: the loss rises from the first epoch on.
      var recipe =
          Recipe.of(50).learningRate(0.9).schedule(Schedule.constant()).optimizer(Optimizer.sgd())
              .clipping(Clipping.NONE).patience(2);
      var heard = new Heard();
      var trainer = Trainer.of(model).recipe(recipe).engine(engine)
          .folder(folder)
          .session(train(8), validation());
      assertThat(trainer.fit(heard)).isEqualTo(Ending.EARLY);
      assertThat(heard.epochs.size()).isBetween(3, 10);
      assertThat(heard.epochs.getLast().validationLoss()).isGreaterThan(trainer.best());
      trainer.useBest();
      assertThat(Evaluation.score(model, validation(), engine).mean()).isEqualTo(trainer.best());
    }
  }

  /// The kept model was always the one with the lowest loss, though the best by the figure that is
  /// reported was another one.
  @Test
  void keepsTheBestByItsMonitor() throws IOException {
    try (var engine = Engine.of(1)) {
      double[] figures = {3, 8, 1, 8, 5};
      int[] calls = {0};
      var monitor = Monitor.of("figure", true, (_, _, score) -> {
        assertThat(score.mean()).isPositive();
        return figures[calls[0]++];
      });
      var model = new LinearModel();
      // The loss rises from the first epoch on, so that the first of two equal figures stays.
      var recipe = Recipe.of(5).learningRate(0.9).schedule(Schedule.constant())
          .optimizer(Optimizer.sgd()).clipping(Clipping.NONE).patience(9);
      var heard = new Heard();
      var trainer = Trainer.of(model).recipe(recipe).engine(engine).monitor(monitor)
          .folder(folder).session(train(8), validation());
      assertThat(trainer.fit(heard)).isEqualTo(Ending.COMPLETE);
      assertThat(heard.epochs.stream().map(TrainingListener.Epoch::best))
          .containsExactly(true, true, false, false, false);
      trainer.useBest();
      assertThat(Evaluation.score(model, validation(), engine).mean())
          .isEqualTo(heard.epochs.get(1).validationLoss()).isEqualTo(trainer.best())
          .isGreaterThan(heard.epochs.getFirst().validationLoss());
      assertThatThrownBy(() -> Trainer.of(new LinearModel()).engine(engine).folder(folder)
          .resume(train(8), validation())).isInstanceOf(FormatException.class)
          .hasMessageContaining("the monitor figure, but is resumed with loss");
      assertThat(Trainer.of(new LinearModel()).engine(engine).folder(folder).monitor(monitor)
          .resume(train(8), validation()).best()).isEqualTo(trainer.best());
    }
  }

  @Test
  void stopsWhenNumbersAreNotFinite() {
    try (var engine = Engine.of(1)) {
      var recipe =
          Recipe.of(500).learningRate(30).schedule(Schedule.constant()).optimizer(Optimizer.sgd())
              .clipping(Clipping.NONE).patience(500);
      var trainer = Trainer.of(new LinearModel()).recipe(recipe).engine(engine)
          .session(train(8), validation());
      assertThatThrownBy(() -> trainer.fit(TrainingListener.SILENT))
          .isInstanceOf(TrainingException.class)
          .hasMessageMatching("step \\d+: the (validation )?loss .*"
              + "; try a lower learning rate or stronger clipping");
    }
  }

  @Test
  void theRangeTestFindsWhereTheLossFalls() {
    try (var engine = Engine.of(1)) {
      var model = new LinearModel();
      var recipe = Recipe.of(1).optimizer(Optimizer.sgd()).clipping(Clipping.NONE);
      var trainer = Trainer.of(model).recipe(recipe).engine(engine)
          .session(train(8), validation());
      var test = trainer.rangeTest(1e-4, 100, 80);
      assertThat(model.parameters().values()).containsOnly(0);
      assertThat(trainer.step()).isZero();
      assertThat(test.rates().size()).as("it ends early").isBetween(10, 79);
      assertThat(test.rates().getFirst()).isEqualTo(1e-4);
      assertThat(test.suggestion()).isBetween(0.01, 1.0);
    }
  }

  @Test
  void anotherModelOrOtherDataAreRefused() throws IOException {
    try (var engine = Engine.of(1)) {
      Trainer.of(new LinearModel()).recipe(Recipe.of(1)).engine(engine)
          .folder(folder)
          .session(train(8), validation())
          .fit(TrainingListener.SILENT);
      assertThatThrownBy(
          () -> Trainer.of(new LinearModel()).engine(engine).folder(folder)
              .resume(train(9), validation()))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("was written with the training data Batches(48 examples, batch 8,");
    }
  }

  /// It passed neither changes of the rate nor what the other one wanted to measure.
  @Test
  void whoeverPassesEventsOnPassesAll() {
    var all = Arrays.stream(TrainingListener.class.getDeclaredMethods())
        .filter(Method::isDefault).map(TrainerTest::signature).toList();
    assertThat(all).hasSizeGreaterThan(8);
    assertThat(Arrays.stream(BestEpoch.class.getDeclaredMethods()).map(TrainerTest::signature))
        .containsAll(all);
  }

  private static String signature(Method method) {
    return method.getName() + List.of(method.getParameterTypes());
  }

  private static final class Heard implements TrainingListener {
    private final List<Step> steps = new ArrayList<>();
    private final List<Epoch> epochs = new ArrayList<>();

    @Override
    public void step(Step step) {
      steps.add(step);
    }

    @Override
    public void epoch(Epoch epoch) {
      epochs.add(epoch);
    }
  }

  private static final class StopAfter implements TrainingListener {
    private final TrainingSession trainer;
    private int left;

    StopAfter(TrainingSession trainer, int steps) {
      this.trainer = trainer;
      left = steps;
    }

    @Override
    public void step(Step step) {
      if (--left == 0) {
        trainer.stop();
      }
    }
  }

  private static Batches train(int batch) {
    return Batches.of(examples(48, 0), batch, SEED);
  }

  private static Batches validation() {
    return Batches.inOrder(examples(10, 1), 4);
  }

  /// y = 2 x₀ − 3 x₁ + 0.5
  private static List<Example> examples(int n, int stream) {
    var random = CounterRandom.of(SEED).stream("examples" + stream);
    var examples = new ArrayList<Example>();
    for (int i = 0; i < n; i++) {
      float a = (float) random.normal(i, 0);
      float b = (float) random.normal(i, 1);
      examples
          .add(new Example(Features.ofRows(new float[] {a, b}), Features.of(2 * a - 3 * b + 0.5f)));
    }
    return examples;
  }
}

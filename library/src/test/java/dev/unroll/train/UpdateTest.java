package dev.unroll.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Values.Features;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.train.TrainingListener.Update;
import dev.unroll.train.clipping.Clipping;
import dev.unroll.train.optimizer.Optimizer;
import dev.unroll.train.step.ClippingRun;
import dev.unroll.train.step.OptimizerRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateTest {
  private static final long SEED = 6;

  /// Against sums in the order of the elements, with blocks that end within a piece and beyond one.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void numbersAreThoseOfTheDefinition(int threads) {
    try (var engine = Engine.of(threads)) {
      var weights = weights();
      var before = weights.values().clone();
      var g = weights.gradients().clone();
      var update = new UpdateNorms(engine, weights);
      update.beforeClipping();
      var clipped = new ClippingRun(Clipping.value(0.5), engine, weights).clip();
      var after = weights.gradients().clone();
      update.beforeStep(41, clipped.scale());
      new OptimizerRun(Optimizer.sgd(), engine, weights).step(clipped.scale(), 0.125);
      update.afterStep();

      assertThat(update.step()).isEqualTo(41);
      double cosine = dot(g, after, 0, g.length)
          / (norm(g, 0, g.length) * norm(after, 0, after.length));
      assertThat(cosine).as("clipping by value turns the gradient").isBetween(0.5, 0.99);
      assertThat(update.cosine()).isCloseTo(cosine, within(1e-12));
      assertThat(update.blocks()).extracting(Parameters.Block::name).containsExactly("W", "b", "z");
      for (int b = 0; b < 3; b++) {
        int from = update.blocks().get(b).offset();
        int to = from + update.blocks().get(b).length();
        assertThat(update.gradient(b)).isCloseTo(norm(g, from, to), within(1e-10));
        assertThat(update.weight(b)).isCloseTo(norm(before, from, to), within(1e-10));
        // θ − 0.125 g in float: half a unit in the last place of numbers below 8.
        assertThat(update.change(b))
            .isCloseTo(0.125 * norm(after, from, to), within(3e-7 * Math.sqrt(to - from)));
      }
      assertThat(update.ratio(0)).isEqualTo(update.change(0) / update.weight(0));
      assertThat(update.ratio(2)).as("all zero before").isInfinite();
    }
  }

  /// Length and not direction: by the global norm the cosine is 1 to the last digits.
  @Test
  void clippingByTheNormDoesNotTurnTheGradient() {
    try (var engine = Engine.of(1)) {
      var weights = weights();
      var update = new UpdateNorms(engine, weights);
      update.beforeClipping();
      var clipped = new ClippingRun(Clipping.norm(0.01), engine, weights).clip();
      update.beforeStep(0, clipped.scale());
      assertThat(clipped.scale()).isLessThan(1e-3f);
      assertThat(update.cosine()).isCloseTo(1, within(1e-12));
    }
  }

  @Test
  void whereNothingChangesTheRatioIsZero() {
    try (var engine = Engine.of(1)) {
      var weights = weights();
      Arrays.fill(weights.gradients(), 0f);
      var update = new UpdateNorms(engine, weights);
      update.beforeClipping();
      update.beforeStep(0, 1);
      update.afterStep();
      assertThat(update.cosine()).isEqualTo(1);
      assertThat(update.ratio(0)).isZero();
      assertThat(update.ratio(2)).as("0 of 0").isZero();
    }
  }

  /// Heard right before each step, only by who asks; the weights are the same bits with and
  /// without.
  @Test
  void aTrainerTellsWhoAsks() throws IOException {
    var recipe = Recipe.of(3).clipping(new Clipping(0.5, 0, 1)).optimizer(Optimizer.parse("adamw"))
        .accumulate(2);
    var watched = new LinearModel();
    var silent = new LinearModel();
    var listener = new Listener();
    try (var one = Engine.of(1); var two = Engine.of(2)) {
      Trainer.of(watched).recipe(recipe).engine(two)
          .session(batches(), batches()).fit(listener);
      Trainer.of(silent).recipe(recipe).engine(one)
          .session(batches(), batches()).fit(new TrainingListener() {
            @Override
            public void update(Update update) {
              throw new AssertionError("it did not ask");
            }
          });
    }
    assertThat(watched.parameters().values()).containsExactly(silent.parameters().values());
    assertThat(listener.heard).containsExactly(0L, -1L, 1L, -1L, 2L, -1L, 3L, -1L, 4L, -1L, 5L,
        -1L);
    assertThat(listener.first).as("w and b start at zero").isInfinite();
    // Adam's steps are about the rate, 0.002 after 50 steps of warm-up, here less.
    assertThat(listener.last).isBetween(1e-4, 1.0);
  }

  private static final class Listener implements TrainingListener {
    private final List<Long> heard = new ArrayList<>();
    private double first = Double.NaN;
    private double last;

    @Override
    public boolean wantsUpdates() {
      return true;
    }

    @Override
    public void update(Update update) {
      heard.add(update.step());
      last = update.ratio(0);
      first = Double.isNaN(first) ? last : first;
    }

    @Override
    public void step(Step step) {
      heard.add(-1L);
    }
  }

  private static Batches batches() {
    var random = CounterRandom.of(SEED).stream("examples");
    var examples = new ArrayList<Example>();
    for (int i = 0; i < 20; i++) {
      float a = (float) random.normal(i, 0);
      float b = (float) random.normal(i, 1);
      examples
          .add(new Example(Features.ofRows(new float[] {a, b}), Features.of(2 * a - 3 * b + 0.5f)));
    }
    return Batches.of(examples, 5, SEED);
  }

  private static double dot(float[] a, float[] b, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static double norm(float[] a, int from, int to) {
    return Math.sqrt(dot(a, a, from, to));
  }

  private static Parameters weights() {
    var weights = new Parameters();
    weights.add("W", 900, 10);
    weights.add("b", 7, 1);
    weights.add("z", 3, 1);
    weights.freeze();
    var random = CounterRandom.of(SEED);
    for (int i = 0; i < weights.size(); i++) {
      weights.gradients()[i] = (float) random.normal(0, i);
      weights.values()[i] = i < 9007 ? (float) random.normal(1, i) : 0;
    }
    return weights;
  }
}

package dev.unroll.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.data.Batches;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Model;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.loss.Score;
import dev.unroll.tensor.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A batch that is divided is the same batch, and its gradients are added in one fixed order.
class ShardsTest {
  private static final CounterRandom RANDOM = CounterRandom.of(21).stream("shards");

  private static List<Example> examples(int count) {
    var examples = new ArrayList<Example>();
    for (int i = 0; i < count; i++) {
      int steps = 2 + (int) (6 * RANDOM.uniform(i, 0));
      var x = new float[3 * steps];
      RANDOM.uniforms(1000 + i, x, 0, x.length);
      examples.add(new Example(new Values.Features(x, 3), Values.Symbols.of(i % 4)));
    }
    return examples;
  }

  private static SequenceToVector classifier(double dropout) {
    return SequenceToVector.of(Inputs.features(3),
        RecurrentStack.of(Lstm.cell(), 5).inputDropout(dropout).dropout(dropout),
        Pooling.MEAN, Outputs.classes(4), 2);
  }

  /// Of 42 examples in batches of 16 the last one has 10: shards of 4, 4, 2 and none.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 16})
  void aBatchIsItsShards(int shards) {
    var examples = examples(42);
    var whole = Batches.of(examples, 16, 9);
    var parts = Batches.of(examples, 16, 9).shards(shards);
    assertThat(parts.count()).isEqualTo(3 * shards);
    assertThat(parts.batchSize()).isEqualTo(16 / shards);
    for (int epoch = 0; epoch < 3; epoch++) {
      for (int i = 0; i < 3; i++) {
        var expected = whole.batch(epoch, i);
        var numbers = IntStream.range(0, 16).map(expected::number).toArray();
        for (int s = 0; s < shards; s++) {
          var part = parts.batch(epoch, i * shards + s);
          for (int b = 0; b < 16 / shards; b++) {
            assertThat(part.number(b)).isEqualTo(numbers[s * (16 / shards) + b]);
          }
        }
      }
    }
  }

  @Test
  void onlyPowersOfTwoThatDivideABatch() {
    var batches = Batches.of(examples(20), 12, 9);
    assertThatThrownBy(() -> batches.shards(3)).isInstanceOf(DataException.class).hasMessage(
        "a batch of 12 cannot be divided into 3 shards, expected a power of two that divides it");
    assertThatThrownBy(() -> batches.shards(8)).isInstanceOf(DataException.class);
    assertThatThrownBy(() -> Recipe.of(1).shards(6)).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the number of shards is 6, expected a power of two, or 1 for none");
  }

  private static float[] trained(Model model, Batches train, Recipe recipe, Engine engine)
      throws IOException {
    Trainer.of(model).recipe(recipe).engine(engine).session(train, null)
        .fit(TrainingListener.SILENT);
    return model.parameters().values();
  }

  @Test
  void shardsGiveTheGradientOfTheWholeBatch() throws IOException {
    var recipe = Recipe.of(2).learningRate(0.01);
    try (var engine = Engine.of(1)) {
      var whole = trained(classifier(0), Batches.of(examples(42), 16, 9), recipe, engine);
      for (int shards : new int[] {2, 8}) {
        var parts = trained(classifier(0), Batches.of(examples(42), 16, 9),
            recipe.shards(shards), engine);
        assertThat(parts).containsExactly(whole, within(1e-4f));
      }
    }
  }

  @Test
  void theBitsDoNotDependOnThreads() throws IOException {
    var recipe = Recipe.of(2).learningRate(0.01).shards(4);
    try (var one = Engine.of(1); var two = Engine.of(2)) {
      assertThat(trained(classifier(0.3), Batches.of(examples(42), 16, 9), recipe, two))
          .containsExactly(
              trained(classifier(0.3), Batches.of(examples(42), 16, 9), recipe, one));
    }
  }

  /// The order of additions, for every number of parts: of floats that differ so much that each
  /// order has bits of its own.
  @Test
  void gradientsAreAddedInABalancedTree() throws IOException {
    for (int parts = 1; parts <= 17; parts++) {
      var model = new LinearModel();
      var gradients = model.parameters().gradients();
      var values = new float[parts];
      try (var engine = Engine.of(1)) {
        var tree = new GradientTree(engine, model.parameters(), null);
        for (int round = 0; round < 2; round++) {
          tree.begin();
          for (int i = 0; i < parts; i++) {
            values[i] = (float) Math.exp(12 * RANDOM.uniform(parts, i));
            gradients[1] = values[i];
            tree.add(i, new Score(1, 1, 0));
          }
          assertThat(tree.end().count()).isEqualTo(parts);
        }
      }
      assertThat(gradients[1]).isEqualTo(1f / parts * sum(values, 0, parts));
    }
  }

  /// The largest power of two on the left.
  private static float sum(float[] values, int from, int to) {
    if (to - from == 1) {
      return values[from];
    }
    int left = Integer.highestOneBit(to - from - 1);
    return sum(values, from, from + left) + sum(values, from + left, to);
  }

  /// With states that are carried on for each shard; stopped after every third step.
  @Test
  void aRunWithShardsIsResumedWithTheSameBits(@TempDir Path folder) throws IOException {
    var symbols = new int[900];
    for (int i = 0; i < symbols.length; i++) {
      symbols[i] = (int) (7 * RANDOM.uniform(5, i));
    }
    Supplier<Batches> train = () -> Batches.text(symbols, 8, 11);
    var recipe = Recipe.of(2).learningRate(0.01).shards(4);
    var whole = Files.createDirectory(folder.resolve("whole"));
    var parts = Files.createDirectory(folder.resolve("parts"));
    try (var engine = Engine.of(1)) {
      var expected = LanguageModel.of(7, Gru.cell(), 6);
      Trainer.of(expected).recipe(recipe).engine(engine).folder(whole).session(train.get(), null)
          .fit(TrainingListener.SILENT);
      var model = LanguageModel.of(7, Gru.cell(), 6);
      var session = Trainer.of(model).recipe(recipe).engine(engine).folder(parts)
          .session(train.get(), null);
      session.checkpointEvery(Duration.ZERO);
      int resumed = 0;
      while (!session.finished()) {
        session.fit(new StopAfterSteps(session, 3));
        if (!session.finished()) {
          model = LanguageModel.of(7, Gru.cell(), 6);
          session = Trainer.of(model).engine(engine).folder(parts).resume(train.get(), null);
          resumed++;
        }
      }
      assertThat(resumed).isPositive();
      assertThat(model.parameters().values()).containsExactly(expected.parameters().values());
      assertThat(parts.resolve("checkpoint.safetensors"))
          .hasSameBinaryContentAs(whole.resolve("checkpoint.safetensors"));

      // Without dropout, the streams of a shard are those of the whole batch.
      var plain = LanguageModel.of(7, Gru.cell(), 6);
      trained(plain, train.get(), recipe.shards(1), engine);
      assertThat(expected.parameters().values())
          .containsExactly(plain.parameters().values(), within(1e-4f));
    }
  }

  private static final class StopAfterSteps implements TrainingListener {
    private final TrainingSession session;
    private int left;

    StopAfterSteps(TrainingSession session, int steps) {
      this.session = session;
      left = steps;
    }

    @Override
    public void step(Step step) {
      if (--left == 0) {
        session.stop();
      }
    }
  }
}

package dev.unroll.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.VariationalDropout;
import dev.unroll.cell.VariationalDropout.Masks;
import dev.unroll.data.Batch;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.layer.stepping.KeyedStates;
import dev.unroll.model.Inputs;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.train.TrainingListener.Update;
import dev.unroll.train.TrainingSession.Origin;
import dev.unroll.train.text.TextTask;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the calling thread allocates once all is warm, counted by the JVM: the least of several
/// rounds, as vectors are objects until the code is compiled. In a JVM of its own.
@Tag("alone")
class AllocationTest {
  private static final ThreadMXBean JVM = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int ROUNDS = 100;
  private static final int STEPS = 1000;

  /// Small records a step, such as what the listener hears and how far the run is; no array.
  private static final long ENOUGH = 1000L * STEPS;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aThousandTrainingStepsAllocateLessThanAMegabyte(int threads, @TempDir Path folder)
      throws IOException {
    var task = TextTask.of("letters", "the quick brown fox jumps over the lazy dog. ".repeat(400));
    var cell = VariationalDropout.of(Lstm.cell(), Masks.TIED);
    var body = RecurrentStack.of(cell, 6).layers(2).dropout(0.1).variational(0.1, null);
    try (var engine = Engine.of(threads)) {
      var model = LanguageModel.parts(task.tokens().size(), 5, body, 1).initialized();
      var training = Trainer.of(model).recipe(Recipe.of(ROUNDS).learningRate(0.001)).engine(engine)
          .folder(folder).origin(new Origin(task.data(2, 4)))
          .session(task.batches(2, 4), task.validationBatches());
      training.checkpointEvery(Duration.ofHours(1));
      var counter = new Counter(training);
      training.fit(counter);
      assertThat(counter.least).as("bytes of %d steps on %s", STEPS, engine)
          .isPositive().isLessThan(ENOUGH);
      assertThat(counter.ratios).isPositive();
    }
  }

  /// Letters of words and chains of classes too: small records a step, and no array.
  @Test
  void trainingStepsOfWordsAndChainsAllocateRecordsAlone() {
    var letters = Inputs.Letters.of(List.of("abcdefg"), 1, 3, RecurrentStack.of(Gru.cell(), 4));
    var model = SequenceToSequence.of(Inputs.symbols(9, 3).letters(letters),
        RecurrentStack.of(Lstm.cell(), 6), Outputs.tags(4));
    var words = new Values.Words(new int[] {1, 2, 3, 1},
        new int[][] {{1, 2}, {3, 4, 5}, {6}, {1, 2}});
    var batch = Batch.of(List.of(new Example(words, Values.Symbols.of(0, 1, 2, 3)),
        new Example(words, Values.Symbols.of(3, 2, 1, 0))));
    try (var engine = Engine.of(1)) {
      var run = model.run(engine, new ModelBounds(4, 4, 2, true));
      long least = Long.MAX_VALUE;
      for (int round = 0; round < ROUNDS / 5; round++) {
        long before = JVM.getCurrentThreadAllocatedBytes();
        for (int step = 0; step < STEPS; step++) {
          run.train(batch, step);
        }
        least = Math.min(least, JVM.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).isPositive().isLessThan(ENOUGH);
    }
  }

  private static final class Counter implements TrainingListener {
    private final TrainingSession training;
    private long start;
    private long least = Long.MAX_VALUE;
    private double ratios;

    Counter(TrainingSession training) {
      this.training = training;
    }

    @Override
    public boolean wantsUpdates() {
      return true;
    }

    @Override
    public void update(Update update) {
      ratios += update.ratio(0) + update.cosine();
    }

    @Override
    public void step(Step step) {
      if (step.step() % STEPS == 0) {
        long now = JVM.getCurrentThreadAllocatedBytes();
        if (step.step() > 0) {
          least = Math.min(least, now - start);
        }
        if (least < ENOUGH) {
          training.stop();
        }
        start = JVM.getCurrentThreadAllocatedBytes();
      }
    }
  }

  @Test
  void streamingAllocatesNothing() {
    try (var engine = Engine.of(1)) {
      var model = LanguageModel.parts(
          20, 5, RecurrentStack.of(Lstm.cell(), 6).layers(2).dropout(0.1), 1).initialized();
      var stepper = model.stepper(engine, 16);
      var state = stepper.initial();
      var states = new KeyedStates<Integer>(stepper.layout());
      var keys = IntStream.range(1000, 1037).boxed().toList();
      var symbols = new int[37];
      var logits = new float[37 * 20];
      long least = Long.MAX_VALUE;
      // Asking costs some bytes itself.
      for (int round = 0; round < ROUNDS && least >= STEPS; round++) {
        long before = JVM.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < STEPS; i++) {
          stepper.step(i % 20, state, logits, state);
          stepper.step(states, keys, symbols, logits);
        }
        least = Math.min(least, JVM.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).as("bytes of %d calls of each kind", STEPS).isLessThan(STEPS);
    }
  }
}

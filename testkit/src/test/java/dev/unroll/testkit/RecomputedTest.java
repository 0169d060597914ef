package dev.unroll.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.Engine;
import dev.unroll.cell.Cells;
import dev.unroll.cell.Cells.Published;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.VariationalDropout;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.RecurrentStack;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Training with recomputation against training that keeps everything, which the gradient assertion
/// holds to the truth: with dropout between layers and within cells, states carried on, and lengths
/// that are no multiple of a segment.
class RecomputedTest {
  private static final int V = 7;
  private static final int T = 11;
  private static final int B = 3;
  private static final long SEED = 8;

  static Stream<Cell> cells() {
    return Stream.concat(Cells.all().stream().map(Published::cell),
        Stream.of(VariationalDropout.of(Lstm.cell(), VariationalDropout.Masks.TIED)));
  }

  @ParameterizedTest
  @MethodSource("cells")
  void lossesAndStatesHaveTheSameBitsAndGradientsAgree(Cell cell) {
    try (var engine = Engine.of(1)) {
      var expected = train(cell, 0, engine);
      for (int segment : new int[] {1, 4, 10}) {
        var actual = train(cell, segment, engine);
        assertThat(actual.losses()).as("losses, segments of %d", segment)
            .containsExactly(expected.losses());
        assertThat(actual.states()).as("states, segments of %d", segment)
            .containsExactly(expected.states());
        expected.blocks().forEach(block -> Tolerance.FLOAT.assertClose(
            "d%s of %s in segments of %d, seed %d".formatted(
                block.name(), cell.name(), segment, SEED),
            expected.gradient(block), actual.gradient(block)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cells")
  void theBitsDoNotDependOnThreadsOrKernels(Cell cell) {
    double[] expected;
    try (var engine = new Engine(Providers.scalar(), Threads.of(1))) {
      expected = train(cell, 4, engine).gradients();
    }
    for (int threads = 1; threads <= 3; threads++) {
      try (var engine = Engine.of(threads)) {
        assertThat(train(cell, 4, engine).gradients()).as("on " + engine).containsExactly(expected);
      }
    }
  }

  @Test
  void aSegmentAsLongAsTheSequenceChangesNothing() {
    try (var engine = Engine.of(1)) {
      assertThat(train(Lstm.cell(), T, engine).gradients())
          .containsExactly(train(Lstm.cell(), 0, engine).gradients());
    }
  }

  @Test
  void memoryGrowsWithTheSegmentInsteadOfTheSequence() {
    try (var engine = Engine.of(1)) {
      long all = bytes(400, 0, engine);
      long segments = bytes(400, 20, engine);
      // What goes in and what the last layer puts out is kept, and 20 times the states of five
      // layers.
      assertThat(segments).isLessThan(all / 6);
      assertThat(bytes(800, 20, engine) - segments).isLessThan(all / 10);
    }
  }

  private static long bytes(int time, int segment, Engine engine) {
    var model =
        LanguageModel.parts(V, 8, RecurrentStack.of(Lstm.cell(), 32).layers(5), SEED).initialized();
    var run = model.run(engine, new ModelBounds(time, time, B, true).recomputed(segment));
    run.states(); // binds the layers
    return run.bytes();
  }

  private record Outcome(
      double[] losses, float[] states, double[] gradients, List<Parameters.Block> blocks) {
    double[] gradient(Parameters.Block block) {
      return Arrays.copyOfRange(gradients, block.offset(), block.offset() + block.length());
    }
  }

  /// Two chunks, the second one shorter.
  private static Outcome train(Cell cell, int segment, Engine engine) {
    var body =
        RecurrentStack.of(cell, new Dimensions(Map.of("H", 6, "P", 4))).layers(2).dropout(0.3)
            .variational(0.2, null);
    var model = LanguageModel.parts(V, 6, body, SEED).initialized();
    var run = model.run(engine, new ModelBounds(T, T, B, true).recomputed(segment));
    var losses = new double[2];
    for (int chunk = 0; chunk < 2; chunk++) {
      int steps = T - 2 * chunk;
      losses[chunk] = run.train(Chunks.of(symbols("symbols " + chunk, steps * B),
          symbols("targets " + chunk, steps * B), B, chunk > 0), 40 + chunk).mean();
    }
    var states = new float[0];
    for (var rows : run.states().values()) {
      int n = B * rows.columns();
      int from = states.length;
      states = Arrays.copyOf(states, from + n);
      System.arraycopy(rows.array(), rows.offset(), states, from, n);
    }
    var gradients = new double[model.parameters().size()];
    Arrays.setAll(gradients, i -> model.parameters().gradients()[i]);
    return new Outcome(losses, states, gradients, model.parameters().blocks());
  }

  private static int[] symbols(String stream, int n) {
    var random = CounterRandom.of(SEED).stream(stream);
    var symbols = new int[n];
    Arrays.setAll(symbols, i -> (int) (V * random.uniform(0, i)));
    return symbols;
  }
}

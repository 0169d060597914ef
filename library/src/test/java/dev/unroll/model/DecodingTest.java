package dev.unroll.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.data.Batch;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.layer.Attention;
import dev.unroll.layer.Merge;
import dev.unroll.model.Decoding.Hypothesis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a model writes against what the same model says when it is fed with it.
class DecodingTest {
  private static final int V = ModelProblem.SYMBOLS;
  private static final int LONGEST = 6;
  private static final int B = 4;

  static Stream<Generative> models() {
    var inputs = Inputs.symbols(V, 3);
    var encoder = RecurrentStack.of(Gru.cell(), 4).bidirectional(Merge.CONCATENATE);
    var body = RecurrentStack.of(Lstm.cell(), 8).layers(2);
    var models = new ArrayList<Generative>();
    for (var feeding : Feeding.values()) {
      models.add(VectorToSequence.of(inputs, feeding, body, Outputs.symbols(4), 2).feedback(3)
          .initialized());
      models
          .add(EncoderDecoder.of(inputs, encoder, body, Outputs.symbols(4)).feeding(feeding).seed(2)
              .initialized());
    }
    for (var rule : new Attention[] {Attention.ADDITIVE, Attention.DOT, Attention.GENERAL}) {
      models.add(EncoderDecoder.of(inputs, encoder, body, Outputs.symbols(4)).seed(2)
          .attention(rule).initialized());
    }
    models.add(VectorToSequence.of(inputs, Feeding.EVERY_STEP, body, Outputs.classes(4), 2)
        .feedback(3).initialized());
    for (var rule : new Attention[] {Attention.DOT, Attention.GENERAL}) {
      models.add(EncoderDecoder.of(inputs, encoder, body, Outputs.symbols(4)).seed(2)
          .attention(rule).inputFeeding(true).initialized());
    }
    var learned = body.learnedStart();
    models.add(VectorToSequence.of(inputs, Feeding.EVERY_STEP, learned, Outputs.symbols(4), 2)
        .feedback(3).initialized());
    models.add(EncoderDecoder.of(inputs, encoder, learned, Outputs.symbols(4)).seed(2)
        .starting(false).attention(Attention.ADDITIVE).initialized());
    models.forEach(DecodingTest::sharpen);
    return models.stream();
  }

  /// Larger weights, so that the model says something, and initial states other than zero where
  /// they are learned.
  private static void sharpen(Generative model) {
    ModelProblem.startedElsewhere(model);
    var values = model.parameters().values();
    for (int i = 0; i < values.length; i++) {
      values[i] *= 3;
    }
  }

  private static Batch batch(Generative model) {
    int[] lengths = model instanceof VectorToSequence ? new int[] {1, 1, 1} : new int[] {5, 2, 4};
    return Batch.of(ModelProblem.examples(lengths, new int[] {1, 1, 1}, true,
        Outputs.classes(4), 17), B);
  }

  @ParameterizedTest
  @MethodSource("models")
  void theProbabilityIsTheOneThatTheModelGives(Generative model) {
    try (var engine = Engine.of(1)) {
      var decoding = model.decoding(engine, 5, B, 3);
      var batch = batch(model);
      for (var search : List.of(Search.greedy(), Search.beam(3, 0.6),
          Search.sampling(new Sampling(1, 0, 1)))) {
        var written = decoding.decode(batch, search, LONGEST, 9);
        assertThat(written).hasSize(3);
        for (int b = 0; b < 3; b++) {
          assertProbability(model, engine, batch, b, written.get(b), search);
        }
      }
    }
  }

  /// Also of those that were not the best when they had to go on in another row.
  @ParameterizedTest
  @MethodSource("models")
  void everySequenceOfABeamHasTheProbabilityThatTheModelGives(Generative model) {
    try (var engine = Engine.of(1)) {
      var batch = batch(model);
      var beam = new Search.Beam(5, 0.6);
      var found = model.decoding(engine, 5, B, 5).hypotheses(batch, beam, LONGEST);
      for (int b = 0; b < 3; b++) {
        for (var written : found.get(b)) {
          assertProbability(model, engine, batch, b, written, beam);
        }
      }
    }
  }

  private static void assertProbability(Generative model, Engine engine, Batch batch, int b,
      Hypothesis written, Search search) {
    if (written.symbols().length == 0) {
      return; // an end alone is no target
    }
    int time = batch.input().lengths()[b];
    var input = new int[time];
    for (int t = 0; t < time; t++) {
      input[t] = batch.input().symbols()[t * B + b];
    }
    boolean ends = model.decoder().outputs().ends();
    int steps = written.symbols().length + (ends ? 1 : 0);
    var run = model.run(engine, new ModelBounds(time, written.symbols().length, 1, false));
    var p = run.predict(Batch.of(List.of(new Example(
        new Values.Symbols(input), new Values.Symbols(written.symbols())))));
    double expected = 0;
    for (int t = 0; t < steps; t++) {
      boolean isEnd = t == written.symbols().length;
      if (!isEnd || written.ended()) {
        int symbol = isEnd ? 4 : written.symbols()[t];
        expected += Math.log(p.array()[p.offset() + t * p.columns() + symbol]);
      }
    }
    assertThat(written.logProbability()).as("%s, sample %d of %s", search, b, model)
        .isCloseTo(expected, within(2e-5));
  }

  @ParameterizedTest
  @MethodSource("models")
  void greedyTakesTheMostProbableAndABeamOfOneIsGreedy(Generative model) {
    try (var engine = Engine.of(1)) {
      var batch = batch(model);
      var greedy = model.decoding(engine, 5, B, 1).decode(batch, Search.greedy(), LONGEST, 0);
      var cold = model.decoding(engine, 5, B, 2)
          .decode(batch, Search.sampling(new Sampling(0, 0, 1)), LONGEST, 0);
      var one = model.decoding(engine, 5, B, 4).decode(batch, Search.beam(1, 2), LONGEST, 0);
      var wide = model.decoding(engine, 5, B, 5).decode(batch, Search.beam(5, 0), LONGEST, 0);
      for (int b = 0; b < 3; b++) {
        assertThat(cold.get(b).symbols()).isEqualTo(greedy.get(b).symbols());
        assertThat(one.get(b).symbols()).isEqualTo(greedy.get(b).symbols());
        assertThat(cold.get(b).logProbability())
            .isCloseTo(greedy.get(b).logProbability(), within(1e-9));
        if (wide.get(b).ended() && greedy.get(b).ended()) {
          assertThat(wide.get(b).logProbability())
              .isGreaterThanOrEqualTo(greedy.get(b).logProbability() - 1e-9);
        }
      }
    }
  }

  /// A beam that leaves nothing out finds the best of all sequences.
  @ParameterizedTest
  @MethodSource("models")
  void aWideBeamFindsTheBestOfAll(Generative model) {
    try (var engine = Engine.of(1)) {
      var batch = batch(model);
      int width = 4 * 5;
      var found = model.decoding(engine, 5, B, width)
          .hypotheses(batch, new Search.Beam(width, 0.5), 2);
      for (int b = 0; b < 3; b++) {
        var best = found.get(b).getFirst();
        for (var other : found.get(b)) {
          assertThat(other.score()).isLessThanOrEqualTo(best.score());
        }
        double total =
            found.get(b).stream().mapToDouble(h -> Math.exp(h.logProbability())).sum();
        assertThat(total).isLessThanOrEqualTo(1 + 1e-6);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void aSeedGivesTheSameSequences(Generative model) {
    try (var engine = Engine.of(1); var two = Engine.of(2)) {
      var batch = batch(model);
      var search = Search.sampling(new Sampling(1, 0, 1));
      var first = model.decoding(engine, 5, B, 1);
      var drawn = first.decode(batch, search, LONGEST, 3);
      var again = model.decoding(two, 5, B, 2).decode(batch, search, LONGEST, 3);
      boolean differs = false;
      for (long seed = 4; seed < 9; seed++) {
        var others = first.decode(batch, search, LONGEST, seed);
        for (int b = 0; b < 3; b++) {
          differs |= !Arrays.equals(others.get(b).symbols(), drawn.get(b).symbols());
        }
      }
      for (int b = 0; b < 3; b++) {
        assertThat(again.get(b).symbols()).isEqualTo(drawn.get(b).symbols());
      }
      assertThat(differs).as("another seed draws something else").isTrue();
    }
  }
}

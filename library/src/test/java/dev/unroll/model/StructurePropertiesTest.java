package dev.unroll.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.VariationalDropout.Masks;
import dev.unroll.data.Batch;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.layer.Attention;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs.Letters;
import dev.unroll.model.loss.Score;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What holds for every structure: samples do not know of each other, padding changes nothing,
/// threads and providers change no bit.
class StructurePropertiesTest {
  private static final int V = ModelProblem.SYMBOLS;
  private static final int[] LONG = {5, 3, 4};
  private static final int[] SHORT = {2, 4, 3};
  private static final int[] ONE = {1, 1, 1};

  static Stream<ModelProblem> problems() {
    var body = RecurrentStack.of(Lstm.cell(), 5).layers(2);
    var both = body.bidirectional(Merge.CONCATENATE);
    var inputs = Inputs.symbols(V, 3);
    var classes = Outputs.classes(4);
    var symbols = Outputs.symbols(4);
    var problems = new ArrayList<ModelProblem>();
    for (var pooling : Pooling.values()) {
      problems.add(problem("to vector " + pooling,
          SequenceToVector.of(inputs, both, pooling, classes, 2), LONG, ONE, classes));
    }
    problems.add(problem("to sequence", SequenceToSequence.of(inputs, both, classes, 2), LONG,
        LONG, classes));
    problems.add(problem("to sequence, chain",
        SequenceToSequence.of(inputs, both, Outputs.tags(4), 2), LONG, LONG, Outputs.tags(4)));
    problems.add(new ModelProblem("words with letters, chain",
        SequenceToSequence.of(inputs.letters(Letters.of(List.of("abcdefg"), 1, 3,
            RecurrentStack.of(Lstm.cell(), 3))), both, Outputs.tags(4), 2),
        ModelProblem.words(LONG, Outputs.tags(4), 5, 7), 4, false));
    problems.add(problem("from vector",
        VectorToSequence.of(inputs, Feeding.EVERY_STEP, body, symbols, 2).feedback(3)
            .initialized(),
        ONE, SHORT, symbols));
    var learned = body.learnedStart();
    problems.add(problem("from vector, learned start",
        VectorToSequence.of(inputs, Feeding.EVERY_STEP, learned, symbols, 2).feedback(3)
            .initialized(),
        ONE, SHORT, symbols));
    problems.add(problem("encoder and decoder, learned start",
        EncoderDecoder.of(inputs, both, learned, symbols).seed(2).starting(false)
            .attention(Attention.ADDITIVE).initialized(),
        LONG, SHORT, symbols));
    for (var rule : new Attention[] {null, Attention.ADDITIVE, Attention.GENERAL}) {
      var parts = EncoderDecoder.of(inputs, both, body, symbols).seed(2);
      var model = (rule == null ? parts : parts.attention(rule)).initialized();
      problems.add(problem("encoder and decoder " + rule, model, LONG, SHORT, symbols));
    }
    problems.add(problem("encoder and decoder, input feeding",
        EncoderDecoder.of(inputs, both, body, symbols).seed(2)
            .attention(Attention.GENERAL).inputFeeding(true).initialized(),
        LONG, SHORT, symbols));
    // Behind a shorter target an end was asked that there is not: the class behind the last one,
    // which was sought in the next row.
    problems.add(problem("encoder and decoder without an end",
        EncoderDecoder.of(inputs, both, body, classes).seed(2).initialized(),
        LONG, SHORT, classes));
    problems.add(problem("vector to sequence without an end",
        VectorToSequence.of(inputs, Feeding.EVERY_STEP, body, classes, 2).feedback(3).initialized(),
        ONE, SHORT, classes));
    return problems.stream();
  }

  private static ModelProblem problem(
      String name, Model model, int[] input, int[] target, Outputs outputs) {
    return new ModelProblem(
        name, model, ModelProblem.examples(input, target, true, outputs, 5), 4, false);
  }

  @ParameterizedTest
  @MethodSource("problems")
  void aBatchIsItsSamples(ModelProblem problem) {
    try (var engine = Engine.of(1)) {
      var parameters = problem.model().parameters();
      var together = gradient(problem, engine, problem.examples(), 4);
      var sum = Score.NONE;
      var gradients = new double[parameters.size()];
      for (var example : problem.examples()) {
        var alone = gradient(problem, engine, List.of(example), 1);
        sum = sum.plus(alone.score());
        for (int i = 0; i < gradients.length; i++) {
          gradients[i] += (double) alone.gradients()[i] * alone.score().count();
        }
      }
      assertThat(together.score().count()).isEqualTo(sum.count());
      assertThat(together.score().right()).isEqualTo(sum.right());
      assertThat(together.score().loss()).isCloseTo(sum.loss(), within(1e-5));
      for (int i = 0; i < gradients.length; i++) {
        assertThat((double) together.gradients()[i]).as("%s: gradient %d", problem, i)
            .isCloseTo(gradients[i] / sum.count(), within(1e-6));
      }
    }
  }

  private record Trained(Score score, float[] gradients) {}

  private static Trained gradient(
      ModelProblem problem, Engine engine, List<Example> examples, int batch) {
    var bounds = problem.bounds();
    var run = problem.model().run(
        engine, new ModelBounds(bounds.time(), bounds.targetTime(), batch, true));
    var gradients = problem.model().parameters().gradients();
    Arrays.fill(gradients, 0f);
    var score = run.train(Batch.of(examples, batch), 0);
    return new Trained(score, gradients.clone());
  }

  @ParameterizedTest
  @MethodSource("problems")
  void threadsAndProvidersChangeNoBit(ModelProblem problem) {
    var results = new ArrayList<Trained>();
    for (int threads = 1; threads <= 3; threads++) {
      var kernels = threads == 2 ? Providers.scalar() : Providers.best();
      try (var engine = new Engine(kernels, Threads.of(threads))) {
        results.add(gradient(problem, engine, problem.examples(), 4));
      }
    }
    for (var other : results) {
      assertThat(other.score()).isEqualTo(results.getFirst().score());
      assertThat(other.gradients()).isEqualTo(results.getFirst().gradients());
    }
  }

  /// The same run after other, longer data.
  @ParameterizedTest
  @MethodSource("problems")
  void nothingIsLeftOfEarlierBatches(ModelProblem problem) {
    try (var engine = Engine.of(1)) {
      var bounds = problem.bounds().forPrediction();
      var run = problem.model().run(engine, bounds);
      var two = problem.examples().subList(1, 3);
      var fresh = run.evaluate(Batch.of(two, 4));
      run.evaluate(Batch.of(problem.examples(), 4));
      assertThat(run.evaluate(Batch.of(two, 4))).isEqualTo(fresh);
      assertThat(run.evaluate(Batch.of(List.of(two.getFirst(), two.getFirst(), two.getFirst(),
          two.getFirst()), 4)).loss()).isPositive();
      assertThat(run.evaluate(Batch.of(two, 4))).isEqualTo(fresh);
    }
  }

  @Test
  void probabilitiesAddUpAndAreThoseOfTheLoss() {
    var outputs = Outputs.classes(4).smoothing(0.3);
    var model =
        SequenceToVector.of(Inputs.symbols(V, 3), RecurrentStack.of(Gru.cell(), 5), Pooling.LAST,
            outputs, 2);
    try (var engine = Engine.of(1)) {
      var examples = ModelProblem.examples(LONG, ONE, true, outputs, 5);
      var run = model.run(engine, new ModelBounds(5, 1, 3, false));
      var batch = Batch.of(examples);
      double loss = run.evaluate(batch).loss();
      var p = run.predict(batch);
      double expected = 0;
      for (int b = 0; b < 3; b++) {
        double sum = 0;
        for (int j = 0; j < 4; j++) {
          sum += p.array()[p.offset() + b * 4 + j];
        }
        assertThat(sum).isCloseTo(1, within(1e-6));
        expected -= Math.log(p.array()[p.offset() + b * 4 + batch.target().symbols()[b]]);
      }
      assertThat(loss).isCloseTo(expected, within(1e-5));
    }
  }

  @Test
  void monteCarloAveragesProbabilities() {
    var outputs = Outputs.classes(4);
    var body = RecurrentStack.of(Gru.cell(), 5).variational(0.4, Masks.TIED).dropout(0.3);
    var model = SequenceToVector.of(Inputs.symbols(V, 3), body, Pooling.MEAN, outputs, 2);
    try (var engine = Engine.of(1)) {
      var batch = Batch.of(ModelProblem.examples(LONG, ONE, true, outputs, 5));
      var run = model.run(engine, new ModelBounds(5, 1, 3, true));
      var all = MonteCarlo.predict(run, batch, 3, 10);
      double sum = 0;
      double squares = 0;
      for (int draw = 10; draw < 13; draw++) {
        var p = run.predict(batch, draw);
        sum += p.array()[p.offset() + 6];
        squares += Math.pow(p.array()[p.offset() + 6], 2);
      }
      assertThat((double) all.mean().array()[6]).isCloseTo(sum / 3, within(1e-7));
      assertThat((double) all.spread().array()[6])
          .isCloseTo(Math.sqrt(squares / 3 - sum * sum / 9), within(1e-6)).isPositive();
    }
  }

  @Test
  void anAnswerForNothingIsNoLoss() {
    var model = SequenceToSequence.of(
        Inputs.symbols(V, 3), RecurrentStack.of(Gru.cell(), 5), Outputs.classes(4), 2);
    var silent = new Example(Values.Symbols.of(1, 2), Values.Symbols.of(-1, -1));
    try (var engine = Engine.of(1)) {
      var run = model.run(engine, new ModelBounds(2, 2, 1, true));
      assertThat(run.train(Batch.of(List.of(silent)), 0)).isEqualTo(Score.NONE);
      assertThat(model.parameters().gradients()).containsOnly(0f);
    }
  }

  @Test
  void bitsOutsideZeroToOneAreRefusedBeforeAnythingIsLearned() {
    var model = SequenceToSequence.of(
        Inputs.symbols(V, 3), RecurrentStack.of(Gru.cell(), 5), Outputs.bits(2), 2);
    var wrong = new Example(Values.Symbols.of(1, 2),
        Values.Features.ofRows(new float[] {0, 1}, new float[] {0.5f, 2}));
    try (var engine = Engine.of(1)) {
      var run = model.run(engine, new ModelBounds(2, 2, 1, true));
      assertThatThrownBy(() -> run.train(Batch.of(List.of(wrong)), 0))
          .hasMessage("sample 0 of the batch asks for 2.0 at step 1, column 1, expected 0 to 1 for"
              + " binary-cross-entropy; correct it, or take another loss, such as squared");
      assertThat(model.parameters().gradients()).containsOnly(0f);
      assertThat(run.train(Batch.of(List.of(wrong.targetMask(true, false))), 0).count()).isOne();
    }
  }

  @Test
  void wrongUsesAreRefusedInOneSentence() {
    var inputs = Inputs.symbols(V, 3);
    var body = RecurrentStack.of(Gru.cell(), 5);
    var model = SequenceToSequence.of(inputs, body, Outputs.classes(4), 2);
    try (var engine = Engine.of(1)) {
      var training = model.run(engine, new ModelBounds(3, 3, 1, true));
      var good = Batch.of(List.of(
          new Example(Values.Symbols.of(1, 2), Values.Symbols.of(1, 3))));
      assertThatThrownBy(() -> training.evaluate(good)).hasMessageContaining("dropout acts");
      assertThatThrownBy(() -> training.train(Batch.of(List.of(
          new Example(Values.Symbols.of(1, 2), Values.Symbols.of(1, 4)))), 0))
          .hasMessage("sample 0 of the batch asks for the class 4 at step 1, expected 0 to 3, or "
              + "−1 for none");
      assertThatThrownBy(() -> training.train(Batch.of(List.of(
          new Example(Values.Symbols.of(1, V), Values.Symbols.of(1, 2)))), 0))
          .hasMessage("sample 0 has the symbol 6 at step 1, expected 0 to 5");
      assertThatThrownBy(() -> training.train(Batch.of(List.of(
          new Example(Values.Symbols.of(1, 2), Values.Symbols.of(1)))), 0))
          .hasMessageContaining("2 steps, its targets 1");
      assertThatThrownBy(() -> training.train(Batch.of(List.of(
          new Example(Values.Features.of(1, 2), Values.Symbols.of(1, 2)))), 0))
          .hasMessageContaining("reads symbols");
    }
    assertThatThrownBy(() -> SequenceToSequence.of(inputs, body, Outputs.classes(V).tie(), 2))
        .hasMessageContaining("cannot be tied to the vectors of 6 symbols of size 3");
    assertThatThrownBy(() -> EncoderDecoder
        .of(inputs, body, body.bidirectional(Merge.SUM), Outputs.symbols(4)).seed(2).initialized())
        .hasMessageContaining("one direction");
    assertThatThrownBy(() -> EncoderDecoder
        .of(inputs, body, body.learnedStart(), Outputs.symbols(4)).seed(2).initialized())
        .hasMessage(
            "the initial states of a decoder are either learned or come from what it writes "
                + "from; leave the learned start out, or have it read its vector as input alone: "
                + "starting(false)");
    var decoder =
        EncoderDecoder.of(inputs, body, body, Outputs.symbols(4)).seed(2);
    assertThatThrownBy(() -> decoder.inputFeeding(true).initialized())
        .hasMessage(
            "without attention there is nothing that input feeding could feed; choose DOT or "
                + "GENERAL, or leave input feeding out");
    assertThatThrownBy(
        () -> decoder.attention(Attention.ADDITIVE).inputFeeding(true).initialized())
        .hasMessageStartingWith("ADDITIVE attention comes before the step");
    assertThatThrownBy(() -> body.dropout(1)).hasMessage(
        "dropout is 1.0, expected a probability from 0 up to but not 1");
  }
}

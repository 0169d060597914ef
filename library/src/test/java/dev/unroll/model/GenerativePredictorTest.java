package dev.unroll.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.data.Batch;
import dev.unroll.data.Example;
import dev.unroll.data.Scaling;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Predicting without bounds and made-up targets, against the calls that need them.
class GenerativePredictorTest {

  /// The label that stands for every unknown one was written as if it were text, and the end came
  /// at once.
  @Test
  void theUnknownLabelIsNotWrittenAndNothingIsShorterThanAsked() {
    var labels = Tokens.of(List.of("a", Tokens.UNKNOWN, "b"));
    var model = EncoderDecoder.of(Inputs.symbols(3, 2), RecurrentStack.of(Gru.cell(), 4),
        RecurrentStack.of(Gru.cell(), 4), Outputs.symbols(3).named(labels)).initialized();
    var bias = model.parameters().blocks().getLast();
    assertThat(bias.length()).as("the bias of a, unknown, b and the end").isEqualTo(4);
    var values = model.parameters().values();
    values[bias.offset() + 1] = 9; // far likelier than the others
    values[bias.offset() + 3] = 8;
    for (var search : List.of(Search.greedy(), Search.beam(3, 0.6),
        Search.sampling(new Sampling(1, 0, 1)), Search.sampling(new Sampling(0, 2, 1)))) {
      var predictor = model.predictor().search(search).longest(4);
      assertThat(predictor.decode(Symbols.of(0, 1, 2)).symbols()).as("%s", search).isEmpty();
      var answer = predictor.shortest(2).decode(Symbols.of(0, 1, 2));
      assertThat(answer.symbols()).as("%s", search).hasSize(2).doesNotContain(1);
      assertThat(answer.ended()).isTrue();
      assertThat(answer.logProbability()).isNegative();
    }
    assertThatThrownBy(() -> model.predictor().shortest(-1))
        .hasMessage("sequences of at least -1 symbols, expected 0 or more");
  }

  /// Where the unknown label is the only one, it is all that can be written.
  @Test
  void theOnlyLabelIsWritten() {
    var model = EncoderDecoder.of(Inputs.symbols(3, 2), RecurrentStack.of(Gru.cell(), 4),
        RecurrentStack.of(Gru.cell(), 4),
        Outputs.symbols(1).named(Tokens.of(List.of(Tokens.UNKNOWN)))).initialized();
    assertThat(model.predictor().shortest(1).longest(3).decode(Symbols.of(0)).symbols())
        .isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.model.DecodingTest#models")
  void itDecodesAsABoundDecodingDoes(Generative model) {
    var random = new Random(5);
    var inputs = new ArrayList<Values>();
    for (int i = 0; i < 70; i++) {
      int length = model instanceof VectorToSequence ? 1 : 1 + random.nextInt(9);
      inputs.add(new Symbols(random.ints(length, 0, ModelProblem.SYMBOLS).toArray()));
    }
    var search = Search.beam(3, 0.6);
    var predictor = model.predictor().search(search).longest(6);
    var together = predictor.decode(inputs);
    var beams = predictor.hypotheses(inputs);
    try (var engine = Engine.of(1)) {
      for (int i = 0; i < inputs.size(); i += 7) {
        var batch = Batch.of(List.of(new Example(inputs.get(i), Symbols.of(0))), 1);
        var expected = model.decoding(engine, inputs.get(i).length(), 1, 3)
            .decode(batch, search, 6, 1).getFirst();
        assertThat(together.get(i).symbols()).as("input " + i).containsExactly(expected.symbols());
        assertThat(together.get(i).logProbability()).isEqualTo(expected.logProbability());
        assertThat(predictor.decode(inputs.get(i)).symbols()).containsExactly(expected.symbols());
        var best = predictor.hypotheses(inputs.get(i), new Search.Beam(3, 0.6)).getFirst();
        assertThat(best.symbols()).containsExactly(expected.symbols());
        var alone = predictor.hypotheses(inputs.get(i), new Search.Beam(3, 0.6));
        assertThat(beams.get(i)).usingRecursiveComparison().as("beam of input " + i)
            .isEqualTo(alone);
      }
    }
  }

  /// Numbers that come back are those which the model has written: fed with its own answer as a
  /// target, it says the same again.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void numbersThatComeBackAreItsOwn(int steps) {
    var out = new Scaling(new double[] {5, -3}, new double[] {2, 0.5});
    var in = new Scaling(new double[] {1, 1, 1}, new double[] {4, 4, 4});
    var model = EncoderDecoder
        .of(Inputs.features(3).scaled(in), RecurrentStack.of(Gru.cell(), 4),
            RecurrentStack.of(Lstm.cell(), 5), Outputs.numbers(2).scaled(out))
        .seed(3)
        .feedback(1).initialized();
    var input = Features.ofRows(new float[][] {{1, 2, 3}, {-4, 5, 6}, {7, -8, 9}});
    float[][] answer = model.predictor().predict(input, steps);
    assertThat(answer).hasNumberOfRows(steps);
    var example = new Example(input, Features.ofRows(answer));
    try (var engine = Engine.of(1)) {
      var run = model.run(engine, new ModelBounds(3, steps, 1, false));
      var again = run.predict(Batch.of(model.scaled(List.of(example)), 1));
      for (int t = 0; t < steps; t++) {
        for (int j = 0; j < 2; j++) {
          float said = out.invert(j, again.array()[again.offset() + t * again.columns() + j]);
          assertThat(said).isCloseTo(answer[t][j], within(1e-5f));
        }
      }
    }
    if (steps > 1) {
      assertThat(answer[1]).isNotEqualTo(answer[0]);
      assertThat(model.predictor().predict(input, 1)[0]).containsExactly(answer[0]);
    }
  }

  @Test
  void textsAreWrittenForTexts() {
    var letters = Tokens.of(List.of("a", "b", "c"));
    var phones = Tokens.of(List.of("AH", "B", "K"));
    var model = EncoderDecoder
        .of(Inputs.tokens(letters).size(4), RecurrentStack.of(Gru.cell(), 4),
            RecurrentStack.of(Gru.cell(), 4), Outputs.symbols(3).named(phones))
        .seed(3)
        .initialized();
    var symbols = model.predictor().longest(4).decode(Symbols.of(0, 1, 2)).symbols();
    assertThat(model.predictor().longest(4).decode("abc"))
        .isEqualTo(String.join(" ", phones.decode(symbols)));
  }

  @Test
  void whatDoesNotGoIsSaid() {
    var numbers = VectorToSequence.of(Inputs.features(2), Feeding.EVERY_STEP,
        RecurrentStack.of(Gru.cell(), 3), Outputs.numbers(2), 1).initialized();
    assertThatThrownBy(() -> numbers.predictor().decode(Features.ofRows(new float[] {1, 2})))
        .hasMessageContaining("use predict(input, steps)");
    var classes = VectorToSequence.of(Inputs.features(2), Feeding.EVERY_STEP,
        RecurrentStack.of(Gru.cell(), 3), Outputs.symbols(2), 1).feedback(2).initialized();
    assertThatThrownBy(
        () -> classes.predictor().predict(Features.ofRows(new float[] {1, 2}), 3))
        .hasMessageContaining("use decode(input)");
    assertThatThrownBy(() -> classes.predictor().decode("ab"))
        .hasMessageContaining("does not know what its classes are");
  }
}

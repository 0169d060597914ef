package dev.unroll.model.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Feeding;
import dev.unroll.model.Generator;
import dev.unroll.model.Inputs;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.Sampling;
import dev.unroll.model.Search;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.model.VectorToSequence;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A model whose training failed once answered NaN, or a class with the probability NaN, or 20
/// blanks.
class FiniteAnswersTest {
  private static final RecurrentStack BODY = RecurrentStack.of(Gru.cell(), 4);

  /// A model and one way to have it answer.
  record Way(String name, Structure model, Runnable answer) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Way> ways() {
    var vector =
        SequenceToVector.of(Inputs.symbols(3, 2), BODY, Pooling.LAST, Outputs.classes(2), 1);
    var sequence = SequenceToSequence.of(Inputs.features(2), BODY, Outputs.numbers(3), 1);
    var writer = VectorToSequence
        .of(Inputs.features(2), Feeding.EVERY_STEP, BODY, Outputs.classes(3), 1).initialized();
    var numbers = VectorToSequence
        .of(Inputs.features(2), Feeding.EVERY_STEP, BODY, Outputs.numbers(2), 1).initialized();
    var language = LanguageModel.of(3, Gru.cell(), 5);
    var input = Features.ofRows(new float[][] {{1, 2}});
    return Stream.of(
        new Way("vector", vector, () -> vector.predictor().predict(0, 1)),
        new Way("vectors", vector,
            () -> vector.predictor().predictValues(List.of(Symbols.of(0), Symbols.of(1, 2)))),
        new Way("sequence", sequence, () -> sequence.predictor().predict(input)),
        new Way("numbers", numbers, () -> numbers.predictor().predict(input, 2)),
        new Way("decode", writer, () -> writer.predictor().decode(input)),
        new Way("beam", writer,
            () -> writer.predictor().search(Search.beam(2, 0)).decode(input)),
        new Way("hypotheses", writer,
            () -> writer.predictor().hypotheses(input, new Search.Beam(2, 0))),
        new Way("generator", language, () -> {
          try (var engine = Engine.of(1)) {
            new Generator(language, engine, new Sampling(1, 0, 1), 1, new int[] {0}).next();
          }
        }));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void whatIsNoNumberIsNoAnswer(Way way) {
    way.answer().run();
    var parameters = way.model().parameters();
    var before = parameters.values().clone();
    Arrays.fill(parameters.values(), Float.NaN);
    assertThatThrownBy(() -> way.answer().run()).isInstanceOf(IllegalStateException.class)
        .hasMessageMatching("(output|the logit of symbol) 0 of the model is NaN, as its parameter "
            + parameters.blocks().getFirst().name() + " is not finite; train the model anew, .*");
    System.arraycopy(before, 0, parameters.values(), 0, before.length); // which several ways share
  }

  @Test
  void numbersBeyondAFloatAreNamedAsSuch() {
    var model =
        SequenceToVector.of(Inputs.features(1), RecurrentStack.of(Cells.find("rnn"), 4),
            Pooling.LAST,
            Outputs.numbers(2), 1);
    Arrays.fill(model.parameters().values(), 3e38f);
    assertThat(model.parameters().firstNotFinite()).isEmpty();
    assertThatThrownBy(() -> model.predictor().predict(new float[][] {{1}, {1}}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("output 0 of the model is ")
        .hasMessageContaining("beyond a float, though its parameters are finite; train the model");
  }
}

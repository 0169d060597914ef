package dev.unroll.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.data.Batch;
import dev.unroll.data.Batches;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Symbols;
import dev.unroll.data.Values.Words;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Words with their letters, and chains over classes: what is the same bits, and what is refused.
class WordsTest {
  private static final RecurrentStack GRU = RecurrentStack.of(Gru.cell(), 5);
  private static final Inputs.Letters LETTERS =
      Inputs.Letters.of(List.of("abcdefg"), 1, 3, RecurrentStack.of(Gru.cell(), 4));
  private static final Inputs WORDS = Inputs.symbols(6, 2).letters(LETTERS);

  private static Words words(int length, int seed) {
    int[] symbols = new int[length];
    var letters = new int[length][];
    for (int t = 0; t < length; t++) {
      symbols[t] = (t * seed + t) % 6;
      letters[t] = new int[1 + (t + seed) % 13];
      for (int l = 0; l < letters[t].length; l++) {
        letters[t][l] = (l * l + t + seed) % 8;
      }
    }
    return new Words(symbols, letters);
  }

  private static SequenceToSequence model() {
    return SequenceToSequence.of(WORDS, GRU.bidirectional(Merge.CONCATENATE), Outputs.tags(4), 2);
  }

  /// However many others are in its batch, and however long their words are.
  @Test
  void aSentenceHasTheSameBitsAloneAndAmongOthers() {
    var predictor = model().predictor();
    var sentences = new ArrayList<Values>();
    for (int i = 0; i < 70; i++) {
      sentences.add(words(1 + i % 9, i));
    }
    var together = predictor.classes(sentences);
    var outputs = predictor.predict(sentences);
    for (int i = 0; i < 70; i += 7) {
      var alone = predictor.classes(List.of(sentences.get(i))).getFirst();
      assertThat(alone.chosen()).isEqualTo(together.get(i).chosen());
      assertThat(alone.probabilities()).isDeepEqualTo(together.get(i).probabilities());
      assertThat(outputs.get(i)).isDeepEqualTo(alone.probabilities());
    }
  }

  /// The classes of a model without a chain are the most probable ones.
  @Test
  void withoutAChainClassesAreTheMostProbableOnes() {
    var model = SequenceToSequence.of(Inputs.symbols(6, 2), GRU, Outputs.classes(4), 2);
    var said = model.predictor().classes(List.of(Symbols.of(0, 3, 5, 1), Symbols.of(2))).getFirst();
    for (int t = 0; t < 4; t++) {
      for (float p : said.probabilities()[t]) {
        assertThat(p).isLessThanOrEqualTo(said.probabilities()[t][said.chosen()[t]]);
      }
    }
    var numbers = SequenceToSequence.of(Inputs.symbols(6, 2), GRU, Outputs.numbers(2), 2);
    assertThatThrownBy(() -> numbers.predictor().classes(List.of(Symbols.of(0))))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void lettersOfAWord() {
    var letters = Inputs.Letters.of(List.of("ab", "ac", "aé"), 2, 3, GRU);
    assertThat(letters.tokens().toList()).containsExactly(Tokens.UNKNOWN, "a");
    assertThat(letters.encode("aba")).containsExactly(1, 0, 1);
    var some = new Inputs.Letters(Tokens.of(List.of("a", "b", "c", "d", "e")), 2, 4, GRU);
    assertThat(some.encode("abcde")).containsExactly(0, 1, 3, 4);
    assertThat(some.encode("abcd")).containsExactly(0, 1, 2, 3);
    assertThatThrownBy(() -> some.encode("")).isInstanceOf(DataException.class)
        .hasMessageContaining("has no letters");
    assertThatThrownBy(() -> some.encode("x")).isInstanceOf(DataException.class)
        .hasMessageContaining("\"x\" is not among");
    assertThatThrownBy(() -> new Inputs.Letters(some.tokens(), 2, 4, GRU.activationPenalty(1)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no penalty");
  }

  @Test
  void batchesOfAnotherKindAreRefused() {
    var model = model();
    try (var engine = Engine.of(1)) {
      var run = model.run(engine, new ModelBounds(9, 9, 1, false));
      var symbols = Batch.of(List.of(new Example(Symbols.of(0, 1), Symbols.of(0, 1))));
      assertThatThrownBy(() -> run.predict(symbols)).isInstanceOf(DataException.class)
          .hasMessageContaining("reads words with their letters, but the batch has symbols alone");
      var plain = SequenceToSequence.of(Inputs.symbols(6, 2), GRU, Outputs.classes(4), 2)
          .run(engine, new ModelBounds(9, 9, 1, false));
      var words = Batch.of(List.of(new Example(words(2, 1), Symbols.of(0, 1))));
      assertThatThrownBy(() -> plain.predict(words)).isInstanceOf(DataException.class)
          .hasMessageContaining("reads symbols, but the batch has words with their letters");
    }
    assertThatThrownBy(() -> model.check(List.of(new Example(Symbols.of(0), Symbols.of(0)))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("the input is 1 symbols, expected words 0 … 5 of letters 0 … 7");
    assertThatThrownBy(() -> model.check(List.of(new Example(
        new Words(new int[] {1}, new int[][] {{2, 8}}), Symbols.of(0)))))
        .isInstanceOf(DataException.class).hasMessageContaining("has the letter 8, expected 0 … 7");
    assertThatThrownBy(() -> new Words(new int[] {1}, new int[][] {{}}))
        .isInstanceOf(DataException.class).hasMessageContaining("word 0 has no letters");
    assertThatThrownBy(
        () -> Batches.streams(new Example(words(8, 1), new Symbols(new int[8])), 2, 2))
        .isInstanceOf(DataException.class).hasMessageContaining("read sentence by sentence");
  }

  /// They need the whole sequence.
  @Test
  void lettersAndChainsAreNotStepped() {
    for (var model : List.of(
        SequenceToSequence.of(WORDS, GRU, Outputs.classes(4), 2),
        SequenceToSequence.of(Inputs.symbols(6, 2), GRU, Outputs.tags(4), 2))) {
      assertThat(model.isDivisible()).isFalse();
      assertThatThrownBy(model::stepper).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("needs whole sequences and cannot be stepped");
    }
    assertThatThrownBy(() -> new SequenceToSequence.Parts(Inputs.symbols(6, 2), GRU,
        Outputs.tags(4), true, 1).initialized()).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there can be no letters and no chain");
  }

  @Test
  void aChainIsOverTheStepsOfAnInput() {
    var symbols = Inputs.symbols(6, 2);
    assertThatThrownBy(() -> SequenceToVector.of(symbols, GRU, Pooling.LAST, Outputs.tags(4), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one answer to a sequence cannot have the loss chain");
    assertThatThrownBy(() -> EncoderDecoder.of(symbols, GRU, GRU, Outputs.tags(4)).initialized())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a decoder cannot have the loss chain");
    assertThatThrownBy(() -> VectorToSequence
        .of(symbols, Feeding.EVERY_STEP, GRU, Outputs.tags(4), 1).initialized())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a decoder cannot have the loss chain");
  }
}

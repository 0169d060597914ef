package dev.unroll.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.cell.Gru;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Symbols;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordVectorsTest {
  private static final List<Values> TEXTS =
      List.of(Symbols.of(1, 1, 2), Symbols.of(1, 3), Symbols.of(2, 3));

  /// By hand: in class 0 (two texts) the counts are 0, 2, 1, 1, in class 1 (one text) 0, 0, 1, 1,
  /// each plus one; they sum up to 8 and 6.
  @Test
  void leaningsAreLogarithmsOfRatios() {
    double[] leaning = WordVectors.leaning(TEXTS, new int[] {0, 0, 1}, 0, 4);
    assertThat(leaning[0]).isCloseTo(Math.log((1 / 8.0) / (1 / 6.0)), within(1e-12));
    assertThat(leaning[1]).isCloseTo(Math.log((3 / 8.0) / (1 / 6.0)), within(1e-12));
    assertThat(leaning[2]).isCloseTo(Math.log((2 / 8.0) / (2 / 6.0)), within(1e-12));
  }

  @Test
  void vectorsBeginWithThemAndTheUnknownSymbolWithNothing() {
    var tokens = Tokens.of(List.of(Tokens.UNKNOWN, "a", "b", "c"));
    for (int classes : new int[] {2, 3}) {
      var model =
          SequenceToVector.of(Inputs.tokens(tokens).size(6), RecurrentStack.of(Gru.cell(), 4),
              Outputs.classes(classes));
      var before = model.parameters().get("embedding.E");
      WordVectors.begin(model, TEXTS, new int[] {0, 0, 1});
      var after = model.parameters().get("embedding.E");
      for (int column = 0; column < 6; column++) {
        assertThat(after.at(0, column)).isZero();
        if (column >= (classes == 2 ? 1 : 3)) {
          assertThat(after.at(1, column)).isCloseTo(before.at(1, column) / 5, within(1e-6f));
        }
      }
      assertThat(after.at(1, 0)).isCloseTo((float) (Math.log((3 / 8.0) / (1 / 6.0)) / 2),
          within(1e-6f));
    }
  }
}

package dev.unroll.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.data.DataException;
import dev.unroll.data.Tokens;
import java.util.List;
import org.junit.jupiter.api.Test;

class InputsTest {
  private static final String COMPOSED = "caf\u00E9";
  private static final String DECOMPOSED = "cafe\u0301";

  /// An accent in two parts was another character.
  @Test
  void anAccentInTwoPartsIsTheLetterInOne() {
    assertThat(Inputs.characters(List.of(DECOMPOSED)).tokens())
        .isEqualTo(Inputs.characters(List.of(COMPOSED)).tokens());
    var inputs = Inputs.characters(List.of(COMPOSED));
    assertThat(inputs.encode(DECOMPOSED)).containsExactly(inputs.encode(COMPOSED));
    var words = Inputs.words(List.of("un " + COMPOSED));
    assertThat(words.encode(DECOMPOSED)).containsExactly(words.encode(COMPOSED));
  }

  @Test
  void modelsOfEarlierVersionsReadTheirCharacters() {
    var inputs = Inputs.tokens(Tokens.of(List.of("a", "c", "e", "f", "\u0301")));
    assertThat(inputs.encode(DECOMPOSED)).containsExactly(1, 0, 3, 2, 4);
  }

  @Test
  void aModelWithAnUnknownTokenReadsEverything() {
    var characters = Inputs.tokens(Tokens.of(List.of(Tokens.UNKNOWN, "a", "b")));
    assertThat(characters.encode("abc\u0301\uD83D\uDE00")).containsExactly(1, 2, 0, 0);
    var words = Inputs.tokens(Tokens.of(List.of(Tokens.UNKNOWN, "good", "film")));
    assertThat(words.encode("great  film")).containsExactly(0, 2);
    assertThatThrownBy(() -> Inputs.words(List.of("good film")).encode("great film"))
        .isInstanceOf(DataException.class).hasMessageContaining("\"great\"");
  }
}

package dev.unroll.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class VocabularyTest {
  @Test
  void charactersAreSortedCodePoints() {
    var vocabulary = Vocabulary.of("banane\n😀é");
    assertThat(vocabulary.toList()).containsExactly("\n", "a", "b", "e", "n", "é", "😀");
    assertThat(vocabulary.size()).isEqualTo(7);
    assertThat(vocabulary.symbol(6)).isEqualTo("😀");
    assertThat(vocabulary).hasToString("Vocabulary of 7 characters");
  }

  @Test
  void encodesAndDecodes() {
    var vocabulary = Vocabulary.of("abc😀");
    assertThat(vocabulary.encode("c😀ab")).containsExactly(2, 3, 0, 1);
    assertThat(vocabulary.decode(new int[] {2, 3, 0, 1})).isEqualTo("c😀ab");
    assertThat(vocabulary.encode("")).isEmpty();
  }

  @Test
  void sortedByCodePointEvenWhereCharsAreNot() {
    // U+FFFD is one char above the surrogates, but a lower code point than any emoji.
    assertThat(Vocabulary.of("😀\uFFFD").toList()).containsExactly("\uFFFD", "😀");
  }

  @Test
  void anUnknownCharacterIsNamedWithItsPlace() {
    var vocabulary = Vocabulary.of("ab\n😀");
    assertThatThrownBy(() -> vocabulary.encode("ab\n😀é"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Character 5 (line 2) is 'é' (U+00E9 LATIN SMALL LETTER E WITH ACUTE), which is not"
                + " among the 4 characters of the vocabulary; remove or replace it, or train on a"
                + " text that has it.");
    assertThatThrownBy(() -> vocabulary.encode("\t"))
        .hasMessageContaining("is U+0009 CHARACTER TABULATION,");
    assertThatThrownBy(() -> vocabulary.encode("\uD83D"))
        .hasMessageContaining("U+D83D HIGH SURROGATES D83D");
  }

  @Test
  void listsGiveBackTheVocabularyInTheirOrder() {
    var vocabulary = Vocabulary.of("hello 😀");
    assertThat(Vocabulary.of(vocabulary.toList()))
        .isEqualTo(vocabulary)
        .hasSameHashCodeAs(vocabulary);
    var other = Vocabulary.of(List.of("b", "a"));
    assertThat(other.encode("ab")).containsExactly(1, 0);
    assertThat(other).isNotEqualTo(Vocabulary.of("ab"));
  }

  @Test
  void damagedListsAreRefused() {
    assertThatThrownBy(() -> Vocabulary.of(List.of("a", "bc")))
        .isInstanceOf(DataException.class)
        .hasMessage("Vocabulary: entry 1 is \"bc\", expected one character.");
    assertThatThrownBy(() -> Vocabulary.of(List.of("")))
        .hasMessage("Vocabulary: entry 0 is \"\", expected one character.");
    assertThatThrownBy(() -> Vocabulary.of(List.of("a", "a")))
        .hasMessageStartingWith("Vocabulary: 'a' (U+0061 LATIN SMALL LETTER A) is listed twice");
    assertThatThrownBy(() -> Vocabulary.of(List.of()))
        .hasMessageStartingWith("Vocabulary: no characters");
    assertThatThrownBy(() -> Vocabulary.of("")).isInstanceOf(DataException.class);
    assertThatThrownBy(() -> Vocabulary.of("a\uDE00"))
        .hasMessageContaining("half of a surrogate pair, U+DE00");
  }
}

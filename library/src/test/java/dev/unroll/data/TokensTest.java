package dev.unroll.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TokensTest {
  private static final List<List<String>> SEQUENCES =
      List.of(List.of("walk", "left"), List.of("walk", "and", "jump"), List.of("jump", "left"));

  @Test
  void numbersAreInTheOrderOfTheCharacters() {
    var tokens = Tokens.in(SEQUENCES);
    assertThat(tokens.toList()).containsExactly("and", "jump", "left", "walk");
    assertThat(tokens.encode(List.of("walk", "and"))).containsExactly(3, 0);
    assertThat(tokens.decode(new int[] {1, 2})).containsExactly("jump", "left");
    assertThat(Tokens.of(tokens.toList())).isEqualTo(tokens).hasSameHashCodeAs(tokens);
    assertThatThrownBy(() -> tokens.number("run"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "\"run\" is not among the 4 that are known; correct it, or train on data that has it.");
  }

  @Test
  void rareOnesAreUnknown() {
    var tokens = Tokens.frequent(SEQUENCES, 2);
    assertThat(tokens.toList()).containsExactly("<unk>", "jump", "left", "walk");
    assertThat(tokens.encode(List.of("and", "left"))).containsExactly(0, 2);
    assertThat(Tokens.of(tokens.toList()).number("and")).isZero();
  }

  @Test
  void whatIsNotListedIsUnknownIfThereIsSuchAToken() {
    var tokens = Tokens.frequent(SEQUENCES, 1);
    assertThat(tokens.hasUnknown()).isTrue();
    assertThat(tokens.encode(List.of("", "run", "walk"))).containsExactly(0, 0, 4);
    assertThat(tokens.has("run")).isFalse();
    assertThat(Tokens.in(SEQUENCES).hasUnknown()).isFalse();
  }

  @Test
  void twiceOrNoneIsRefused() {
    assertThatThrownBy(() -> Tokens.of(List.of("a", "a")))
        .hasMessage("Tokens: \"a\" is listed twice; each may stand there once.");
    assertThatThrownBy(() -> Tokens.of(List.of()))
        .hasMessage("Tokens: none, expected at least one.");
  }
}

package dev.unroll.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.task.TextForm.Unit;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextFormTest {
  @Test
  void wordsAndSigns() {
    var words = TextForm.of(Unit.WORDS);
    assertThat(
        words.split("  Don't STOP... it's well-made, 10/10!! cafe\u0301 \uD83D\uDE00\uD83D\uDE00"))
        .containsExactly("don't", "stop", "...", "it's", "well-made", ",", "10", "/", "10", "!!",
            "caf\u00E9", "\uD83D\uDE00\uD83D\uDE00");
    assertThat(words.split(" \n")).isEmpty();
    assertThat(new TextForm(Unit.WORDS, false, 2).split("A b c")).containsExactly("A", "b");
  }

  @Test
  void characters() {
    assertThat(TextForm.of(Unit.CHARACTERS).split(" Né\uD83D\uDE00 "))
        .containsExactly("N", "é", "\uD83D\uDE00");
  }

  @Test
  void theUnitFollowsFromTheTexts() {
    assertThat(TextForm.choose(List.of("Nakamura", "van der Berg", "Smith")).unit())
        .isEqualTo(Unit.CHARACTERS);
    assertThat(TextForm.choose(List.of("not bad at all", "a film like no other")).unit())
        .isEqualTo(Unit.WORDS);
    assertThat(TextForm.choose(List.of("这 部 电影 很 好看", "真的 一点 都 不 好")).unit())
        .isEqualTo(Unit.CHARACTERS);
  }
}

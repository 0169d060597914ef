package dev.unroll.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.train.text.TextCoding;
import org.junit.jupiter.api.Test;

class OpeningTest {
  private static String opening(TextCoding coding, String prompt) {
    return String.join("", coding.tokens().decode(Opening.of(coding, prompt)));
  }

  @Test
  void aPromptIsReadAtTheBeginningOfALine() {
    var letters = TextCoding.characters("ab\n");
    assertThat(opening(letters, "ba")).isEqualTo("\nba");
    assertThat(opening(letters, "")).isEqualTo("\n");
    assertThat(opening(TextCoding.bytes(), "é")).isEqualTo("<0x0A><0xC3><0xA9>");
  }

  @Test
  void withoutLinesThePromptStandsAlone() {
    var letters = TextCoding.characters("abc");
    assertThat(opening(letters, "cb")).isEqualTo("cb");
    assertThat(opening(letters, "")).isEqualTo("a");
  }
}

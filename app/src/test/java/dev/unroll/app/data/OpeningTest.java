package dev.unroll.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.data.Vocabulary;
import org.junit.jupiter.api.Test;

class OpeningTest {
  @Test
  void aPromptIsReadAtTheBeginningOfALine() {
    var vocabulary = Vocabulary.of("ab\n");
    assertThat(vocabulary.decode(Opening.of(vocabulary, "ba"))).isEqualTo("\nba");
    assertThat(vocabulary.decode(Opening.of(vocabulary, ""))).isEqualTo("\n");
  }

  @Test
  void withoutLinesThePromptStandsAlone() {
    var vocabulary = Vocabulary.of("abc");
    assertThat(vocabulary.decode(Opening.of(vocabulary, "cb"))).isEqualTo("cb");
    assertThat(vocabulary.decode(Opening.of(vocabulary, ""))).isEqualTo("a");
  }
}

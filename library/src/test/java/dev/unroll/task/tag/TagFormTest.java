package dev.unroll.task.tag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.score.SpanCounts;
import dev.unroll.table.Sentences;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagFormTest {
  /// Whatever the notation, the spans are the same, and are then written in BIO.
  @ParameterizedTest
  @CsvSource({
    "BIO, B-A I-A O B-B B-B I-B", "IOB1, I-A I-A O I-B B-B I-B", "BILOU, B-A L-A O U-B B-B L-B",
    "IOBES, B-A E-A O S-B B-B E-B"
  })
  void spansInEveryNotation(String notation, String text) {
    var tags = Arrays.asList(text.split(" "));
    assertThat(TagForm.of(Set.copyOf(tags))).isEqualTo(TagForm.SPANS);
    var normal = TagForm.SPANS.normalized(tags);
    assertThat(normal).containsExactly("B-A", "I-A", "O", "B-B", "B-B", "I-B");
    assertThat(SpanCounts.spans(normal)).isEqualTo(SpanCounts.spans(tags));
    assertThat(TagForm.notation(Sentences.of(
        List.of(List.of("a", "b", "c", "d", "e", "f")), List.of(tags)))).isEqualTo(notation);
  }

  @Test
  void aSpanThatChangesItsTypeIsAnotherOne() {
    assertThat(TagForm.SPANS.normalized(List.of("B-A", "I-B", "I-B", "O", "I-A")))
        .containsExactly("B-A", "B-B", "I-B", "O", "B-A");
  }

  /// `CITY` became `B-TY`.
  @Test
  void aTagOfNoNotationStaysAsItIs() {
    assertThat(TagForm.SPANS.normalized(List.of("I-LOC", "CITY", "PERSON", "PERSON", "I-PERSON")))
        .containsExactly("B-LOC", "CITY", "PERSON", "PERSON", "B-PERSON");
  }

  /// Spans of one token alone were labels.
  @Test
  void spansOfOneTokenAreSpans() {
    assertThat(TagForm.of(Set.of("O", "U-LOC"))).isEqualTo(TagForm.SPANS);
    assertThat(TagForm.of(Set.of("O", "S-LOC", "S-PER"))).isEqualTo(TagForm.SPANS);
    assertThat(TagForm.of(Set.of("U-LOC", "S-PER"))).isEqualTo(TagForm.LABELS);
    assertThat(TagForm.SPANS.normalized(List.of("U-LOC", "U-LOC"))).containsOnly("B-LOC");
  }

  @Test
  void labels() {
    assertThat(TagForm.of(Set.of("NOUN", "O"))).isEqualTo(TagForm.LABELS);
    assertThat(TagForm.of(Set.of("B-A", "I-A", "X"))).isEqualTo(TagForm.LABELS);
    assertThat(TagForm.of(Set.of("O"))).isEqualTo(TagForm.LABELS);
    assertThat(TagForm.of(Set.of("S", "O"))).isEqualTo(TagForm.LABELS);
    assertThat(TagForm.LABELS.closed(Set.of("b", "a"))).containsExactly("a", "b");
    assertThat(TagForm.SPANS.closed(Set.of("B-b", "I-a"))).containsExactly("B-a", "B-b", "I-a",
        "I-b", "O");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "Nakamura flew to Oslo.|Nakamura/flew/to/Oslo/.",
    "(Mr. Smith's house...)|(/Mr./Smith's/house/.../)",
    "well-known, don't!|well-known/,/don't/!", "$5 - 3%|$/5/-/3/%", "``quoted``|``/quoted/``",
    "...|...", "  a  |a", "?!|?/!", "a\u2003b\u00a0c\u3000d|a/b/c/d"
  })
  void textsAreSplitAtBlanksAndMarks(String text, String tokens) {
    assertThat(String.join("/", TokenSplit.split(text, "Mr."::equals))).isEqualTo(tokens);
  }
}

package dev.unroll.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.score.SpanCounts.Counts;
import dev.unroll.score.SpanCounts.Span;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The counts of spans against published output of the script conlleval, and its figures.
class SpanCountsTest {
  private static List<String> tags(String text) {
    return Arrays.asList(text.split(" "));
  }

  /// The first sentence of the example of the CoNLL-2000 shared task, with its output in the readme
  /// of the Python port `conlleval`: 14 of 15 phrases, 16 found, 23 of 28 tags.
  @Test
  void publishedExample() {
    var actual = tags("B-NP I-NP I-NP B-NP I-NP I-NP B-VP B-NP B-VP B-NP I-NP I-NP B-VP B-NP I-NP "
        + "B-PP B-NP I-NP B-VP I-VP B-NP I-NP B-PP B-NP B-NP I-NP I-NP O");
    var said = tags("I-NP I-NP I-NP B-NP I-NP I-NP B-VP B-NP B-VP B-NP I-NP I-NP B-VP B-NP I-NP "
        + "B-PP I-NP I-NP B-PP I-VP I-NP I-NP B-PP I-NP B-NP I-NP I-NP O");
    var counts = SpanCounts.of(List.of(actual), List.of(said));
    assertThat(counts.types()).containsEntry("NP", new Counts(9, 9, 9));
    assertThat(counts.all()).isEqualTo(new Counts(15, 16, 14));
    assertThat(counts.all().precision()).isCloseTo(0.875, within(1e-12));
    assertThat(counts.all().recall()).isCloseTo(0.9333333333333333, within(1e-12));
    assertThat(counts.all().f1()).isCloseTo(0.9032258064516129, within(1e-12));
    assertThat(counts.accuracy()).isCloseTo(0.8214285714285714, within(1e-12));
  }

  /// The overall figures that conlleval prints for its example file, in percent: 459 phrases, 539
  /// found, 371 correct.
  @Test
  void publishedFigures() {
    var counts = new Counts(459, 539, 371);
    assertThat(100 * counts.precision()).isCloseTo(68.83, within(0.005));
    assertThat(100 * counts.recall()).isCloseTo(80.83, within(0.005));
    assertThat(100 * counts.f1()).isCloseTo(74.35, within(0.005));
  }

  /// The example in the readme of seqeval, which follows conlleval: one of two is right.
  @Test
  void aSpanThatBeginsTooEarlyIsWrong() {
    var counts = SpanCounts.of(
        List.of(tags("O O O B-MISC I-MISC I-MISC O"), tags("B-PER I-PER O")),
        List.of(tags("O O B-MISC I-MISC I-MISC I-MISC O"), tags("B-PER I-PER O")));
    assertThat(counts.types()).containsEntry("MISC", new Counts(1, 1, 0))
        .containsEntry("PER", new Counts(1, 1, 1));
    assertThat(counts.all().f1()).isCloseTo(0.5, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "O I-A I-A B-A O|1-3 3-4", "I-A I-B|0-1 1-2", "B-A I-B|0-1 1-2", "S-A S-A E-A|0-1 1-2 2-3",
    "B-A I-A E-A I-A|0-3 3-4", "U-A B-A L-A|0-1 1-3", "O O|", "B-A|0-1"
  })
  void whereSpansBeginAndEnd(String tags, String spans) {
    var found = SpanCounts.spans(tags(tags)).stream()
        .map(span -> span.from() + "-" + span.to()).toList();
    assertThat(String.join(" ", found)).isEqualTo(spans == null ? "" : spans);
  }

  /// A tag of another kind was read as a letter and a type, and lost its first two characters.
  @Test
  void aTagWithoutALetterIsATypeAsItStands() {
    assertThat(SpanCounts.spans(tags("CITY CITY B-PER NP-SBJ O SYM B")))
        .containsExactly(new Span("CITY", 0, 2), new Span("PER", 2, 3), new Span("NP-SBJ", 3, 4),
            new Span("SYM", 5, 6), new Span("", 6, 7));
  }

  /// An independent count: in BIO, a span is a B with the I of its type that follow.
  @Test
  void randomTagsAgreeWithACountByHand() {
    var random = new Random(4);
    for (int round = 0; round < 200; round++) {
      var tags = new String[1 + random.nextInt(12)];
      for (int t = 0; t < tags.length; t++) {
        boolean mayGoOn = t > 0 && !tags[t - 1].equals("O");
        int choice = random.nextInt(mayGoOn ? 4 : 3);
        tags[t] = List.of("O", "B-x", "B-y", mayGoOn ? "I" + tags[t - 1].substring(1) : "")
            .get(choice);
      }
      int begins = (int) Arrays.stream(tags).filter(tag -> tag.startsWith("B")).count();
      var spans = SpanCounts.spans(List.of(tags));
      assertThat(spans).as("%s", List.of(tags)).hasSize(begins);
      for (Span span : spans) {
        assertThat(tags[span.from()]).isEqualTo("B-" + span.type());
        for (int t = span.from() + 1; t < span.to(); t++) {
          assertThat(tags[t]).isEqualTo("I-" + span.type());
        }
        assertThat(span.to() == tags.length || !tags[span.to()].equals("I-" + span.type()))
            .isTrue();
      }
    }
  }
}

package dev.unroll.server.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

class StopSearchTest {
  /// Random texts of two letters, in random pieces: what comes out is what a search in the whole
  /// text finds, and never more than is known not to be taken back.
  @RepeatedTest(200)
  void findsWhatASearchOfTheWholeTextFinds(RepetitionInfo repetition) throws IOException {
    var random = new Random(repetition.getCurrentRepetition());
    var text = text(random, 30);
    var stop = List.of(text(random, 1 + random.nextInt(5)), text(random, 1 + random.nextInt(5)));
    int end = stop.stream().mapToInt(text::indexOf).filter(at -> at >= 0).min().orElse(-1);
    var out = new StringBuilder();
    var search = new StopSearch(stop, out::append);
    boolean stopped = false;
    for (int from = 0; from < text.length() && !stopped;) {
      int to = Math.min(text.length(), from + 1 + random.nextInt(4));
      stopped = search.take(text.substring(from, to));
      from = to;
      assertThat(text).startsWith(out);
    }
    if (!stopped) {
      search.end();
    }
    assertThat(stopped).isEqualTo(end >= 0);
    // Of two texts, the one that is complete first may end it; it began no earlier than the first.
    assertThat(out.length()).isGreaterThanOrEqualTo(end < 0 ? text.length() : end);
    if (end < 0) {
      assertThat(out).hasToString(text);
    } else {
      assertThat(stop).anyMatch(one -> text.startsWith(one, out.length()));
    }
  }

  private static String text(Random random, int length) {
    var text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(random.nextBoolean() ? 'a' : 'b');
    }
    return text.toString();
  }
}

package dev.unroll.score;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// Spans of tokens, such as names, that are compared as the script conlleval of the CoNLL shared
/// tasks does: one is found only if its first and last token and its type are right.
///
/// ```
/// P = correct / found      R = correct / expected      F1 = 2 P R / (P + R)      0 where nothing is divided by
/// ```
///
/// Tjong Kim Sang and Buchholz 2000, "Introduction to the CoNLL-2000 shared task: chunking".
/// Immutable.
///
/// @param types the counts of each type, in lexicographic order
/// @param tokens the number of tokens
/// @param rightTokens how many of them have the right tag
public record SpanCounts(SequencedMap<String, Counts> types, long tokens, long rightTokens) {

  /// How many spans there are.
  ///
  /// @param expected in the data
  /// @param found by the model
  /// @param correct both
  public record Counts(long expected, long found, long correct) {
    /// P.
    public double precision() {
      return found == 0 ? 0 : (double) correct / found;
    }

    /// R.
    public double recall() {
      return expected == 0 ? 0 : (double) correct / expected;
    }

    /// F1.
    public double f1() {
      return correct == 0 ? 0 : 2 * precision() * recall() / (precision() + recall());
    }

    Counts plus(Counts other) {
      return new Counts(expected + other.expected, found + other.found, correct + other.correct);
    }
  }

  /// A span of one sentence.
  ///
  /// @param from the first token
  /// @param to behind the last one
  public record Span(String type, int from, int to) {}

  /// Copies the map.
  public SpanCounts {
    types = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(types));
  }

  /// Compares the tags of sentences.
  ///
  /// @param actual of each sentence, the right ones
  /// @param said of each sentence, by a model
  /// @throws IllegalArgumentException if there are not as many
  public static SpanCounts of(List<List<String>> actual, List<List<String>> said) {
    if (actual.size() != said.size()) {
      throw new IllegalArgumentException("SpanCounts: %d sentences, but the answers of %d."
          .formatted(actual.size(), said.size()));
    }
    var types = new TreeMap<String, Counts>();
    long tokens = 0;
    long right = 0;
    for (int i = 0; i < actual.size(); i++) {
      var wanted = actual.get(i);
      var given = said.get(i);
      if (wanted.size() != given.size()) {
        throw new IllegalArgumentException("SpanCounts: sentence %d has %d tags, but %d answers."
            .formatted(i + 1, wanted.size(), given.size()));
      }
      tokens += wanted.size();
      for (int t = 0; t < wanted.size(); t++) {
        right += wanted.get(t).equals(given.get(t)) ? 1 : 0;
      }
      count(spans(wanted), spans(given), types);
    }
    return new SpanCounts(new LinkedHashMap<>(types), tokens, right);
  }

  private static void count(List<Span> wanted, List<Span> given, Map<String, Counts> types) {
    var right = new HashSet<>(wanted);
    wanted.forEach(span -> types.merge(span.type(), new Counts(1, 0, 0), Counts::plus));
    given.forEach(span -> types.merge(span.type(),
        new Counts(0, 1, right.contains(span) ? 1 : 0), Counts::plus));
  }

  /// The spans of a sentence by its tags: `O`, or a letter, a minus and a type. A tag without a
  /// letter, such as `CITY`, is a type as it stands, of which equal ones in a row are one span.
  ///
  /// A span begins at a `B`, `S` or `U`, after an `E`, `L`, `S`, `U` or `O`, and where the type
  /// changes: so `I` may begin one, as in the data of CoNLL-2003.
  public static List<Span> spans(List<String> tags) {
    var spans = new ArrayList<Span>();
    int from = -1;
    for (int t = 0; t <= tags.size(); t++) {
      var here = t < tags.size() ? tags.get(t) : "O";
      var before = t > 0 ? tags.get(t - 1) : "O";
      boolean inside = !here.equals("O");
      boolean begins = inside && (from < 0 || "BSU".indexOf(letter(here)) >= 0
          || "ELSU".indexOf(letter(before)) >= 0 || !type(here).equals(type(before)));
      if (from >= 0 && (begins || !inside)) {
        spans.add(new Span(type(before), from, t));
        from = -1;
      }
      from = begins ? t : from;
    }
    return spans;
  }

  private static String type(String tag) {
    return hasLetter(tag) ? tag.substring(Math.min(2, tag.length())) : tag;
  }

  private static char letter(String tag) {
    return hasLetter(tag) ? tag.charAt(0) : 'I';
  }

  private static boolean hasLetter(String tag) {
    return tag.length() == 1 || tag.startsWith("-", 1);
  }

  /// The counts of all types together.
  public Counts all() {
    return types.values().stream().reduce(new Counts(0, 0, 0), Counts::plus);
  }

  /// The share of tokens that have the right tag.
  public double accuracy() {
    return tokens == 0 ? Double.NaN : (double) rightTokens / tokens;
  }
}

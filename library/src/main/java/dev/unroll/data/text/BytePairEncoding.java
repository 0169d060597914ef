package dev.unroll.data.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// Subwords: texts as sequences of frequent pieces of words, learned by byte-pair encoding
/// (Sennrich, Haddow and Birch 2016, arXiv 1508.07909). It begins with characters; again and again
/// the most frequent pair of neighbours becomes one symbol.
///
/// ```java
/// var subwords = BytePairEncoding.learn(sentences, 8000);
/// subwords.encode("lower prices");     // ["low", "er", " price", "s"], for example
/// ```
///
/// Nothing is merged across words: a word is a run of letters, of digits, or of other characters,
/// with the blank before it. Subwords that are joined are the text again, whatever it is. Of pairs
/// that are equally frequent the one that occurs first is merged, so that the same texts give the
/// same merges.
///
/// Immutable and safe for use by several threads.
public final class BytePairEncoding {
  private static final Pattern WORD =
      Pattern
          .compile(" ?[\\p{L}\\p{M}]+| ?\\p{N}+| ?[^\\s\\p{L}\\p{M}\\p{N}]+|\\s+?(?= ?\\S)|\\s+");

  /// A pair that occurs only once is no piece of words.
  private static final int LEAST = 2;

  /// Words whose subwords are remembered.
  private static final int REMEMBERED = 1 << 16;

  private final List<Merge> merges;
  private final Map<Merge, Integer> ranks;
  private final Map<String, List<String>> known = new ConcurrentHashMap<>();

  /// Two symbols that become one.
  public record Merge(String left, String right) {}

  private BytePairEncoding(List<Merge> merges) {
    this.merges = List.copyOf(merges);
    ranks = HashMap.newHashMap(merges.size());
    for (var merge : this.merges) {
      ranks.putIfAbsent(merge, ranks.size());
    }
  }

  /// Learns merges from texts.
  ///
  /// @param most merges; fewer if there are no more pairs that occur twice
  /// @throws IllegalArgumentException if it is negative
  public static BytePairEncoding learn(Collection<String> texts, int most) {
    var words = new LinkedHashMap<String, Long>();
    texts.forEach(text -> words(text).forEach(word -> words.merge(word, 1L, Long::sum)));
    var symbols = LinkedHashMap.<List<String>, Long>newLinkedHashMap(words.size());
    words.forEach((word, count) -> symbols.put(characters(word), count));
    return learn(symbols, most);
  }

  /// Learns merges from words that are sequences of any symbols, each with its count; ties are
  /// decided by the order of the map.
  ///
  /// @param most merges; fewer if there are no more pairs that occur twice
  /// @throws IllegalArgumentException if it is negative
  public static BytePairEncoding learn(Map<List<String>, Long> words, int most) {
    if (most < 0) {
      throw new IllegalArgumentException(most + " merges, expected at least 0");
    }
    return new BytePairEncoding(new MergeLearner(words).learn(most, LEAST));
  }

  /// These merges, in the order in which they were learned.
  public static BytePairEncoding of(List<Merge> merges) {
    return new BytePairEncoding(merges);
  }

  /// The merges, in the order in which they were learned; [#of] makes the same from them.
  public List<Merge> merges() {
    return merges;
  }

  /// The subwords of a text.
  public List<String> encode(String text) {
    var subwords = new ArrayList<String>();
    for (var word : words(text)) {
      var pieces = known.get(word);
      if (pieces == null) {
        pieces = encodeWord(characters(word));
        if (known.size() < REMEMBERED) {
          known.put(word, pieces);
        }
      }
      subwords.addAll(pieces);
    }
    return subwords;
  }

  /// The text of subwords.
  public static String decode(List<String> subwords) {
    return String.join("", subwords);
  }

  /// The symbols of one word after all merges, each wherever it is possible, in their order.
  public List<String> encodeWord(List<String> symbols) {
    var word = new ArrayList<>(symbols);
    while (word.size() > 1) {
      int best = Integer.MAX_VALUE;
      for (int i = 0; i + 1 < word.size(); i++) {
        best = Math.min(best, ranks.getOrDefault(new Merge(word.get(i), word.get(i + 1)), best));
      }
      if (best == Integer.MAX_VALUE) {
        break;
      }
      merge(word, merges.get(best));
    }
    return List.copyOf(word);
  }

  private static void merge(List<String> word, Merge merge) {
    int n = 0;
    for (int i = 0; i < word.size(); i++) {
      boolean here = i + 1 < word.size() && word.get(i).equals(merge.left())
          && word.get(i + 1).equals(merge.right());
      word.set(n++, here ? merge.left() + merge.right() : word.get(i));
      i += here ? 1 : 0;
    }
    word.subList(n, word.size()).clear();
  }

  private static List<String> words(String text) {
    var words = new ArrayList<String>();
    var matcher = WORD.matcher(text);
    while (matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }

  private static List<String> characters(String text) {
    return text.codePoints().mapToObj(Character::toString).toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BytePairEncoding same && merges.equals(same.merges);
  }

  @Override
  public int hashCode() {
    return merges.hashCode();
  }

  @Override
  public String toString() {
    return "%d merges".formatted(merges.size());
  }
}

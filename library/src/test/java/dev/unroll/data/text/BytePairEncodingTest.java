package dev.unroll.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.data.text.BytePairEncoding.Merge;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BytePairEncodingTest {
  /// Sennrich et al. 2016, algorithm 1: the dictionary of its program, `l o w </w>` 5, `l o w e r
  /// </w>` 2, `n e w e s t </w>` 6, `w i d e s t </w>` 3, and 10 merges; the pairs that the program
  /// prints, which takes the first of equally frequent ones.
  @Test
  void learnsThePublishedExample() {
    var words = new LinkedHashMap<List<String>, Long>();
    words.put(List.of("l", "o", "w", "</w>"), 5L);
    words.put(List.of("l", "o", "w", "e", "r", "</w>"), 2L);
    words.put(List.of("n", "e", "w", "e", "s", "t", "</w>"), 6L);
    words.put(List.of("w", "i", "d", "e", "s", "t", "</w>"), 3L);
    var learned = BytePairEncoding.learn(words, 10);
    assertThat(learned.merges()).containsExactly(
        new Merge("e", "s"), new Merge("es", "t"), new Merge("est", "</w>"), new Merge("l", "o"),
        new Merge("lo", "w"), new Merge("n", "e"), new Merge("ne", "w"),
        new Merge("new", "est</w>"), new Merge("low", "</w>"), new Merge("w", "i"));
    assertThat(learned.encodeWord(List.of("l", "o", "w", "e", "s", "t", "</w>")))
        .containsExactly("low", "est</w>");
  }

  /// An independent count: all pairs are counted anew before each merge, as the paper's program does
  /// it.
  @Test
  void isThatOfASlowCount() {
    for (long seed = 1; seed <= 60; seed++) {
      var random = new SplittableRandom(seed);
      var words = new LinkedHashMap<List<String>, Long>();
      int letters = random.nextInt(1, 6);
      for (int n = random.nextInt(1, 40); n > 0; n--) {
        var word = new ArrayList<String>();
        for (int i = random.nextInt(1, 12); i > 0; i--) {
          word.add(Character.toString('a' + random.nextInt(letters)));
        }
        words.put(word, random.nextLong(1, 5));
      }
      assertThat(BytePairEncoding.learn(words, 50).merges()).as("seed " + seed)
          .isEqualTo(slow(words, 50));
    }
  }

  private static List<Merge> slow(Map<List<String>, Long> given, int most) {
    var words = new ArrayList<>(given.keySet());
    var counts = new ArrayList<>(given.values());
    var merges = new ArrayList<Merge>();
    while (merges.size() < most) {
      var pairs = new LinkedHashMap<Merge, Long>();
      for (int w = 0; w < words.size(); w++) {
        for (int i = 0; i + 1 < words.get(w).size(); i++) {
          pairs.merge(new Merge(words.get(w).get(i), words.get(w).get(i + 1)), counts.get(w),
              Long::sum);
        }
      }
      Merge best = null;
      for (var pair : pairs.entrySet()) {
        best =
            best == null || pair.getValue() > pairs.getOrDefault(best, 0L) ? pair.getKey() : best;
      }
      if (best == null || pairs.getOrDefault(best, 0L) < 2) {
        break;
      }
      merges.add(best);
      for (int w = 0; w < words.size(); w++) {
        words.set(w, merged(words.get(w), best));
      }
    }
    return merges;
  }

  private static List<String> merged(List<String> word, Merge merge) {
    var merged = new ArrayList<String>();
    for (int i = 0; i < word.size(); i++) {
      boolean here = i + 1 < word.size() && word.get(i).equals(merge.left())
          && word.get(i + 1).equals(merge.right());
      merged.add(here ? word.get(i) + word.get(i + 1) : word.get(i));
      i += here ? 1 : 0;
    }
    return merged;
  }

  /// Any text comes back, whatever its characters: letters and marks of all scripts, blanks of all
  /// kinds, line breaks, emoji, unassigned characters.
  @Test
  void encodedAndDecodedIsTheText() {
    for (long seed = 1; seed <= 300; seed++) {
      var random = new SplittableRandom(seed);
      var texts = List.of(text(random), text(random), text(random));
      var learned = BytePairEncoding.learn(texts, random.nextInt(0, 60));
      for (var text : List.of(texts.getFirst(), text(random))) {
        assertThat(BytePairEncoding.decode(learned.encode(text))).as("seed " + seed)
            .isEqualTo(text);
      }
    }
  }

  private static String text(SplittableRandom random) {
    var text = new StringBuilder();
    for (int n = random.nextInt(0, 80); n > 0; n--) {
      int codePoint = switch (random.nextInt(6)) {
        case 0 -> ' ';
        case 1 -> "\n\t\r\u00A0\u2028\u3000\u000B".charAt(random.nextInt(7));
        case 2, 3 -> 'a' + random.nextInt(4);
        case 4 -> random.nextInt(0x250);
        default -> random.nextInt(Character.MAX_CODE_POINT + 1);
      };
      if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
        text.appendCodePoint(codePoint);
      }
    }
    return text.toString();
  }

  @Test
  void wordsKeepTheBlankBeforeThem() {
    var learned =
        BytePairEncoding.learn(List.of("the cat, the  dog", "the 12 cats and the dog"), 100);
    assertThat(learned.encode("the the")).containsExactly("the", " the");
    assertThat(learned.encode("the  the")).containsExactly("the", " ", " the");
    assertThat(learned.encode("")).isEmpty();
  }

  @Test
  void aPairThatOccursOnceIsNotMerged() {
    assertThat(BytePairEncoding.learn(List.of("abc"), 10).merges()).isEmpty();
    assertThatThrownBy(() -> BytePairEncoding.learn(List.of("abc"), -1))
        .hasMessage("-1 merges, expected at least 0");
  }

  @Test
  void isAValue() {
    var learned = BytePairEncoding.learn(List.of("low low lower newest newest"), 8);
    assertThat(BytePairEncoding.of(learned.merges())).isEqualTo(learned)
        .hasSameHashCodeAs(learned).hasToString(learned.merges().size() + " merges");
  }
}

package dev.unroll.task.transduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.format.FormatException;
import dev.unroll.format.json.Json;
import dev.unroll.format.json.JsonFields;
import dev.unroll.task.transduce.Segmentation.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// [Segmentation] and [SideStatistics].
class SegmentationTest {

  /// No-break and wide blanks were letters of a word.
  @Test
  void everyWhiteSpaceOfUnicodeIsBetweenWords() {
    assertThat(new Segmentation(Segmentation.Unit.WORDS, null).split("\u00a0a\u2003b\u00a0c d"))
        .containsExactly("a", "b", "c", "d");
  }

  /// An accent of its own and the letter that has one are the same.
  @Test
  void textsAreInNormalForm() {
    var letters = Segmentation.of(Unit.CHARACTERS, List.of(), 0);
    assertThat(letters.split(" e\u0301 ")).containsExactly("é");
    assertThat(letters.split("  ")).isEmpty();
    assertThat(letters.join(List.of("a", " ", "b"))).isEqualTo("a b");
    assertThatThrownBy(() -> new Segmentation(Unit.SUBWORDS, null))
        .hasMessageContaining("expected merges for subwords");
  }

  @Test
  void whatIsCutCanBePutTogether() throws FormatException {
    var texts = List.of("He goes, she goes.", "She went.", "the cat; the dog");
    for (var unit : Unit.values()) {
      var side = Segmentation.of(unit, texts, 30);
      var stored = Segmentation.of(JsonFields.parse(Json.write(side.fields()), "test"));
      assertThat(stored).isEqualTo(side);
      for (var text : texts) {
        assertThat(side.join(side.split(text))).isEqualTo(text);
      }
    }
    assertThat(Segmentation.of(Unit.SUBWORDS, texts, 30).split("goes"))
        .as("as inside of a sentence").containsExactly(" goes");
  }

  @Test
  void theUnitIsChosenByTheTexts() {
    assertThat(SideStatistics.of(List.of("naked", "night", "rain")).unit())
        .isEqualTo(Unit.CHARACTERS);
    assertThat(SideStatistics.of(phones(400)).unit()).isEqualTo(Unit.WORDS);
    assertThat(SideStatistics.of(phones(400)).isLanguage()).isFalse();
    assertThat(SideStatistics.of(sentences(6_000)).unit()).isEqualTo(Unit.SUBWORDS);
    assertThat(SideStatistics.of(sentences(100)).unit()).isEqualTo(Unit.CHARACTERS);
    assertThat(SideStatistics.of(sentences(100)).reason())
        .isEqualTo("600 words, too few to learn subwords from");
    assertThat(SideStatistics.of(dates()).unit()).as("an unseen year must not be unknown")
        .isEqualTo(Unit.CHARACTERS);
    assertThat(SideStatistics.of(List.of("我 喜 欢 猫", "他 来 了")).isLanguage()).isFalse();
  }

  @Test
  void fewerMergesAreLearnedFromLittleData() {
    assertThat(SideStatistics.of(sentences(100)).merges()).isEqualTo(500);
    assertThat(SideStatistics.of(sentences(60_000)).merges())
        .as("also from what is not looked at").isEqualTo(60_000 * 6 / 300);
  }

  private static List<String> phones(int n) {
    return words(n, 30, 6);
  }

  private static List<String> sentences(int n) {
    return words(n, 900, 6);
  }

  private static List<String> words(int n, int different, int length) {
    var random = new SplittableRandom(1);
    var texts = new ArrayList<String>();
    for (int i = 0; i < n; i++) {
      var words = new ArrayList<String>();
      for (int w = 0; w < length; w++) {
        int number = random.nextInt(different);
        words.add("w" + (char) ('a' + number % 26) + (char) ('a' + number / 26));
      }
      texts.add(String.join(" ", words));
    }
    return texts;
  }

  private static List<String> dates() {
    var texts = new ArrayList<String>();
    for (int i = 0; i < 3_000; i++) {
      texts.add("%d May %d".formatted(1 + i % 28, 1900 + i % 90));
    }
    return texts;
  }
}

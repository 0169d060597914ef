package dev.unroll.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// [Bleu], [ChrF] and [EditRates].
class TranslationScoresTest {
  private static final List<String> ANSWERS =
      List.of("The dog bit the man.", "It wasn't surprising.", "The man had just bitten him.");
  private static final List<List<String>> REFERENCES = List.of(
      List.of("The dog bit the man.", "The dog had bit the man."),
      List.of("It was not unexpected.", "No one was surprised."),
      List.of("The man bit him first.", "The man had bitten the dog."));

  /// sacreBLEU, test/test_bleu.py, `test_corpus_bleu_cases` (tokenize 13a, the default) and its
  /// README: 48.53 with precisions 82.4/50.0/45.5/37.5.
  @Test
  void bleuIsWhatSacrebleuDocuments() {
    assertThat(Bleu.of(ANSWERS, REFERENCES)).isCloseTo(48.530827, within(1e-6));
    assertThat(Bleu.of(List.of("", "", ""), REFERENCES)).isZero();
  }

  /// sacreBLEU, README, "Using SacreBLEU from Python": chrF2 = 59.73.
  @Test
  void chrfIsWhatSacrebleuDocuments() {
    assertThat(ChrF.of(ANSWERS, REFERENCES)).isCloseTo(59.73, within(0.005));
  }

  /// sacreBLEU, test/test_chrf.py, `test_cases_effective_order` (char_order 6, word_order 0, beta 3).
  @Test
  void chrfOfShortTextsIsThatOfSacrebleusTests() {
    assertThat(chrf3("a", "a")).isEqualTo(100);
    assertThat(chrf3("", "reference")).isZero();
    assertThat(chrf3("a b c", "a b c")).isEqualTo(100);
    assertThat(chrf3("a b c", "abc")).isEqualTo(100);
    assertThat(chrf3("", "c")).isZero();
    assertThat(chrf3("aa", "ab")).isCloseTo(25, within(1e-4));
    assertThat(ChrF.of(List.of("a", "b"), List.of(List.of("a"), List.of("c")), 3))
        .isCloseTo(50, within(1e-4));
  }

  /// sacreBLEU, test/test_chrf.py, `test_cases` (beta 3).
  @Test
  void chrfOfSentencesIsThatOfSacrebleusTests() {
    assertThat(chrf3(
        " risk assessment must be made of those who are qualified and expertise in the sector - these"
            + " are the scientists .",
        "risk assessment has to be undertaken by those who are qualified and expert in that area -"
            + " that is the scientists ."))
        .isCloseTo(63.361730, within(1e-4));
    assertThat(chrf3(
        " Die    Beziehung zwischen  Obama und Netanjahu ist nicht gerade  freundlich. ",
        "Das Verhältnis zwischen Obama und Netanyahu ist nicht gerade freundschaftlich."))
        .isCloseTo(64.1302698, within(1e-4));
    assertThat(chrf3("Niemand hat die Absicht, eine Mauer zu errichten",
        "Niemand hat die Absicht, eine Mauer zu errichten")).isEqualTo(100);
  }

  private static double chrf3(String answer, String reference) {
    return ChrF.of(List.of(answer), List.of(List.of(reference)), 3);
  }

  /// The rules of mteval-v13a: points and commas inside numbers stay, a dash after a digit is cut
  /// off.
  @Test
  void tokenizesAsMteval() {
    assertThat(Bleu.tokens("It's 3.5, or 1,000-2 (\"about\"); R&amp;D."))
        .containsExactly("It's", "3.5", ",", "or", "1,000", "-", "2", "(", "\"", "about", "\"", ")",
            ";", "R", "&", "D", ".");
  }

  /// An independent count: each order by searching strings, no maps.
  @Test
  void bleuIsThatOfASlowCount() {
    for (long seed = 1; seed <= 30; seed++) {
      var random = new SplittableRandom(seed);
      var answers = new ArrayList<String>();
      var references = new ArrayList<List<String>>();
      for (int i = 0; i < 6; i++) {
        answers.add(sentence(random));
        references.add(List.of(sentence(random)));
      }
      assertThat(Bleu.of(answers, references)).as("seed " + seed)
          .isCloseTo(slow(answers, references), within(1e-9));
    }
  }

  private static String sentence(SplittableRandom random) {
    var words = new ArrayList<String>();
    for (int n = random.nextInt(2, 12); n > 0; n--) {
      words.add(List.of("a", "b", "c").get(random.nextInt(3)));
    }
    return String.join(" ", words);
  }

  private static double slow(List<String> answers, List<List<String>> references) {
    double product = 1;
    double length = 0;
    double wanted = 0;
    double smooth = 1;
    for (int n = 1; n <= 4; n++) {
      double right = 0;
      double all = 0;
      for (int i = 0; i < answers.size(); i++) {
        var rest = grams(references.get(i).getFirst(), n);
        for (var gram : grams(answers.get(i), n)) {
          right += rest.remove(gram) ? 1 : 0;
          all++;
        }
        length += n == 1 ? answers.get(i).split(" ").length : 0;
        wanted += n == 1 ? references.get(i).getFirst().split(" ").length : 0;
      }
      smooth *= right == 0 ? 2 : 1;
      product *= (right == 0 ? 1 / smooth : right) / all;
    }
    return 100 * Math.min(1, Math.exp(1 - wanted / length)) * Math.pow(product, 0.25);
  }

  private static List<String> grams(String text, int n) {
    var words = text.split(" ");
    var grams = new ArrayList<String>();
    for (int i = 0; i + n <= words.length; i++) {
      grams.add(String.join(" ", List.of(words).subList(i, i + n)));
    }
    return grams;
  }

  /// kitten → sitting takes 3 edits (the usual example of Levenshtein's distance).
  @Test
  void editsAreCountedToTheClosestReference() {
    var rates = EditRates.of(List.of(letters("kitten"), letters("cat")),
        List.of(List.of(letters("sitting"), letters("flat")), List.of(letters("cat"))));
    assertThat(rates.exactMatch()).isEqualTo(0.5);
    assertThat(rates.tokenErrorRate()).isEqualTo(3.0 / 10);
    assertThat(rates.sequences()).isEqualTo(2);
  }

  private static List<String> letters(String text) {
    return List.of(text.split(""));
  }

  @Test
  void missingReferencesAreRefused() {
    assertThatThrownBy(() -> Bleu.of(List.of("a"), List.of()))
        .hasMessage("1 answers and references for 0, expected as many");
    assertThatThrownBy(() -> ChrF.of(List.of("a"), List.of(List.of())))
        .hasMessage("answer 0 has no reference, expected at least one");
  }
}

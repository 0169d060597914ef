package dev.unroll.task.transduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.data.DataException;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.Json;
import dev.unroll.format.json.JsonFields;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Model;
import dev.unroll.table.Pairs;
import dev.unroll.task.Understanding.About;
import dev.unroll.task.transduce.Segmentation.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransducerTest {
  private static final List<String> WORDS =
      List.of("cat", "dog", "tree", "night", "rain", "sun", "moon", "a");
  private static final TransducerOptions ALL =
      TransducerOptions.DEFAULT.validation(0).units(Unit.CHARACTERS, Unit.WORDS);

  @TempDir
  private Path folder;

  /// Each word often, its letters in capitals with blanks between; "a" has two targets.
  private static Pairs spelled(int times) {
    var sources = new ArrayList<String>();
    var targets = new ArrayList<String>();
    for (int i = 0; i < times; i++) {
      for (var word : WORDS) {
        sources.add(word);
        targets.add(word.equals("a") && i % 2 == 0 ? "E Y"
            : String.join(" ", word.toUpperCase(Locale.ROOT).split("")));
      }
    }
    return Pairs.of(sources, targets);
  }

  @Test
  void whatWasLearnedIsWritten() throws IOException {
    var transducer = Transducer.train(spelled(30), ALL.epochs(25));
    assertThat(transducer.transduce("night").text()).isEqualTo("N I G H T");
    assertThat(transducer.transduce("night").probability()).isBetween(0.3, 1.0);
    assertThat(transducer.report().model().exactMatch()).isEqualTo(1);
    assertThat(transducer.report().sources()).isEqualTo(WORDS.size());
    assertThat(transducer.report().data()).contains("that it was trained on");
    var both = transducer.transduce("a").hypotheses(2).stream()
        .map(Transduction.Hypothesis::text).toList();
    assertThat(both).as("two right answers").containsExactlyInAnyOrder("A", "E Y");
    assertThat(transducer.transduce("a").hypotheses(100)).hasSizeLessThanOrEqualTo(
        Transducer.BEAM + 5);

    transducer.save(folder.resolve("t.unroll"));
    var loaded = Transducer.load(folder.resolve("t.unroll"));
    assertThat(loaded.transduce(WORDS)).isEqualTo(transducer.transduce(WORDS));
    assertThat(loaded.report()).isEqualTo(transducer.report());
    assertThat(loaded.columns()).containsExactly("source", "target");
    assertThat(Model.load(folder.resolve("t.unroll"))).isInstanceOf(EncoderDecoder.class);
    try (var engine = Engine.of(2)) {
      assertThat(loaded.on(engine).transduce(WORDS)).isEqualTo(transducer.transduce(WORDS));
    }
    assertThat(loaded.transduce(List.of("dog"), 1).getFirst().text()).isEqualTo("D O G");
    assertThat(loaded.transduce("d\u0301øg").text()).as("unknown letters").isNotNull();
    assertThat(loaded.evaluate(Pairs.of(List.of("a", "dog"), List.of("E Y", "D O X"))).model())
        .satisfies(figures -> {
          assertThat(figures.exactMatch()).isLessThanOrEqualTo(0.5);
          assertThat(figures.symbolErrorRate()).isGreaterThan(0);
        });
  }

  /// Sentences of few different words had neither BLEU nor a word error rate; phones, which are
  /// short, are no words.
  @Test
  void textsOfWordsAreNaturalHoweverFewThereAre() {
    assertThat(SideStatistics.of(List.of("die Katze sieht das Haus .", "das Haus .")).isNatural())
        .isTrue();
    assertThat(SideStatistics.of(List.of("N EY1 K AH0 D", "K AE1 T S")).isNatural()).isFalse();
    assertThat(SideStatistics.of(List.of("24 February 1960", "4 5 1980 12")).isNatural()).isFalse();
    var sources = new ArrayList<String>();
    var targets = new ArrayList<String>();
    for (int i = 0; i < 40; i++) {
      sources.add("the cat sees the dog " + "again ".repeat(i % 4));
      targets.add("die Katze sieht den Hund" + " wieder".repeat(i % 4));
    }
    var report = Transducer.train(Pairs.of(sources, targets), ALL.epochs(1)).report();
    assertThat(report.toString()).contains("BLEU", "chrF2", "word error rate")
        .doesNotContain("symbol error rate");
  }

  /// Null ended deep inside; validation data needed options.
  @Test
  void nullIsNamedAndOtherPairsValidate() {
    var transducer = Transducer.train(Pairs.of(List.of("a", "b", "c"), List.of("A", "B", "C")),
        Pairs.of(List.of("c"), List.of("C")));
    assertThat(transducer.report().sources()).isEqualTo(1);
    assertThatThrownBy(() -> transducer.transduce((String) null))
        .isInstanceOf(DataException.class).hasMessageStartingWith("The text is null");
    assertThatThrownBy(() -> Pairs.of(java.util.Arrays.asList("a", null), List.of("A", "B")))
        .isInstanceOf(DataException.class).hasMessageStartingWith("Source 1 ");
  }

  @Test
  void textsThatCannotBeReadAreRefused() {
    var transducer = Transducer.train(spelled(3), ALL.epochs(1));
    assertThatThrownBy(() -> transducer.transduce(" ")).isInstanceOf(DataException.class)
        .hasMessage("The text is blank, expected something to read.");
    assertThatThrownBy(() -> transducer.transduce("a".repeat(2_001)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("2001 characters, but at most 2000 are read");
  }

  /// A source with several targets was on both sides of a random split.
  @Test
  void equalSourcesAreOnOneSide() {
    var training = TransducerTraining.of(spelled(10), null, TransducerOptions.DEFAULT);
    assertThat(said(training, About.SPLIT)).contains("equal sources on the same side, seed 1");
    int known = training.known(Pairs.of(WORDS, WORDS));
    assertThat(known).as("different sources to train on").isBetween(1, WORDS.size() - 1);
    assertThat(said(training, About.SPLIT))
        .startsWith("%d to train, %d to validate".formatted(10 * known, 80 - 10 * known));
  }

  @Test
  void pairsWhoseSourcesValidateAreNotTrainedOn() {
    var validation = Pairs.of(List.of("cat", "new"), List.of("C A T", "N E W"));
    var training = TransducerTraining.of(spelled(10), validation, TransducerOptions.DEFAULT);
    assertThat(training.known(validation)).isZero();
    assertThat(said(training, About.SPLIT)).contains(
        "70 to train, 2 of the list of pairs to validate; 10 pairs whose sources validate are left"
            + " out of training");
    assertThatThrownBy(
        () -> TransducerTraining.of(spelled(2), spelled(2), TransducerOptions.DEFAULT))
        .isInstanceOf(DataException.class).hasMessageContaining("none is left to train on");
  }

  /// Symbols that occur only in the validation data were in the vocabulary.
  @Test
  void theVocabularyIsThatOfTheTrainingPart() {
    var validation = Pairs.of(List.of("zebra"), List.of("Z E B R A"));
    var training = TransducerTraining.of(spelled(10), validation, ALL.epochs(1));
    var letters = new HashSet<String>();
    WORDS.forEach(word -> letters.addAll(List.of(word.split(""))));
    assertThat(said(training, About.INPUT))
        .contains("%d known and all others as one that is unknown".formatted(letters.size()));
    var inputs = training.train().model().architecture().inputs().tokens();
    assertThat(inputs).isNotNull();
    assertThat(inputs.has("z")).isFalse();
    assertThat(inputs.hasUnknown()).isTrue();
  }

  @Test
  void whatTheFiguresAreIsSaid() {
    var training = TransducerTraining.of(spelled(10), null, ALL.validation(0.2));
    assertThat(said(training, About.TRAINING)).contains("the best exact match in validation");
    assertThat(said(training, About.DATA)).contains("80 pairs of the list of pairs")
        .contains("\"cat\" → \"C A T\"");
    var report = training.train().report();
    assertThat(report.toString()).contains("word error rate", "symbol error rate", "the source")
        .doesNotContain("BLEU");
  }

  @Test
  void sentencesHaveBleu() {
    var words = new ArrayList<String>();
    var other = new ArrayList<String>();
    for (int i = 0; i < 300; i++) {
      words.add("w%s goes to v%s".formatted(letters(i), letters(7 * i % 300)));
      other.add("v%s is where w%s goes".formatted(letters(7 * i % 300), letters(i)));
    }
    var transducer = Transducer.train(Pairs.of(words, other),
        TransducerOptions.DEFAULT.epochs(1).units(Unit.SUBWORDS, Unit.SUBWORDS).merges(40));
    assertThat(transducer.report().kind().language()).isTrue();
    assertThat(transducer.report().toString()).contains("BLEU", "chrF2", "word error rate");
    assertThat(transducer.target().toString()).isEqualTo("subwords (40 merges)");
  }

  private static String letters(int i) {
    return "" + (char) ('a' + i % 26) + (char) ('a' + i / 26);
  }

  @Test
  void theSameSeedGivesTheSameBits() {
    var options = ALL.epochs(2).seed(3);
    var one = Transducer.train(spelled(4), options).model().parameters().values();
    try (var engine = Engine.of(2)) {
      var other =
          Transducer.train(spelled(4), options.engine(engine)).model().parameters().values();
      assertThat(other).isEqualTo(one);
    }
  }

  @Test
  void aReportIsStored() throws FormatException {
    var report = Transducer.train(spelled(3), ALL.epochs(1)).report();
    assertThat(report.mistakes()).isNotEmpty().hasSizeLessThanOrEqualTo(10);
    assertThat(TransducerReport.of(JsonFields.parse(Json.write(report.fields()), "test")))
        .isEqualTo(report);
    assertThat(report.copy().exactMatch()).as("the source as it is").isZero();
    assertThat(report.frequent().exactMatch()).as("one of eight").isEqualTo(1.0 / 8,
        within(1e-12));
  }

  @Test
  void nothingToLearnIsRefused() {
    assertThatThrownBy(() -> Transducer.train(List.of("a", "b"), List.of("x", "x")))
        .isInstanceOf(DataException.class).hasMessageContaining("all 2 targets are \"x\"");
    assertThatThrownBy(() -> TransducerOptions.DEFAULT.validation(1))
        .hasMessageContaining("expected a number from 0 up to but not 1");
    assertThatThrownBy(() -> TransducerOptions.DEFAULT.merges(-1))
        .hasMessageContaining("-1 merges");
    assertThatThrownBy(() -> new Transduction(List.of()))
        .hasMessage("no hypothesis, expected at least one");
  }

  @Test
  void longPairsAreLeftOutAndTold() {
    var training = TransducerTraining.of(
        Pairs.of(List.of("a", "b".repeat(301), "c"), List.of("A", "B", "C")), null, ALL);
    assertThat(said(training, About.DOUBT))
        .contains(
            "1 pair is longer than 300 symbols and is left out (the list of pairs, row 2)");
    assertThatThrownBy(() -> TransducerTraining.of(
        Pairs.of(List.of("b".repeat(301), "b".repeat(302)), List.of("B", "C")), null, ALL))
        .hasMessageContaining("all pairs are longer than 300 symbols");
  }

  @Test
  void aFileOfAnotherTaskIsRefused() throws IOException {
    var transducer = Transducer.train(spelled(3), ALL.epochs(1));
    transducer.model().save(folder.resolve("plain.unroll"));
    assertThatThrownBy(() -> Transducer.load(folder.resolve("plain.unroll")))
        .isInstanceOf(FormatException.class).hasMessageContaining("no task");
    Files.writeString(folder.resolve("none.unroll"), "x");
    assertThatThrownBy(() -> Transducer.load(folder.resolve("none.unroll")))
        .isInstanceOf(FormatException.class);
  }

  private static String said(TransducerTraining training, About about) {
    return String.join("\n", training.understood().stream().filter(one -> one.about() == about)
        .map(one -> one.text()).toList());
  }
}

package dev.unroll.task.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.data.DataException;
import dev.unroll.format.FormatException;
import dev.unroll.model.Model;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.score.SpanCounts;
import dev.unroll.table.Sentences;
import dev.unroll.task.Understanding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaggerTest {
  private static final List<String> CITIES =
      List.of("Oslo", "Bergen", "Lima", "New York", "San Juan", "Rome");
  private static final List<String> PEOPLE =
      List.of("Nakamura", "Yamamoto", "Hashimoto", "Sakamoto", "Fujimoto", "Okamura");

  @TempDir
  private Path folder;

  /// "NAME flew to CITY ." and the like: names end with -moto or -mura, cities follow `to` and
  /// `in`.
  static Sentences names(int count, long seed, String begin, String inside) {
    var random = new Random(seed);
    var tokens = new ArrayList<List<String>>();
    var tags = new ArrayList<List<String>>();
    for (int i = 0; i < count; i++) {
      var words = new ArrayList<String>();
      var labels = new ArrayList<String>();
      words.add(PEOPLE.get(random.nextInt(PEOPLE.size())));
      labels.add(begin + "PER");
      for (var word : List.of(random.nextBoolean() ? "flew" : "went",
          random.nextBoolean() ? "to" : "far in")) {
        for (var part : word.split(" ")) {
          words.add(part);
          labels.add("O");
        }
      }
      var city = CITIES.get(random.nextInt(CITIES.size())).split(" ");
      for (int p = 0; p < city.length; p++) {
        words.add(city[p]);
        labels.add((p == 0 ? begin : inside) + "LOC");
      }
      words.add(".");
      labels.add("O");
      tokens.add(words);
      tags.add(labels);
    }
    return Sentences.of(tokens, tags);
  }

  private static final TaggerOptions FEW = TaggerOptions.DEFAULT.epochs(6);

  @Test
  void namesAreFoundAlsoThoseOfUnknownWords() throws IOException {
    var tagger = Tagger.train(names(150, 1, "B-", "I-"), names(30, 2, "B-", "I-"), FEW);
    assertThat(tagger.tagsSpans()).isTrue();
    assertThat(tagger.report().f1()).isGreaterThan(0.95);
    var spans = tagger.tag("Yamamura flew to New York.").spans();
    assertThat(spans).extracting(Tags.Span::text).containsExactly("Yamamura", "New York");
    assertThat(spans).extracting(Tags.Span::type).containsExactly("PER", "LOC");
    assertThat(spans.getLast().from()).isEqualTo(3);
    assertThat(spans.getLast().to()).isEqualTo(5);
    assertThat(spans.getFirst().probability()).isBetween(0.5, 1.0);
    var text = "  Yamamura  flew to\u00a0New\nYork.";
    assertThat(tagger.tag(text).spans())
        .extracting(span -> text.substring(span.start(), span.end()))
        .containsExactly("Yamamura", "New\nYork");
    assertThat(tagger.tag(List.of("Yamamura")).spans().getFirst().start()).isEqualTo(-1);
    assertThatThrownBy(() -> tagger.tag(text).in("Yamamura")).isInstanceOf(DataException.class)
        .hasMessageContaining("The token \"flew\" is not in the text after index 8");

    var file = folder.resolve("names.unroll");
    tagger.save(file);
    var loaded = Tagger.load(file);
    assertThat(loaded.tag("Yamamura flew to New York.")).isEqualTo(
        tagger.tag("Yamamura flew to New York."));
    assertThat(loaded.report()).isEqualTo(tagger.report());
    assertThat(loaded.notes()).isEqualTo(tagger.notes());
    assertThat(loaded.evaluate(names(20, 3, "B-", "I-")))
        .isEqualTo(tagger.evaluate(names(20, 3, "B-", "I-")));
    var model = (SequenceToSequence) Model.load(file);
    assertThatThrownBy(model::stepper).isInstanceOf(IllegalArgumentException.class);
    assertThat(model.architecture().inputs().letters()).isNotNull();
  }

  /// The other notations of the same spans give the same tagger.
  @Test
  void notationsOfSpansAreOne() {
    var bio = Tagger.train(names(60, 1, "B-", "I-"), null, FEW.epochs(1));
    var iob = Tagger.train(names(60, 1, "I-", "I-"), null, FEW.epochs(1));
    assertThat(iob.model().parameters().values()).isEqualTo(bio.model().parameters().values());
    assertThat(iob.labels()).containsExactly("B-LOC", "B-PER", "I-LOC", "I-PER", "O");
    assertThat(iob.report().counts()).isEqualTo(bio.report().counts());
  }

  @Test
  void sameBitsForAnyNumberOfThreads() {
    float[] first = {};
    for (int threads = 1; threads <= 3; threads++) {
      try (var engine = Engine.of(threads)) {
        var tagger =
            Tagger.train(names(60, 1, "B-", "I-"), null, FEW.epochs(2).engine(engine));
        first = threads == 1 ? tagger.model().parameters().values() : first;
        assertThat(tagger.model().parameters().values()).isEqualTo(first);
      }
    }
  }

  @Test
  void labelsOfWords() {
    var sentences = names(100, 1, "NAME-", "NAME-");
    var tagger = Tagger.train(sentences, names(20, 2, "NAME-", "NAME-"), FEW);
    assertThat(tagger.tagsSpans()).isFalse();
    assertThat(tagger.report().accuracy()).isGreaterThan(0.95);
    assertThat(tagger.report().counts().types()).containsKeys("O", "NAME-PER");
    var tags = tagger.tag(List.of("Nakamura", "flew", "to", "Rome"));
    assertThat(tags.toString()).isEqualTo("Nakamura/NAME-PER flew/O to/O Rome/NAME-LOC");
    assertThat(tags.spans()).isEmpty();
    assertThat(tagger.tagAll(List.of(List.of("a"), List.of("b", "c"))))
        .extracting(t -> t.tags().size()).containsExactly(1, 2);
  }

  /// The accuracy is beside that of the most frequent tag, counted by hand: `a` is X twice and Y
  /// once, and X is the most frequent one of all.
  @Test
  void theBaselineIsTheMostFrequentTagOfEachWord() {
    var majority = MajorityTags.of(
        List.of(List.of("a", "a", "b"), List.of("a", "c", "c")),
        List.of(List.of("X", "Y", "Y"), List.of("X", "X", "Z")));
    assertThat(majority.otherwise()).isEqualTo("X");
    assertThat(majority.of(List.of("a", "b", "c", "new"))).containsExactly("X", "Y", "X", "X");
  }

  @Test
  void aTagThatWasNotSeenCountsAsWrongAndIsTold() {
    var other = Sentences.of(List.of(List.of("Nakamura", "sleeps")),
        List.of(List.of("B-PER", "B-ACT")));
    var training = TaggerTraining.of(names(60, 1, "B-", "I-"), other, FEW.epochs(1));
    assertThat(training.understood()).extracting(Understanding::text)
        .contains("the tag \"B-ACT\" is not in the part to train on, and counts as wrong;"
            + " loss and accuracy after each epoch are without it");
    var tagger = training.train();
    assertThat(tagger.report().unseen()).containsExactly("B-ACT");
    assertThat(tagger.report().counts().types().get("ACT").expected()).isEqualTo(1);
  }

  /// Tags that are no spans lost their first two letters: `CITY` was reported as `B-TY`, and parts
  /// of speech as spans of the empty type.
  @Test
  void tagsOfAnotherKindAreNamedAsTheyAreOrRefused() {
    var tagger = Tagger.train(names(60, 1, "B-", "I-"), null, FEW.epochs(1));
    var report = tagger.evaluate(Sentences.of(
        List.of(List.of("to", "Oslo")), List.of(List.of("O", "CITY"))));
    assertThat(report.unseen()).containsExactly("CITY");
    assertThat(report.counts().types().get("CITY").expected()).isEqualTo(1);
    assertThat(tagger.normalized(List.of("PERSON"))).containsExactly("PERSON");
    var speech = Sentences.of(List.of(List.of("to", "Oslo")), List.of(List.of("NN", "NN")));
    for (ThrowingCallable refused : List.<ThrowingCallable>of(() -> tagger.evaluate(speech),
        () -> Tagger.train(names(60, 1, "B-", "I-"), speech, FEW))) {
      assertThatThrownBy(refused).isInstanceOf(DataException.class)
          .hasMessageContaining("no tag of column tags is one of spans")
          .hasMessageContaining("the first is \"NN\"; is it the right column?");
    }
  }

  /// The monitor took unknown tags for O, so that the kept epoch was not the one with the best
  /// figure of the report.
  @Test
  void theMonitorCountsUnknownTagsAsTheReportDoes() {
    var other = Sentences.of(
        List.of(List.of("Nakamura", "flew", "to", "Rome"), List.of("in", "Lima", "Ono", "city")),
        List.of(List.of("B-PER", "B-ACT", "I-ACT", "B-LOC"), List.of("O", "I-LOC", "CITY", "O")));
    var training = TaggerTraining.of(names(60, 1, "B-", "I-"), other, FEW.epochs(1));
    assertThat(training.missed()).isEqualTo(2);
    var counts = training.train().report().counts();
    assertThat(counts.types().get("ACT").expected() + counts.types().get("CITY").expected())
        .isEqualTo(2);

    var said = List.of(List.of("B-PER", "O", "B-LOC", "B-LOC"), List.of("O", "B-LOC", "O", "O"));
    var actual = List.of(other.tags(0), TagForm.SPANS.normalized(other.tags(1)));
    var masked = List.of(List.of("B-PER", "O", "O", "B-LOC"), List.of("O", "B-LOC", "O", "O"));
    assertThat(SpanF1.f1(masked, said, training.missed()))
        .isEqualTo(SpanCounts.of(actual, said).all().f1());
  }

  @Test
  void whatWasUnderstoodIsTold() {
    var training = TaggerTraining.of(names(60, 1, "I-", "I-"), null, TaggerOptions.DEFAULT);
    assertThat(training.understood()).extracting(Understanding::text).anySatisfy(text -> assertThat(
        text).contains("spans of 2 types in IOB1, learned as B-, I- and O"))
        .anySatisfy(text -> assertThat(text).contains("best F1 of spans in validation"));
  }

  /// A copy of a sentence was validated on that was trained on.
  @Test
  void copiesOfASentenceAreOnOneSide() {
    var all = names(60, 1, "B-", "I-");
    var training = TaggerTraining.of(all, null, TaggerOptions.DEFAULT);
    assertThat(training.understood()).extracting(Understanding::text)
        .anySatisfy(text -> assertThat(text).matches(".*copies of a sentence on its side, seed 1"))
        .noneSatisfy(text -> assertThat(text).contains("in the part to train on as well"));
    var held = training.validation();
    assertThat(held).isNotNull();
    assertThat(training.known(held)).isZero();
    assertThat(training.known(all)).isEqualTo(all.size() - held.size());
    var given = TaggerTraining.of(all, all.some(0), TaggerOptions.DEFAULT.epochs(1));
    assertThat(given.known(all.some(0, 1))).isEqualTo(2);
    assertThat(given.understood()).extracting(Understanding::text)
        .anySatisfy(text -> assertThat(text).contains("1 of the 1 sentence to validate on is in"))
        .anySatisfy(text -> assertThat(text).contains("up to 1 epoch, of which"));
  }

  @Test
  void badDataIsRefused() throws IOException {
    assertThatThrownBy(
        () -> Tagger.train(Sentences.of(List.of(List.of("a", "b")), List.of(List.of("O", "O")))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("all 2 tokens have the tag \"O\", expected two tags or more");
    assertThatThrownBy(() -> Tagger.train(Sentences.of(
        List.of(List.of("a", "b", "c")), List.of(List.of("1", "2", "3")))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("3 different tags for 3 tokens are too many to be learned");
    var tagger = Tagger.train(names(30, 1, "B-", "I-"), null, FEW.epochs(1).validation(0));
    assertThatThrownBy(() -> tagger.tag(" ")).isInstanceOf(DataException.class)
        .hasMessageContaining("no token to tag");
    assertThatThrownBy(() -> tagger.tag(List.of("a", ""))).isInstanceOf(DataException.class)
        .hasMessageContaining("A token is blank");
    assertThatThrownBy(() -> tagger.tag(List.of("a", " "))).isInstanceOf(DataException.class)
        .hasMessageContaining("A token is blank");
    var file = folder.resolve("model.unroll");
    tagger.model().save(file);
    assertThatThrownBy(() -> Tagger.load(file)).isInstanceOf(FormatException.class)
        .hasMessageContaining("holds a model, but no task");
  }

  /// They were a NullPointerException from inside.
  @Test
  @SuppressWarnings("NullAway") // on purpose
  void nullsAreNamed() {
    var one = names(30, 1, "B-", "I-");
    assertRefused(() -> Tagger.train((Sentences) null), "The training data is null");
    assertRefused(() -> Tagger.train(one, null), "The validation data is null");
    assertRefused(() -> Tagger.train(one, null, null), "The options is null");
    assertRefused(() -> Sentences.read(null), "The file is null");
    assertRefused(() -> Sentences.tokens(null), "The file is null");
    var tagger = Tagger.train(one, null, FEW.epochs(1));
    assertRefused(() -> tagger.tag((List<String>) null), "The list of tokens is null");
    assertRefused(() -> tagger.tag((String) null), "The text is null");
    assertRefused(() -> tagger.evaluate(null), "The test data is null");
    assertRefused(() -> tagger.normalized(null), "The list of tags is null");
  }

  private static void assertRefused(ThrowingCallable call, String sentence) {
    assertThatThrownBy(call).isInstanceOf(DataException.class).hasMessageContaining(sentence);
  }

  /// Marginals of a sentence's tags: what is not chosen has the rest.
  @Test
  void probabilitiesAreThoseOfAllSequences() {
    var tagger = Tagger.train(names(30, 1, "B-", "I-"), null, FEW.epochs(1));
    var classes = tagger.model().predictor().classes(List.of(
        SpelledWords.encode(tagger.model().architecture().inputs(), List.of("to", "Oslo", "."))));
    for (var row : classes.getFirst().probabilities()) {
      double sum = 0;
      for (float p : row) {
        sum += p;
      }
      assertThat(sum).isCloseTo(1, within(1e-5));
    }
  }
}

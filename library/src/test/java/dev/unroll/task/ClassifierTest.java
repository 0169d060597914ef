package dev.unroll.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.data.DataException;
import dev.unroll.format.FormatException;
import dev.unroll.model.Model;
import dev.unroll.model.SequenceToVector;
import dev.unroll.table.Sequences;
import dev.unroll.table.Table;
import dev.unroll.table.Texts;
import dev.unroll.task.Understanding.About;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifierTest {
  private static final ClassifierOptions FAST = ClassifierOptions.DEFAULT.epochs(6);
  private static final List<String> GOOD = List.of("good", "fine", "great", "lovely");
  private static final List<String> BAD = List.of("bad", "dull", "poor", "awful");
  private static final List<String> OTHER = List.of("the", "film", "was", "and", "plot", "actor");

  @TempDir
  private Path folder;

  /// Texts of which one word says the class.
  private static Map<String, List<String>> reviews(int n, long seed) {
    var random = new SplittableRandom(seed);
    var texts = new ArrayList<String>();
    var labels = new ArrayList<String>();
    var authors = new ArrayList<String>();
    for (int i = 0; i < n; i++) {
      var words = new ArrayList<String>();
      for (int w = 0; w < 6; w++) {
        words.add(OTHER.get(random.nextInt(OTHER.size())));
      }
      words.set(random.nextInt(6), (i % 2 == 0 ? GOOD : BAD).get(random.nextInt(4)));
      texts.add(String.join(" ", words));
      labels.add(i % 2 == 0 ? "pos" : "neg");
      authors.add("author " + i / 10);
    }
    var columns = new LinkedHashMap<String, List<String>>();
    columns.put("review", texts);
    columns.put("sentiment", labels);
    columns.put("author", authors);
    return columns;
  }

  private static Texts texts(int n, long seed) {
    return Table.of("reviews", reviews(n, seed)).text("review").label("sentiment");
  }

  @Test
  void learnsFromTexts() throws IOException {
    var classifier = Classifier.train(texts(200, 1), FAST);
    assertThat(classifier.report().accuracy()).isEqualTo(1);
    assertThat(classifier.report().baseline()).isEqualTo(0.5);
    assertThat(classifier.labels()).containsExactly("neg", "pos");
    assertThat(classifier.textForm()).isEqualTo(TextForm.of(TextForm.Unit.WORDS));
    var answer = classifier.classify("The film was LOVELY!");
    assertThat(answer.label()).isEqualTo("pos");
    assertThat(answer.all().sequencedKeySet()).containsExactly("pos", "neg");
    assertThat(answer.all().values().stream().mapToDouble(p -> p).sum()).isCloseTo(1, within(1e-9));
    assertThat(answer.probability()).isEqualTo(answer.all().get("pos"));

    var file = folder.resolve("sentiment.unroll");
    classifier.save(file);
    var again = Classifier.load(file);
    assertThat(again.classify("The film was LOVELY!")).isEqualTo(answer);
    assertThat(again.report().toString()).isEqualTo(classifier.report().toString());
    assertThat(again.columns()).isEqualTo(classifier.columns())
        .containsEntry("text", "review").containsEntry("label", "sentiment");
    assertThat(Model.load(file)).isInstanceOf(SequenceToVector.class);
    assertThat(again).hasToString(classifier.toString());
  }

  /// A model of words could not meet a new one: twenty examples, then "great film" was an error.
  @Test
  void aWordThatWasNeverSeenIsAnswered() {
    var texts = new ArrayList<String>();
    var labels = new ArrayList<String>();
    for (int i = 0; i < 20; i++) {
      texts.add(i < 10 ? "good film" : "bad film");
      labels.add(i < 10 ? "p" : "n");
    }
    var classifier = ClassifierTraining.of(Texts.of(texts, labels), null,
        ClassifierOptions.DEFAULT.unit(TextForm.Unit.WORDS)).train();
    assertThat(classifier.classify("good film").label()).isEqualTo("p");
    assertThat(classifier.classify("bad film").label()).isEqualTo("n");
    for (String text : List.of("great film", "", "你好", "good unheard-of film")) {
      assertThat(classifier.classify(text).probability()).as(text).isBetween(0.5, 1.0);
    }
    assertThat(classifier.classify("good unheard-of film").label()).isEqualTo("p");
  }

  @Test
  void learnsFromNumbersOverTime() throws IOException {
    var classifier = Classifier.train(waves(120, 3), FAST);
    assertThat(classifier.report().accuracy()).isGreaterThan(0.9);
    assertThat(classifier.evaluate(waves(60, 4)).accuracy()).isGreaterThan(0.9);
    var file = folder.resolve("waves.unroll");
    classifier.save(file);
    var wave = waves(1, 5).sequences();
    assertThat(Classifier.load(file).classifySequences(wave))
        .isEqualTo(classifier.classifySequences(wave));
    var gap = new float[][] {{Float.NaN, 1}, {1000, Float.NaN}, {1010, 0}};
    assertThat(classifier.classify(gap))
        .isEqualTo(classifier.classify(new float[][] {{1000, 1}, {1000, 1}, {1010, 0}}));
    assertThatThrownBy(() -> classifier.classify("text")).isInstanceOf(DataException.class)
        .hasMessage("The classifier reads numbers over time, not texts; give sequences.");
    assertThatThrownBy(() -> classifier.classify(new float[][] {{1}}))
        .hasMessage("sequence 1 has 1 numbers a step, but the classifier reads 2.");
    assertThatThrownBy(() -> classifier.classify(new float[][] {{1, Float.POSITIVE_INFINITY}}))
        .hasMessage("sequence 1, step 1, channel 2: the number is infinite; correct it.");
  }

  /// Rising and falling ones, far from zero.
  private static Sequences waves(int n, long seed) {
    var random = new SplittableRandom(seed);
    var sequences = new ArrayList<float[][]>();
    var labels = new ArrayList<String>();
    for (int i = 0; i < n; i++) {
      var steps = new float[5 + random.nextInt(6)][];
      for (int t = 0; t < steps.length; t++) {
        steps[t] = new float[] {1000 + (i % 2 == 0 ? 3 : -3) * t + (float) random.nextGaussian(),
          (float) random.nextGaussian()};
      }
      sequences.add(steps);
      labels.add(i % 2 == 0 ? "up" : "down");
    }
    return Sequences.of(sequences, labels);
  }

  @Test
  void anUnseenLabelCountsAsWrongAndIsTold() {
    var classifier = Classifier.train(texts(200, 1), FAST);
    var report = classifier.evaluate(Texts.of(
        List.of("the film was good", "the plot was bad", "the actor was dull"),
        List.of("pos", "neg", "neutral")));
    assertThat(report.accuracy()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(report.unseen()).containsExactly(Map.entry("neutral", 1L));
    assertThat(report.toString())
        .contains("1 × \"neutral\": counted as wrong, as the model does not know it");
    assertThat(report.mistakes()).hasSize(1).first()
        .satisfies(mistake -> assertThat(mistake.where()).isEqualTo("the list of texts, row 3"));
  }

  @Test
  void theSameSeedGivesTheSameClassifier() {
    var texts = texts(100, 2);
    var one = Classifier.train(texts, FAST.epochs(2));
    var same = Classifier.train(texts, FAST.epochs(2));
    var other = Classifier.train(texts, FAST.epochs(2).seed(2));
    assertThat(same.classify("a film")).isEqualTo(one.classify("a film"));
    assertThat(other.classify("a film")).isNotEqualTo(one.classify("a film"));
  }

  @Test
  void whatWasUnderstoodIsSaidBefore() {
    var columns = reviews(200, 1);
    columns.get("sentiment").set(7, "negg");
    var training = ClassifierTraining.of(Table.of("reviews", columns).text("review")
        .label("sentiment").group("author"), null, FAST);
    assertThat(training.understood().stream().map(u -> u.about() + ": " + u.text()))
        .containsExactly(
            "DATA: 200 texts in the column \"review\" of reviews, 3 labels in \"sentiment\": pos "
                + "50.0 %,"
                + " neg 49.5 %, negg 0.5 %",
            "DOUBT: the label \"negg\" occurs only once (reviews, row 8); is it a slip?",
            "SPLIT: 180 to train, 20 to validate: whole groups, seed 1",
            "INPUT: read by words in small letters, 14 known and all others as one that is "
                + "unknown, the first 400 of a text",
            "MODEL: gru of 32 units in two directions, mean pooling; batches of 8, rate 0.002",
            "TRAINING: up to 6 epochs, of which the one with the best macro F1 in validation is "
                + "kept");
  }

  @Test
  void copiesStayOnOneSideOfTheSplit() {
    var texts = new ArrayList<String>();
    var labels = new ArrayList<String>();
    for (int i = 0; i < 60; i++) {
      texts.add("film %d was %s".formatted(i % 30, i % 2 == 0 ? "good" : "bad"));
      labels.add(i % 2 == 0 ? "pos" : "neg");
    }
    var all = Texts.of(texts, labels);
    assertThat(ClassifierTraining.of(all, null, FAST.validation(0.2)).understood())
        .contains(new Understanding(About.SPLIT, "48 to train, 12 to validate: the same share of"
            + " each label, and the 30 copies of a sample on its side, seed 1"))
        .noneMatch(one -> one.about() == About.DOUBT);
    // Two files may share samples.
    assertThat(ClassifierTraining.of(all, all.rows(0, 1, 2), FAST).understood())
        .contains(
            new Understanding(About.DOUBT, "3 of the 3 samples to validate on are in the part to"
                + " train on as well; their figures are too good"));
  }

  @Test
  void rowsWithoutALabelAreLeftOut() {
    var rows = new LinkedHashMap<String, List<String>>();
    rows.put("text", IntStream.range(0, 20).mapToObj(i -> "text " + i).toList());
    rows.put("label", IntStream.range(0, 20)
        .mapToObj(i -> i < 2 ? " " : i % 2 == 0 ? "a" : "b").toList());
    var texts = Table.of("t", rows).text("text").label("label");
    assertThat(texts.size()).isEqualTo(18);
    assertThat(texts.where(0)).isEqualTo("t, row 3");
    assertThat(ClassifierTraining.of(texts, null, FAST).understood())
        .contains(new Understanding(About.DOUBT, "2 rows without a label are left out"));
  }

  @Test
  void absurdDataAreRefused() {
    assertThatThrownBy(() -> Classifier.train(List.of("a", "b"), List.of("x", "x")))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "the list of texts: all 2 samples have the label \"x\", expected two labels or more;"
                + " give samples of another class.");
    assertThatThrownBy(() -> Classifier.train(List.of("a", "b", "c"), List.of("x", "y", "z")))
        .hasMessage("the list of texts: 3 samples are too few to learn from; give at least 8,"
            + " better hundreds.");
    var letters = "abcdefghi".codePoints().mapToObj(Character::toString).toList();
    assertThatThrownBy(() -> Classifier.train(letters, letters)).hasMessage(
        "the list of texts: 9 different labels for 9 samples are too many to be learned; is"
            + " the column of the labels another one?");
  }

  @Test
  void rareClassesMayWeighMore() {
    var random = new SplittableRandom(8);
    var texts = new ArrayList<String>();
    var labels = new ArrayList<String>();
    for (int i = 0; i < 300; i++) {
      boolean rare = i % 10 == 0;
      // A word that the rare class always has, and a fifth of the others too.
      boolean sign = rare || random.nextInt(5) == 0;
      texts.add("it was " + (sign ? "odd" : "plain") + " for me");
      labels.add(rare ? "rare" : "usual");
    }
    var plain = Classifier.train(Texts.of(texts, labels), FAST);
    var balanced = Classifier.train(Texts.of(texts, labels), FAST.balanced(true));
    assertThat(plain.classify("it was odd for me").label()).isEqualTo("usual");
    assertThat(balanced.classify("it was odd for me").label()).isEqualTo("rare");
  }

  @Test
  void everythingMayBeTrainedOn() {
    var training = ClassifierTraining.of(texts(60, 1), null, FAST.validation(0).epochs(1));
    assertThat(training.understood().getLast().text())
        .isEqualTo("1 epoch, of which the last one is kept");
    assertThat(training.train().report().data()).startsWith("the 60 samples of reviews that it was"
        + " trained on");
  }

  @Test
  void anotherFileIsOneSentence() throws IOException {
    var classifier = Classifier.train(texts(60, 1), FAST.epochs(1));
    var file = folder.resolve("model");
    classifier.model().save(file);
    assertThatThrownBy(() -> Classifier.load(file)).isInstanceOf(FormatException.class)
        .hasMessage(file + " holds a model, but no task; expected one that was made to classify");
    Files.writeString(file, "no model");
    assertThatThrownBy(() -> Classifier.load(file)).isInstanceOf(FormatException.class);
  }
}

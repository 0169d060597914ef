package dev.unroll.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.cell.Gru;
import dev.unroll.data.Example;
import dev.unroll.layer.stepping.KeyFormat;
import dev.unroll.layer.stepping.KeyedStates;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.task.tag.Tagger;
import dev.unroll.task.tag.Tags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The short programs run, and stay short.
class QuickstartTest {
  @TempDir
  private Path folder;

  @Test
  void aClassifierOfNumbers() throws IOException {
    var random = new Random(3);
    var examples = new ArrayList<Example>();
    for (int i = 0; i < 120; i++) {
      examples.add(Example.of(steps(random, i % 3), i % 3));
    }
    var file = folder.resolve("gestures.unroll");
    ClassifyNumbers.train(examples, file);
    var p = ClassifyNumbers.predict(file, steps(random, 2));
    assertThat(p).hasSize(3);
    assertThat(p[0] + p[1] + p[2]).isCloseTo(1, within(1e-5f));
    assertThat(p[2]).isGreaterThan(0.5f);
  }

  @Test
  void aTableIsForecast() throws IOException {
    var text = new StringBuilder("date,HUFL,HULL,OT\n");
    for (int h = 0; h < 480; h++) {
      text.append("2016-07-%02d %02d:00:00,%d,%d,%s\n".formatted(1 + h / 24, h % 24, h % 7, h % 5,
          20 + 5 * Math.sin(2 * Math.PI * h / 24)));
    }
    var csv = Files.writeString(folder.resolve("load.csv"), text);
    var next = folder.resolve("next.csv");
    var forecast = ForecastTable.train(csv, folder.resolve("load.unroll"), next);
    assertThat(forecast.at(6).median()).isCloseTo(25, within(2.5));
    assertThat(forecast.at(18).median()).isCloseTo(15, within(2.5));
    assertThat(Files.readAllLines(next)).hasSize(25).element(1).asString()
        .startsWith("2016-07-21 00:00:00,");
  }

  @Test
  void reviewsAreClassified() throws IOException {
    var text = new StringBuilder("review,sentiment\n");
    for (int i = 0; i < 120; i++) {
      text.append("the film %d was really %s,%s%n".formatted(i, i % 2 == 0 ? "good" : "bad",
          i % 2 == 0 ? "pos" : "neg"));
    }
    var csv = Files.writeString(folder.resolve("reviews.csv"), text);
    var file = folder.resolve("reviews.unroll");
    ClassifyReviews.train(csv, file);
    var answer = ClassifyReviews.classify(file, "the sequel was really good");
    assertThat(answer.label()).isEqualTo("pos");
    assertThat(answer.probability()).isGreaterThan(0.5);
  }

  @Test
  void aServerIsWatched() throws IOException {
    var text = new StringBuilder("timestamp,load\n");
    var start = LocalDateTime.of(2024, 3, 1, 0, 0);
    var random = new Random(5);
    for (int h = 0; h < 24 * 30; h++) {
      text.append("%s,%s\n".formatted(start.plusHours(h), load(random, h)));
    }
    var csv = Files.writeString(folder.resolve("server.csv"), text);
    var file = folder.resolve("server.unroll");
    WatchServer.train(csv, file);
    var values = new double[24 * 12];
    for (int h = 0; h < values.length; h++) {
      values[h] = load(random, h);
    }
    int usual = WatchServer.alarms(file, start.plusDays(30), values);
    values[24 * 11] = 500;
    assertThat(WatchServer.alarms(file, start.plusDays(30), values)).isGreaterThan(usual);
  }

  private static double load(Random random, int hour) {
    return 50 + 20 * Math.sin(2 * Math.PI * hour / 24) + random.nextGaussian();
  }

  @Test
  void wordsArePronounced() throws IOException {
    var text = new StringBuilder();
    for (int i = 0; i < 120; i++) {
      var word = "" + (char) ('a' + i % 6) + (char) ('a' + i / 6 % 5) + (char) ('a' + i % 4);
      text.append("%s\t%s%n".formatted(word, String.join(" ", word.split(""))));
    }
    var tsv = Files.writeString(folder.resolve("words.tsv"), text);
    var answer = PronounceWords.train(tsv, folder.resolve("words.unroll"), "abc");
    assertThat(answer.text()).isNotBlank();
    assertThat(answer.hypotheses(5)).first().asString().isEqualTo(answer.text());
  }

  /// One of the first three features is larger than the others.
  private static float[][] steps(Random random, int label) {
    var steps = new float[2 + random.nextInt(6)][8];
    for (var step : steps) {
      for (int i = 0; i < 8; i++) {
        step[i] = random.nextFloat(-1, 1) + (i == label ? 2 : 0);
      }
    }
    return steps;
  }

  @Test
  void labelsOfTexts() {
    var names = new ArrayList<String>();
    var labels = new ArrayList<String>();
    for (int i = 0; i < 60; i++) {
      names.add((i % 2 == 0 ? "Naka" : "Berg").repeat(1 + i % 3));
      labels.add(i % 2 == 0 ? "Japanese" : "Swedish");
    }
    var answer = LabelTexts.train(names, labels, "NakaNaka");
    assertThat(answer.label()).isEqualTo("Japanese");
    assertThat(answer.probability()).isGreaterThan(0.5);
    assertThat(answer.all().sequencedKeySet()).containsExactly("Japanese", "Swedish");
  }

  @Test
  void aStateForEachKey() throws IOException {
    var model =
        SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Gru.cell(), 4),
            Outputs.classes(3));
    var snapshot = folder.resolve("states");
    assertThat(StatePerKey.score(model, snapshot)).hasSize(6);
    var states = KeyedStates.fromBytes(
        model.stepper().layout(), Files.readAllBytes(snapshot), KeyFormat.STRING);
    assertThat(states.keys()).containsExactlyInAnyOrder("alice", "bob");
  }

  @Test
  void aCellOfOnesOwn() {
    var text = "to be or not to be that is the question ".repeat(80);
    assertThat(OwnCellOnText.train(text, 2)).hasSize(200);
  }

  @Test
  void namesInATextAreFound() throws IOException {
    var text = new StringBuilder();
    for (int i = 0; i < 80; i++) {
      text.append(i % 2 == 0 ? "Naka" : "Yama").append(i % 3 == 0 ? "mura" : "moto")
          .append(" B-PER\nflew O\nto O\n").append(i % 5 == 0 ? "Oslo" : "Rome")
          .append(" B-LOC\n\n");
    }
    var train = Files.writeString(folder.resolve("train.conll"), text);
    var dev = Files.writeString(folder.resolve("dev.conll"), text.substring(0, text.indexOf("Oslo",
        200)) + "Oslo B-LOC\n");
    var file = folder.resolve("names.unroll");
    TagNames.train(train, dev, file);
    TagNames.tag(file, "Nakamoto flew to Oslo");
    assertThat(Tagger.load(file).tag("Nakamoto flew to Oslo").spans())
        .extracting(Tags.Span::text).containsExactly("Nakamoto", "Oslo");
  }

  /// What a newcomer reads first fits on a screen, imports included.
  @Test
  void theyAreShort() throws IOException {
    var home = Path.of("src/main/java/dev/unroll/examples/quickstart");
    for (var name : List.of("ClassifyNumbers", "LabelTexts", "StatePerKey", "OwnCellOnText",
        "ForecastTable", "ClassifyReviews", "TagNames", "PronounceWords", "WatchServer")) {
      var lines = Files.readAllLines(home.resolve(name + ".java"));
      assertThat(lines).as(name).hasSizeLessThan(30);
      assertThat(lines.stream().filter(line -> line.startsWith("import "))).as(name)
          .hasSizeLessThanOrEqualTo(8);
    }
  }
}

package dev.unroll.app.command.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.Commands;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import dev.unroll.task.Classifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `unroll train classify`, and `predict` and `evaluate` on what it makes.
class ClassifyCommandTest {
  @TempDir
  private Path folder;

  private Commands commands;

  @BeforeEach
  void write() throws IOException {
    commands = new Commands(folder);
    var reviews = new StringBuilder("id;Review;sentiment\n");
    for (int i = 0; i < 60; i++) {
      reviews.append("%d;the film %d, all in all, was %s;%s%n".formatted(i, i / 2,
          i % 2 == 0 ? "good" : "bad", i % 2 == 0 ? "pos" : "neg"));
    }
    Files.writeString(folder.resolve("reviews.csv"), reviews);
  }

  private Commands.Result train(String... more) {
    var args = new ArrayList<>(List.of("train", "classify", "reviews.csv",
        "--epochs", "8", "--threads", "1", "--out", "run"));
    args.addAll(List.of(more));
    return commands.run(args);
  }

  private static JsonFields answer(String line) throws FormatException {
    return JsonFields.parse(line, "the answer");
  }

  @Test
  void whatWasUnderstoodAndTheFiguresArePrinted() throws IOException {
    var result = train();
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .contains("data      60 texts in the column \"Review\" of", "neg 50.0 %, pos 50.0 %")
        .contains("\"sentiment\" by its name, \"Review\" by its name")
        .contains("split     54 to train, 6 to validate: the same share of each label, seed 1"
            + "  (--validation, --group, --seed)")
        .contains("accuracy                  100.0 %   50.0 %")
        .contains("predict " + folder.resolve("run") + " new.csv");
    assertThat(Classifier.load(folder.resolve("run/model.safetensors")).labels())
        .containsExactly("neg", "pos");
  }

  /// The columns of the test were chosen anew, by what is in it: another one had fewer labels.
  @Test
  void aTestIsReadByTheColumnsOfTheTraining() throws IOException {
    var rows = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      rows.append(
          "note %d on %s,%s,%s%n".formatted(i, List.of("ships", "cars", "planes").get(i % 3),
              List.of("sea", "land", "air").get(i % 3), "part " + i % 20));
    }
    Files.writeString(folder.resolve("train.csv"), "doc,kind,part\n" + rows);
    Files.writeString(folder.resolve("test.csv"), "doc,kind,part\n"
        + rows.toString().replaceAll("part (\\d)\\d*", "part 1"));
    var result = commands.run("train", "classify", "train.csv", "--epochs", "1", "--threads", "1",
        "--test", "test.csv", "--validation", "test.csv", "--out", "kinds", "--label", "kind");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).doesNotContain("part 1");
    var guessed = commands.run("train", "classify", "train.csv", "--epochs", "1", "--threads", "1",
        "--test", "test.csv", "--out", "guessed");
    assertThat(guessed.err()).isEmpty();
    assertThat(guessed.out()).contains("\"kind\"").doesNotContain("part 1");
  }

  /// The first bad line ended the process, and a word that was never seen was one.
  @Test
  void aBadLineIsToldAndTheOthersAreAnswered() throws IOException {
    train("--quiet");
    var result = commands.runWith("""
        {"Review": "a great film, all in all good"}
        {"other": 1}
        a bad one
        {"input": "good"
        {"input": "never seen words only"}
        """, "predict", "run", "--all");
    assertThat(result.exitCode()).isEqualTo(2);
    var lines = result.out().lines().toList();
    assertThat(lines).hasSize(5);
    assertThat(answer(lines.get(0)).string("label")).isEqualTo("pos");
    assertThat(answer(lines.get(0)).number("probability")).isBetween(0.5, 1.0);
    assertThat(answer(lines.get(0)).object("all").keys()).containsExactly("pos", "neg");
    assertThat(answer(lines.get(1)).string("error")).isEqualTo("standard input, line 2: there is no"
        + " field \"Review\"; write it, or name another one by --text.");
    assertThat(answer(lines.get(2)).string("label")).isEqualTo("neg");
    assertThat(answer(lines.get(3)).string("error")).startsWith("standard input, line 4");
    assertThat(answer(lines.get(4)).string("label")).isIn("pos", "neg");
    assertThat(result.err()).contains("unroll: standard input, line 2: ")
        .contains("unroll: 2 inputs could not be answered, as said above");
  }

  /// A misspelt or missing column had been replaced by another one, and a text without a head had
  /// become the name of its column.
  @Test
  void noOtherColumnIsGuessed() throws IOException {
    train("--quiet");
    Files.writeString(folder.resolve("new.csv"), "id,comment\n1,good\n2,bad\n");
    assertThat(commands.run("predict", "run", "new.csv")).satisfies(result -> {
      assertThat(result.exitCode()).isEqualTo(2);
      assertThat(result.out()).isEmpty();
      assertThat(result.err()).contains("new.csv has no column \"Review\", which the classifier was"
          + " trained on, only [id, comment]; name the one to read by --text");
    });
    Files.writeString(folder.resolve("new.jsonl"), "{\"text\": \"good\"}\n");
    assertThat(commands.run("predict", "run", "new.jsonl", "--text", "revue").err())
        .contains("new.jsonl, line 1: there is no field \"revue\"");
  }

  /// A blank line had got no answer, so that answers and inputs went out of step; an empty cell had
  /// been answered as if it said something; the quotes of a JSON string had been read.
  @Test
  void everyLineHasAnAnswer() {
    train("--quiet");
    var result = commands.runWith("\ngood\n\n\"good\"\n{\"Review\": \" \"}\n\n", "predict", "run");
    assertThat(result.exitCode()).isEqualTo(2);
    var lines = result.out().lines().toList();
    assertThat(lines).hasSize(5);
    assertThat(lines.get(0)).contains("\"error\":\"standard input, line 1: the text is empty");
    assertThat(lines.get(2)).contains("\"error\":\"standard input, line 3: the text is empty");
    assertThat(lines.get(3)).isEqualTo(lines.get(1));
    assertThat(lines.get(4)).contains("\"error\":\"standard input, line 5: the text is empty");
  }

  /// A classifier of numbers could not read the file that it was trained on.
  @Test
  void numbersAreReadAsTheyWereInTraining() throws IOException {
    var text = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      text.append("{\"x\": [%d, %d], \"kind\": \"%s\"}%n".formatted(i % 2 * 9, i,
          i % 2 == 0 ? "a" : "b"));
    }
    Files.writeString(folder.resolve("arrays.jsonl"), text);
    var trained = commands.run("train", "classify", "arrays.jsonl", "--label", "kind", "--epochs",
        "2", "--threads", "1", "--out", "arrays");
    assertThat(trained.err()).isEmpty();
    assertThat(trained.out()).contains("predict " + folder.resolve("arrays") + " new.jsonl");
    var result = commands.run("predict", "arrays", "arrays.jsonl");
    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines()).hasSize(40);
  }

  @Test
  void aClassifierIsDescribedAndLookedInto() {
    train("--quiet");
    assertThat(commands.run("info", "run").out()).contains("task         classify",
        "columns    text Review, label sentiment", "split      train 54, validation 6, seed 1");
    var looked = commands.run("xray", "run", "--out", "xray.html");
    assertThat(looked.err()).isEmpty();
    assertThat(looked.exitCode()).isZero();
    assertThat(commands.run("evaluate", "run", "--data", "reviews.csv").out())
        .startsWith("note: it was trained on these data");
    assertThat(commands.run("train", "clasify", "reviews.csv").err())
        .contains("there is no 'clasify'; did you mean classify?");
    assertThat(commands.run("train", "classify", "reviews.csv", "--epochs", "0").err())
        .contains("--epochs is 0, expected a number from 1 to 1,000,000");
  }

  @Test
  void filesOfEveryKindAreAnswered() throws IOException {
    train("--quiet");
    Files.writeString(folder.resolve("new.csv"), "Review,x\n\"good, very\",1\nbad,2\n");
    Files.writeString(folder.resolve("new.tsv"), "Review\ngood\nbad\n");
    Files.writeString(folder.resolve("new.jsonl"), "{\"text\": \"good\"}\n{\"Review\": \"bad\"}\n");
    Files.writeString(folder.resolve("new.txt"), "good\nbad\n");
    Files.createDirectories(folder.resolve("texts/a"));
    Files.writeString(folder.resolve("texts/a/1.txt"), "good");
    Files.writeString(folder.resolve("texts/a/2.txt"), "bad");
    for (var file : List.of("new.csv", "new.tsv", "new.jsonl", "new.txt", "texts")) {
      var result = commands.run("predict", "run", file);
      assertThat(result.err()).as(file).isEmpty();
      assertThat(result.out().lines()).as(file).hasSize(2);
      assertThat(answer(result.out().lines().toList().getFirst()).string("label")).as(file)
          .isEqualTo("pos");
      assertThat(answer(result.out().lines().toList().getLast()).string("label")).as(file)
          .isEqualTo("neg");
    }
  }

  @Test
  void anUnseenLabelIsWrongAndTold() throws IOException {
    train("--quiet");
    Files.writeString(folder.resolve("test.csv"),
        "Review,sentiment\ngood,pos\nbad,neg\nbad,neg\nso so,neutral\n");
    var result = commands.run("evaluate", "run", "--data", "test.csv");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("accuracy                   75.0 %")
        .contains("1 × \"neutral\": counted as wrong, as the model does not know it");
    assertThat(answer(commands.run("evaluate", "run", "--data", "test.csv", "--json").out())
        .number("accuracy")).isEqualTo(0.75);
    assertThat(commands.run("evaluate", "run").out()).contains("samples of ", "that validated");
  }

  @Test
  void numbersOverTimeAreClassified() throws IOException {
    var train = new StringBuilder("@dimensions 2\n@classLabel true up down\n@data\n");
    for (int i = 0; i < 40; i++) {
      train.append(i % 2 == 0 ? "1,2,3:0,0,0:up\n" : "3,2,1,0:0,0,0,0:down\n");
    }
    Files.writeString(folder.resolve("w.ts"), train);
    var trained =
        commands.run("train", "classify", "w.ts", "--epochs", "8", "--threads", "1", "--out",
            "waves", "--test", "w.ts");
    assertThat(trained.err()).isEmpty();
    assertThat(trained.out()).contains("40 sequences of 3 to 4 steps and 2 channels",
        "w.ts: 40 sequences");
    var result = commands.runWith("[[1, 0], [2, null], [3.5, 0]]\n[[3, 0], [2, 0]]\n[1, 2]\ntext\n",
        "predict", "waves");
    var lines = result.out().lines().toList();
    assertThat(answer(lines.get(0)).string("label")).isEqualTo("up");
    assertThat(answer(lines.get(1)).string("label")).isEqualTo("down");
    assertThat(answer(lines.get(2)).string("error"))
        .isEqualTo("standard input, line 3: 1 numbers a step, but the classifier reads 2.");
    assertThat(answer(lines.get(3)).string("error")).startsWith("standard input, line 4");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(commands.run("predict", "waves", "w.ts").out().lines()).hasSize(40);
  }

  @Test
  void foldsAreTestedOnce() {
    var result = commands.run("train", "classify", "reviews.csv", "--folds", "3", "--epochs", "12",
        "--threads", "1");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("fold 3: accuracy 100.00 %",
        "3 folds: accuracy 100.00 % (from"
            + " fold to fold ± 0.00), always \"neg\" 50.00 %; macro F1 100.00 %");
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '@', value = {
    "train classify@Missing required parameter: 'DATA'",
    "train classify none.csv@there is no file",
    "train classify reviews.csv --text reviw@did you mean \"Review\"?",
    "train classify reviews.csv --label id@different labels for 60 samples are too many",
    "train classify reviews.csv --validation 2@--validation is 2, expected a share",
    "train classify reviews.csv --folds 1@--folds is 1, expected at least 2",
    "train classify reviews.csv --folds 3 --out x@--folds keeps no classifier",
    "train classify head.csv@has a head, but no rows; give at least one",
    "train classify one.csv@all 2 samples have the label \"a\", expected two labels or more",
  })
  void mistakesAreOneSentence(String command, String message) throws IOException {
    Files.writeString(folder.resolve("head.csv"), "text,label\n");
    Files.writeString(folder.resolve("one.csv"), "text,label\nx,a\ny,a\n");
    var result = commands.run(command.split(" "));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).startsWith("unroll: ").contains(message).hasLineCount(1);
  }

  @Test
  void aHeadAloneIsNoAnswer() throws IOException {
    train("--quiet");
    Files.writeString(folder.resolve("head.csv"), "Review\n");
    var result = commands.run("predict", "run", "head.csv");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("has a head, but no rows");
  }
}

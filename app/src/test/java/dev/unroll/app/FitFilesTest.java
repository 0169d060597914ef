package dev.unroll.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.format.json.JsonFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Faults that were seen when `unroll fit` met files of other people.
class FitFilesTest {
  @TempDir
  private Path folder;

  private Commands commands;

  @BeforeEach
  void commands() {
    commands = new Commands(folder);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private Commands.Result fit(String file, String... more) {
    var args = new ArrayList<>(List.of("fit", file, "--hidden", "5", "--embedding", "4",
        "--batch", "4", "--epochs", "2", "--threads", "1"));
    if (!List.of(more).contains("--out")) {
      args.addAll(List.of("--out", "run"));
    }
    args.addAll(List.of(more));
    return commands.run(args);
  }

  /// A model of words could not meet a new word, and the first bad line ended a stream.
  @Test
  void newWordsAreUnknownAndABadLineDoesNotDelayTheOthers() throws IOException {
    write("w.jsonl", ("""
        {"input":"good film","target":"p"}
        {"input":"bad film","target":"n"}
        """).repeat(10));
    assertThat(fit("w.jsonl", "--input", "words").err()).isEmpty();
    var answers = commands.runWith("{\"input\":\"great film\"}\nx\n{\"input\":\"bad film\"}\n",
        "predict", "run");
    assertThat(answers.exitCode()).isEqualTo(2);
    var lines = answers.out().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).startsWith("{\"label\":");
    assertThat(lines.get(1)).startsWith("{\"error\":\"standard input, line 2: not JSON");
    assertThat(lines.get(2)).startsWith("{\"label\":");
    assertThat(answers.err()).contains("standard input, line 2: not JSON",
        "one input could not be answered, as said above");
  }

  /// The vocabulary had held the words of the validation part, which hid that new words fail.
  @Test
  void theVocabularyIsThatOfTheTrainingPart() throws IOException {
    var text = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      text.append("{\"input\":[\"w%d\",\"%s\"],\"target\":\"%s\"}\n".formatted(i,
          i % 2 == 0 ? "yes" : "no", i % 2 == 0 ? "p" : "n"));
    }
    write("w.jsonl", text.toString());
    assertThat(fit("w.jsonl").out()).contains(
        "unknown    4 of 42 symbols of inputs are rare in the training part, and read as <unk>");
    assertThat(commands.run("info", "run").out()).contains("39 symbols: <unk> no");
  }

  @Test
  void rareWordsAreUnknownInTrainingToo() throws IOException {
    var text = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      text.append("{\"input\":[\"w%d\",\"%s\"],\"target\":\"%s\"}\n".formatted(i,
          i % 2 == 0 ? "yes" : "no", i % 2 == 0 ? "p" : "n"));
    }
    write("w.jsonl", text.toString());
    assertThat(fit("w.jsonl", "--min-count", "2").out()).contains(
        "unknown    40 of 42 symbols of inputs are rare in the training part, and read as <unk>");
    assertThat(commands.run("info", "run").out()).contains("3 symbols: <unk> no yes");
    assertThat(commands.run("evaluate", "run").exitCode()).isZero();
  }

  /// A random share of windows that overlap had validated.
  @Test
  void windowsThatOverlapAreDividedByTime() throws IOException {
    var text = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      text.append("{\"input\":[%s,%s,%s],\"target\":%s}\n".formatted(wave(i), wave(i + 1),
          wave(i + 2), wave(i + 3)));
    }
    write("s.jsonl", text.toString());
    assertThat(fit("s.jsonl").out()).contains("33 examples to train, 4 to validate",
        "the last examples validate, as inputs overlap or --in-order says; 3 between the parts");
    assertThat(commands.run("evaluate", "run").out()).contains("(4 examples)",
        "mean absolute error, in the units of the data", "if every answer were the mean");
    assertThat(fit("s.jsonl", "--out", "all", "--validation", "0").out())
        .contains("40 examples to train, 0 to validate");
  }

  private static double wave(int i) {
    return Math.round(100 * Math.sin(i)) / 100.0 + 0.001 * i;
  }

  @Test
  void groupsAreNotDivided() throws IOException {
    var text = new StringBuilder("who,input,target\n");
    for (int i = 0; i < 40; i++) {
      text.append("p%d,%s,%s\n".formatted(i / 4, wave(i), i % 2 == 0 ? "a" : "b"));
    }
    write("g.csv", text.toString());
    assertThat(fit("g.csv", "--group", "who").out()).contains("36 examples to train, 4 to validate",
        "split      whole groups by who");
    assertThat(commands.run("evaluate", "run").out()).contains("(4 examples)");
  }

  /// A label that the model does not know had ended an evaluation.
  @Test
  void anUnknownLabelCountsAsWrong() throws IOException {
    write("w.jsonl", ("""
        {"input":"aaa","target":"p"}
        {"input":"bbb","target":"n"}
        """).repeat(10));
    fit("w.jsonl");
    write("t.jsonl",
        "{\"input\":\"aaa\",\"target\":\"p\"}\n{\"input\":\"bbb\",\"target\":\"q\"}\n");
    var json = JsonFields.parse(
        commands.run("evaluate", "run", "--data", "t.jsonl", "--json").out(), "evaluate");
    assertThat(json.integer("unknownLabels")).isEqualTo(1);
    assertThat(json.number("accuracy")).isIn(0.0, 0.5);
    assertThat(commands.run("evaluate", "run", "--data", "t.jsonl").out()).contains(
        "1 examples have a label that the model does not know, such as \"q\"; they count as wrong");
  }

  @Test
  void theKeptEpochIsChosen() throws IOException {
    write("w.jsonl", ("""
        {"input":"aaa","target":"p"}
        {"input":"bbb","target":"n"}
        """).repeat(10));
    assertThat(fit("w.jsonl").out())
        .contains("keeps      the epoch with the best validation accuracy");
    assertThat(fit("w.jsonl", "--out", "b", "--monitor", "loss", "--patience", "1").out()).contains(
        "keeps      the epoch with the best validation loss; stops after 1 epochs without");
    assertThat(fit("w.jsonl", "--out", "c", "--keep", "last").out())
        .contains("keeps      the last epoch");
    var resumed = commands.run("fit", "--resume", "c");
    assertThat(resumed.err()).doesNotContain("monitor");
    write("n.csv", "input,target\n" + "1 2,0.5\n2 3,0.7\n".repeat(10));
    assertThat(fit("n.csv", "--out", "d", "--monitor", "accuracy").err())
        .contains("--monitor accuracy is for labels, but the targets are rows of 1 number");
  }

  /// Rows of 0 and 1 had got a squared loss.
  @Test
  void targetsOfZeroAndOneAreBits() throws IOException {
    write("b.jsonl", ("""
        {"input":[1,2],"target":[[0,1,1]]}
        {"input":[2,1],"target":[[1,0,1]]}
        """).repeat(10));
    assertThat(fit("b.jsonl").out()).contains("loss binary-cross-entropy");
  }

  /// Attention with targets that are numbers had always failed, by an option that does not exist.
  @Test
  void attentionWritesNumbers() throws IOException {
    write("a.jsonl", ("""
        {"input":[[1,2],[3,4]],"target":[[0.5],[1.5],[2.5]]}
        {"input":[[2,1]],"target":[[0.25]]}
        """).repeat(10));
    var fitted = fit("a.jsonl", "--structure", "encoder-decoder", "--attention", "additive");
    assertThat(fitted.err()).isEmpty();
    assertThat(commands.run("predict", "run", "a.jsonl").out()).contains("{\"numbers\":[");
  }

  /// A loss of 1e30 had been printed with all its digits.
  @Test
  void largeLossesAreShort() throws IOException {
    var text = new StringBuilder("input,target\n");
    for (int i = 0; i < 20; i++) {
      text.append("%de15,%de15\n".formatted(i, i % 7));
    }
    write("n.csv", text.toString());
    assertThat(fit("n.csv", "--scale", "none").out())
        .containsPattern("training loss \\d\\.\\d{3}e\\+\\d\\d, validation loss \\d\\.\\d{3}e\\+");
  }

  /// Copies of an input had been on both sides of the split, without a word.
  @Test
  void copiesStayOnOneSide() throws IOException {
    var text = new StringBuilder();
    for (int i = 0; i < 80; i++) {
      text.append("{\"input\":\"n%d\",\"target\":\"%s\"}\n".formatted(i % 40,
          i % 4 == 0 ? "p" : "n"));
    }
    write("c.jsonl", text.toString());
    var result = fit("c.jsonl");
    assertThat(result.out()).contains("72 examples to train, 8 to validate",
        "split      copies of an example are on one side")
        .doesNotContain("of the training part: their figures");
    assertThat(result.out()).contains("the most frequent label of the training part alone: ",
        " predict ").contains("new.jsonl");
    write("few.jsonl", ("""
        {"input":"aa","target":"p"}
        {"input":"bb","target":"n"}
        """).repeat(10));
    assertThat(fit("few.jsonl", "--out", "few").out()).contains(
        "note       2 of the 2 examples to validate have an input of the training part");
  }
}

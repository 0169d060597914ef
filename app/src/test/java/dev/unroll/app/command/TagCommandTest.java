package dev.unroll.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.Commands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From a CoNLL file to tagged text, as a person would do it.
class TagCommandTest {
  @TempDir
  private Path folder;

  private Commands commands;

  @BeforeEach
  void write() throws IOException {
    commands = new Commands(folder);
    Files.writeString(folder.resolve("train.conll"), sentences(120, 1));
    Files.writeString(folder.resolve("dev.conll"), sentences(20, 2));
    Files.writeString(folder.resolve("test.conll"), sentences(20, 3));
  }

  private static String sentences(int count, int seed) {
    var random = new Random(seed);
    var people = List.of("Nakamura", "Yamamoto", "Hashimoto", "Sakamoto");
    var cities = List.of("Oslo", "Lima", "Rome", "Bergen");
    var text = new StringBuilder("-DOCSTART- -X- O\n\n");
    for (int i = 0; i < count; i++) {
      text.append("""
          %s NNP B-PER
          flew VBD O
          to IN O
          %s NNP B-LOC
          . . O

          """.formatted(people.get(random.nextInt(4)), cities.get(random.nextInt(4))));
    }
    return text.toString();
  }

  private Commands.Result train(String... more) {
    var args = new ArrayList<>(List.of("train", "tag", "train.conll", "--epochs", "4", "--threads",
        "1"));
    args.addAll(List.of(more));
    return commands.run(args);
  }

  @Test
  void aFileBecomesATaggerAndATextItsNames() throws IOException {
    var trained = train("--validation", "dev.conll", "--test", "test.conll");
    assertThat(trained.err()).isEmpty();
    assertThat(trained.exitCode()).isZero();
    assertThat(trained.out()).contains("data      120 sentences, 600 tokens in",
        "(--column)", "spans of 2 types in BIO", "20 of " + folder.resolve("dev.conll"),
        "best F1 of spans in validation", "epoch 4/4: training loss",
        "most frequent tag of each word", "F1 of spans", "accuracy of tokens",
        "predict " + folder.resolve("runs/tag-1"),
        "sentences of the test are in the training part as well");
    assertThat(folder.resolve("runs/tag-1/report.html")).content()
        .contains("Types of spans", "Confusions", "Mistakes in their sentences");

    var said = commands.runWith("Nakamura flew to Rome.\n", "predict", "runs/tag-1");
    assertThat(said.exitCode()).isZero();
    assertThat(said.out()).startsWith("{\"tokens\":[\"Nakamura\",\"flew\",\"to\",\"Rome\",\".\"],"
        + "\"tags\":[\"B-PER\",\"O\",\"O\",\"B-LOC\",\"O\"],\"probabilities\":[")
        .contains("\"spans\":[{\"text\":\"Nakamura\",\"type\":\"PER\",\"from\":0,\"to\":1,"
            + "\"start\":0,\"end\":8,");
    assertThat(commands.runWith("Nakamura flew to Rome.\n", "predict", "runs/tag-1", "--format",
        "conll").out()).isEqualTo("Nakamura\tB-PER\nflew\tO\nto\tO\nRome\tB-LOC\n.\tO\n\n");

    var figures = commands.run("evaluate", "runs/tag-1", "test.conll");
    assertThat(figures.exitCode()).isZero();
    assertThat(trained.out()).contains(figures.out().strip());
    assertThat(commands.run("evaluate", "runs/tag-1", "--data", "test.conll").out())
        .isEqualTo(figures.out());
    assertThat(commands.run("evaluate", "runs/tag-1", "--json").out()).startsWith("{\"data\":");
    // Only a classifier said so.
    var known = "note: it was trained on these data, so that the figures are too good";
    assertThat(figures.out()).doesNotContain(known);
    assertThat(commands.run("evaluate", "runs/tag-1", "train.conll").out()).contains(known);
    assertThat(commands.run("evaluate", "runs/tag-1", "train.conll", "--json").out())
        .startsWith("{\"data\":");
    assertThat(commands.run("evaluate", "runs/tag-1", "test.conll", "--data", "x").exitCode())
        .isEqualTo(2);
    assertThat(commands.run("info", "runs/tag-1").out()).contains("loss span-chain", "letters ");
    var looked = commands.run("xray", "runs/tag-1", "--data", "test.conll", "--example", "1");
    assertThat(looked.err()).isEmpty();
    assertThat(looked.out()).contains("examples of test.conll, number 1 in full");
    assertThat(folder.resolve("runs/tag-1/xray.html")).content().contains("Nakamura");
    assertRefused("does not say what it was trained on; give the data by --data", "xray",
        "runs/tag-1");
    assertRefused("is a model of unroll train tag, which answers inputs; use unroll predict",
        "generate", "runs/tag-1");
  }

  /// A bad line is answered by its error, and the others still are.
  @Test
  void aLineThatCannotBeReadIsReportedAlone() throws IOException {
    assertThat(train("--validation", "0", "--quiet").exitCode()).isZero();
    Files.writeString(folder.resolve("new.jsonl"), """
        {"tokens": ["Nakamura", "flew"]}
        {"tokens": 3}
        {"text": "to Oslo"}
        """);
    var said = commands.run("predict", "runs/tag-1", "new.jsonl");
    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.out().lines()).hasSize(3).element(1).asString()
        .contains("\"error\":", "line 2: there is no field");
    assertThat(said.out().lines().toList().getLast()).contains("\"tokens\":[\"to\",\"Oslo\"]");
    var conll = commands.run("predict", "runs/tag-1", "test.conll", "--format", "conll");
    assertThat(conll.exitCode()).isZero();
    assertThat(conll.out().split("\n\n")).hasSize(20);
  }

  /// A `.txt` file with columns was read as texts, `#` and tags included; one bad sentence or byte
  /// made all others unanswered or unreadable.
  @Test
  void inputsAreWhatTheyLookLikeOrWhatIsSaid() throws IOException {
    assertThat(train("--validation", "0", "--quiet").exitCode()).isZero();
    var columns = "# s1\nto\tO\nOslo\tB-LOC\n\nflew\tVBD\tO\n\nto\n\n";
    Files.write(folder.resolve("new.txt"), (columns + "\u00f6\tO\n\n.\tO\n")
        .getBytes(StandardCharsets.ISO_8859_1));
    var said = commands.run("predict", "runs/tag-1", "new.txt", "--input", "conll", "--format",
        "conll");
    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.out().split("\n\n")).hasSize(5);
    assertThat(said.out()).startsWith("to\tO\nOslo\tB-LOC\n\n# error: ").endsWith(".\tO\n\n")
        .contains("line 5 has 3 columns, but line 2 has 2", "line 9: not UTF-8");

    Files.writeString(folder.resolve("looks.txt"), "to\tO\nOslo\tB-LOC\n\n.\tO\n");
    assertThat(commands.run("predict", "runs/tag-1", "looks.txt").out())
        .contains("[\"to\",\"Oslo\"]").doesNotContain("\"B-LOC\",\"");
    assertThat(commands.runWith("to\nOslo\n\n.\n", "predict", "runs/tag-1", "--input", "conll")
        .out().lines()).hasSize(2);
    assertThat(commands.runWith("{to}\n", "predict", "runs/tag-1", "--input", "text").out())
        .contains("[\"{\",\"to\",\"}\"]");

    Files.write(folder.resolve("lines.txt"), "to Oslo\n\n\u00f6\nto Rome\n\n"
        .getBytes(StandardCharsets.ISO_8859_1));
    var lines = commands.run("predict", "runs/tag-1", "lines.txt");
    assertThat(lines.exitCode()).isEqualTo(2);
    assertThat(lines.out().lines()).hasSize(4).element(1).asString().contains("error", "line 2");
    assertThat(lines.out()).contains("line 3: not UTF-8", "Rome");
  }

  /// They were ignored without a word.
  @Test
  void optionsOfOtherTasksAreRefused() throws IOException {
    assertThat(train("--validation", "0", "--quiet").exitCode()).isZero();
    for (var option : List.of("--beam 3", "--monte-carlo 3", "--text x", "--all", "--longest 3")) {
      var name = option.split(" ")[0];
      var args = new ArrayList<>(List.of("predict", "runs/tag-1", "test.conll"));
      args.addAll(List.of(option.split(" ")));
      assertRefused(name + " is for ", args.toArray(String[]::new));
    }
    assertRefused("--label is for a classifier or a transducer or a detector, but the model is a "
        + "tagger", "evaluate", "runs/tag-1", "test.conll", "--label", "x");
    assertRefused("--input words is not for taggers", "predict", "runs/tag-1", "test.conll",
        "--input", "words");
    assertRefused("no tag of column 2 is one of spans", "evaluate", "runs/tag-1", "test.conll",
        "--column", "2");
    assertThat(commands.run("evaluate", "runs/tag-1", "test.conll", "--column", "3").out())
        .isEqualTo(commands.run("evaluate", "runs/tag-1", "test.conll").out());
    Files.writeString(folder.resolve("a.jsonl"), "{\"tokens\": [\"a\"], \"tags\": [\"O\"]}\n");
    assertRefused("--column is for columns", "train", "tag", "a.jsonl", "--column", "2");
    assertRefused("--column is for columns", "evaluate", "runs/tag-1", "a.jsonl", "--column",
        "2");
  }

  /// There is no validation loss, and one is no plural.
  @Test
  void oneSentenceHasNoValidation() throws IOException {
    Files.writeString(folder.resolve("one.conll"), "to O\nOslo B-LOC\n");
    var trained = commands.run("train", "tag", "one.conll", "--epochs", "1", "--threads", "1");
    assertThat(trained.exitCode()).isZero();
    assertThat(trained.out()).contains("1 sentence, 2 tokens in", "1 epoch, of which the last",
        "the 1 sentence of", "epoch 1/1: training loss").doesNotContain("validation loss");
  }

  @Test
  void badInputIsOneSentence() throws IOException {
    Files.writeString(folder.resolve("short.conll"), "a O\nb\n");
    assertRefused("line 2 has 1 column, but line 1 has 2", "train", "tag", "short.conll");
    assertRefused("there is no column \"9\", expected 1 to 3", "train", "tag", "train.conll",
        "--column", "9");
    Files.writeString(folder.resolve("one.conll"), "a O\nb O\n");
    assertRefused("all 2 tokens have the tag \"O\"", "train", "tag", "one.conll");
    assertRefused("no.conll", "train", "tag", "no.conll");
    assertRefused("--validation is 2", "train", "tag", "train.conll", "--validation", "2");
  }

  private void assertRefused(String sentence, String... args) {
    var result = commands.run(List.of(args));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).contains(sentence);
  }

  /// Which class comes depends on the one before it alone: 0 1 2 0 1 2 …, from a first one that is
  /// not told. Of probabilities of each step alone, the answer was no sequence that can be.
  @Test
  void aChainAnswersWithTheMostProbableSequence() throws IOException {
    var text = new StringBuilder();
    for (int i = 0; i < 90; i++) {
      int k = i % 3;
      text.append("{\"input\": [0, 0, 0, 0, 0], \"target\": [%d, %d, %d, %d, %d]}%n".formatted(k,
          (k + 1) % 3, (k + 2) % 3, k, (k + 1) % 3));
    }
    Files.writeString(folder.resolve("chain.jsonl"), text);
    var trained = commands.run("fit", "chain.jsonl", "--input", "symbols", "--target", "symbols",
        "--structure", "sequence-to-sequence", "--loss", "chain", "--epochs", "60", "--lr", "0.1",
        "--hidden", "4", "--monitor", "loss", "--threads", "1", "--quiet", "--out", "runs/chain");
    assertThat(trained.err()).isEmpty();
    var said = commands.runWith("{\"input\": [0, 0, 0, 0, 0]}", "predict", "runs/chain").out();
    assertThat(said).containsAnyOf("[0,1,2,0,1]", "[1,2,0,1,2]", "[2,0,1,2,0]");
  }

  /// Parts of speech are another column of the same file.
  @Test
  void anotherColumnIsLearned() {
    var trained = train("--validation", "dev.conll", "--column", "2");
    assertThat(trained.exitCode()).isZero();
    assertThat(trained.out()).contains("in column 2", "4 tags, each a label", "best accuracy");
    assertThat(commands.run("evaluate", "runs/tag-1", "test.conll").out()).contains("NNP");
  }
}

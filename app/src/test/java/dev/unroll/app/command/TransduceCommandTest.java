package dev.unroll.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.Commands;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import dev.unroll.task.transduce.Transducer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `unroll train transduce`, and `predict` and `evaluate` on what it makes.
class TransduceCommandTest {
  private static final List<String> WORDS = List.of("cat", "dog", "tree", "rain", "sun", "moon");

  @TempDir
  private Path folder;

  private Commands commands;

  @BeforeEach
  void write() throws IOException {
    commands = new Commands(folder);
    var pairs = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      WORDS.forEach(word -> pairs.append(word).append('\t').append(spelled(word)).append('\n'));
    }
    Files.writeString(folder.resolve("words.tsv"), pairs);
  }

  private static String spelled(String word) {
    return String.join(" ", word.toUpperCase(Locale.ROOT).split(""));
  }

  private Commands.Result train(String... more) {
    var args = new ArrayList<>(List.of("train", "transduce", "words.tsv", "--threads", "1", "--out",
        "run"));
    args.addAll(List.of(more));
    return commands.run(args);
  }

  private void trainOnAll() {
    assertThat(train("--validation", "0", "--epochs", "25", "--quiet", "--source-tokens",
        "characters", "--target-tokens", "words").exitCode()).isZero();
  }

  private static JsonFields answer(String line) throws FormatException {
    return JsonFields.parse(line, "the answer");
  }

  @Test
  void whatWasUnderstoodAndTheFiguresArePrinted() throws IOException {
    var result = train("--epochs", "1", "--test", "words.tsv", "--beam", "2");
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .contains("data      120 pairs of", "\"cat\" → \"C A T\"  (--source, --target)")
        .contains("\"column 1\" by its place, \"column 2\" by its place")
        .contains("reads     sources by characters", "reads     targets by words")
        .contains("split     100 to train, 20 to validate: equal sources on the same side, seed 1"
            + "  (--validation, --seed)")
        .contains("training  up to 1 epoch,")
        .contains("1 source of ", "that validated: the epoch was chosen by them")
        .contains("120 pairs, 6 different sources, beam of 2")
        .contains("note: 5 sources of the test are in the training part as well")
        .contains("predict " + folder.resolve("run") + " new.txt");
    assertThat(Files.readString(folder.resolve("run/report.html")))
        .contains("Where it looks", "Most confident mistakes", "symbol error rate",
            "120 pairs, 6 different sources, beam of 2", "a source of the training");
    assertThat(Transducer.load(folder.resolve("run/model.safetensors")).columns())
        .containsExactly("column 1", "column 2");
  }

  /// Of three files the middle one was ignored, and the last one read as the targets.
  @Test
  void threeFilesAreRefused() {
    var result = commands.run("train", "transduce", "words.tsv", "words.tsv", "words.tsv");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains(
        "3 files are given, expected one of pairs, or two of lines: the sources and the targets");
  }

  /// The figure that chooses the epoch was not shown; and without validation data the training
  /// loss was shown twice, once as that of the validation.
  @Test
  void anEpochSaysWhatItIsChosenBy() {
    assertThat(train("--epochs", "1").out())
        .containsPattern("epoch 1/1: training loss .*, validation loss .*, exact match "
            + "[0-9.]+ %, the best so far");
    assertThat(commands.run("train", "transduce", "words.tsv", "--epochs", "1", "--validation", "0",
        "--threads", "1").out()).contains("epoch 1/1: training loss ")
        .doesNotContain("validation loss", "exact match 0");
  }

  /// The folder was found to be in use after the data had been read.
  @Test
  void aFolderInUseIsNoticedFirst() throws IOException {
    Files.createDirectories(folder.resolve("run"));
    Files.writeString(folder.resolve("run/model.safetensors"), "x");
    for (var task : List.of("transduce", "tag", "classify")) {
      var result = commands.run("train", task, "none.csv", "--out", "run");
      assertThat(result.exitCode()).as(task).isEqualTo(2);
      assertThat(result.err()).as(task).contains(folder.resolve("run").toString())
          .doesNotContain("none.csv");
    }
  }

  /// No answer is empty, as no target of the training is, and none has the unknown symbol.
  @Test
  void answersHaveTextAlone() throws IOException {
    var pairs = new StringBuilder();
    for (int i = 0; i < 1_200; i++) { // so many that symbols that occur once are unknown
      pairs.append("word%d\tone %s\n".formatted(i, Character.toString(0x4e00 + i)));
    }
    Files.writeString(folder.resolve("rare.tsv"), pairs);
    assertThat(commands.run("train", "transduce", "rare.tsv", "--epochs", "1", "--threads", "1",
        "--out", "run", "--tokens", "words").err()).isEmpty();
    var result = commands.runWith("word1\nword2\n", "predict", "run", "--all");
    assertThat(result.out().lines()).hasSize(2);
    assertThat(result.out()).contains("one").doesNotContain("<unk>", "\"output\":\"\"");
  }

  /// The head was learned as a pair; the first pair is not taken as one.
  @Test
  void aHeadOfUsualNamesIsTakenAsOne() throws IOException {
    var words = Files.readString(folder.resolve("words.tsv"));
    Files.writeString(folder.resolve("head.tsv"), "english\tgerman\n" + words);
    assertThat(commands.run("train", "transduce", "head.tsv", "--epochs", "1", "--threads", "1",
        "--out", "run").out()).contains("120 pairs", "\"english\" becomes \"german\"",
            "the first line is taken as a head, as its cells occur nowhere else");
    Files.writeString(folder.resolve("twice.tsv"), "english\tgerman\nenglish\tx\n" + words);
    assertThat(commands.run("train", "transduce", "twice.tsv", "--epochs", "1", "--threads", "1")
        .out()).contains("122 pairs", "the first line is read as a pair");
    Files.writeString(folder.resolve("new.tsv"), "english\tgerman\ncat\nsun\tS U N\n");
    var answers = commands.run("predict", "run", "new.tsv");
    assertThat(answers.err()).as("a line without a target").isEmpty();
    assertThat(answers.out().lines()).hasSize(2);
  }

  /// Quoting was advised where the file of the targets was forgotten.
  @Test
  void aForgottenFileOfTargetsIsNamed() throws IOException {
    Files.writeString(folder.resolve("a.src"), "24 February 1960\nMar 25, 1965\n");
    var result = commands.run("train", "transduce", "a.src");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("has no columns of sources and targets; give a file with two "
        + "columns, or the file of the targets as well").doesNotContain("quote");
  }

  /// `word` was refused where `words` was expected, and `characters` where `character` was.
  @Test
  void unitsAreInTheSingularOrThePlural() throws IOException {
    Files.writeString(folder.resolve("text.txt"), "some text\n".repeat(100));
    assertThat(train("--tokens", "word", "--epochs", "1").exitCode()).isZero();
    assertThat(commands.run("train", "text", "--data", "text.txt", "--tokens", "characters",
        "--batch", "0").err()).contains("--batch").doesNotContain("--tokens");
    assertThat(train("--tokens", "letters").err())
        .contains("expected one of [characters, words, subwords] but was 'letters'");
  }

  @Test
  void nothingIsGeneratedWithATransducer() {
    trainOnAll();
    assertThat(commands.run("generate", "run").err())
        .contains("is a model of unroll train transduce, which answers inputs; use unroll predict");
  }

  @Test
  void aBadLineIsToldAndTheOthersAreAnswered() throws IOException {
    trainOnAll();
    var result = commands.runWith("""
        cat
        {"other": 1}
        {"input": "sun"}
        %s
        never
        """.formatted("x".repeat(2_001)), "predict", "run");
    assertThat(result.exitCode()).isEqualTo(2);
    var lines = result.out().lines().toList();
    assertThat(lines).hasSize(5);
    assertThat(answer(lines.get(0)).string("output")).isEqualTo("C A T");
    assertThat(answer(lines.get(0)).number("probability")).isBetween(0.2, 1.0);
    assertThat(answer(lines.get(1)).string("error")).startsWith("standard input, line 2: ");
    assertThat(answer(lines.get(2)).string("output")).isEqualTo("S U N");
    assertThat(answer(lines.get(3)).string("error"))
        .startsWith("standard input, line 4: \"xxx").contains("at most 2000 are read");
    assertThat(answer(lines.get(4)).has("output")).isTrue();
    assertThat(result.err()).contains("unroll: 2 inputs could not be answered, as said above");
  }

  @Test
  void filesOfEveryKindAreAnswered() throws IOException {
    trainOnAll();
    Files.writeString(folder.resolve("new.csv"), "word,x\nrain,1\nsun,2\n");
    Files.writeString(folder.resolve("new.jsonl"), """
        {"source": "rain"}
        {"input": "sun"}
        """);
    Files.writeString(folder.resolve("new.txt"), "rain\nsun\n");
    Files.writeString(folder.resolve("pairs.tsv"), "rain\tR\nsun\tS\n");
    for (var file : List.of("new.csv", "new.jsonl", "new.txt", "pairs.tsv")) {
      var result = commands.run("predict", "run", file, "--all", "--beam", "3");
      assertThat(result.err()).as(file).isEmpty();
      var lines = result.out().lines().toList();
      assertThat(lines).as(file).hasSize(2);
      assertThat(answer(lines.getFirst()).string("output")).as(file).isEqualTo("R A I N");
      assertThat(answer(lines.getLast()).string("output")).as(file).isEqualTo("S U N");
      assertThat(answer(lines.getLast()).objects("all")).as(file).isNotEmpty();
    }
  }

  @Test
  void itIsEvaluatedOnAFileOrByItsReport() throws IOException {
    trainOnAll();
    Files.writeString(folder.resolve("test.tsv"), "cat\tC A T\nsun\tS U X\nsun\tS U N\ndog\tD\n");
    assertThat(commands.run("xray", "run", "--data", "test.tsv", "--example", "1").out())
        .contains("examples of test.tsv, number 1 in full");
    var result = commands.run("evaluate", "run", "test.tsv", "--json", "--beam", "3");
    assertThat(result.err()).isEmpty();
    var report = answer(result.out());
    assertThat(report.integer("sources")).isEqualTo(3);
    assertThat(report.object("model").number("exactMatch")).isEqualTo(2.0 / 3);
    assertThat(commands.run("evaluate", "run").out()).contains("word error rate");
    // Only a classifier said so.
    var known = "note: it was trained on these data, so that the figures are too good";
    assertThat(commands.run("evaluate", "run", "test.tsv").out()).doesNotContain(known);
    assertThat(commands.run("evaluate", "run", "words.tsv").out()).contains(known);
    assertThat(commands.run("evaluate", "run", "test.tsv", "--data", "test.tsv").err())
        .contains("both say what to evaluate on");
    assertThat(commands.run("evaluate", "run", "--split", "all").err())
        .contains("--split is not for transducers");
  }

  @Test
  void linesOfTwoFilesAreRead() throws IOException {
    Files.writeString(folder.resolve("a.src"), String.join("\n", WORDS));
    Files.writeString(folder.resolve("a.tgt"),
        String.join("\n", WORDS.stream().map(TransduceCommandTest::spelled).toList()));
    Files.writeString(folder.resolve("b.tgt"), "one\n");
    var result = commands.run("train", "transduce", "a.src", "a.tgt", "--validation",
        "a.src,b.tgt", "--threads", "1");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("has 6 lines, but ", "b.tgt has 1; expected as many");
    Files.writeString(folder.resolve("v.src"), "cow\n");
    Files.writeString(folder.resolve("v.tgt"), "C O W\n");
    var trained = commands.run("train", "transduce", "a.src", "a.tgt", "--validation",
        "v.src,v.tgt", "--threads", "1", "--epochs", "1", "--out", "lines");
    assertThat(trained.err()).isEmpty();
    assertThat(trained.out()).contains("6 to train, 1 of ");
    assertThat(commands.run("train", "transduce", "a.src", "a.tgt", "--source", "x").err())
        .contains("two files of lines have no columns");
  }

  @Test
  void whatCannotBeReadIsOneSentence() throws IOException {
    Files.writeString(folder.resolve("bad.tsv"), "a\tb\nc\n");
    var result = commands.run("train", "transduce", "bad.tsv");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("line 2: there is no tab").doesNotContain("\tat ");
    assertThat(commands.run("train", "transduce", "none.tsv").exitCode()).isEqualTo(2);
    assertThat(commands.run("train", "transduce", "words.tsv", "--validation", "2").err())
        .contains("--validation is 2, expected a share");
  }
}

package dev.unroll.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.Commands;
import dev.unroll.app.Commands.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What can go wrong is one sentence and exit code 2, and leaves the folder as it was.
class FailureTest {
  @TempDir
  private Path folder;

  @BeforeEach
  void files() throws IOException {
    new Commands(folder).text("words.txt", 2_000);
    Files.writeString(folder.resolve("empty.txt"), "");
    Files.writeString(folder.resolve("tiny.txt"), "hello");
    Files.writeString(folder.resolve("same.txt"), "a".repeat(5_000));
    Files.write(folder.resolve("latin.txt"), new byte[] {'a', (byte) 0xE4, 'b'});
    Files.writeString(folder.resolve("full"), "a file");
    Files.createDirectories(folder.resolve("folder"));
    Files.writeString(folder.resolve("folder/something"), "");
    Files.writeString(folder.resolve("wrong.cell"), "# a comment\nh' = tanh(W x + U h +)\n");
    Files.writeString(folder.resolve("deep.cell"), "h' = " + "(".repeat(100_000) + "h");
    Files.writeString(folder.resolve("huge.cell"), "h' = h" + " + h".repeat(300_000));
  }

  /// Arguments, and the sentence; `@` is the folder.
  static Stream<Arguments> mistakes() {
    return Stream.of(
        of("foo", "there is no command 'foo'; see unroll --help"),
        of("nonsense", "there is no command 'nonsense'; see unroll --help"),
        of("trian", "there is no command 'trian'; did you mean train? Or see unroll --help"),
        of("eval", "there is no command 'eval'; did you mean evaluate? Or see unroll --help"),
        of("train shakespeare --hiden 3",
            "there is no option '--hiden'; did you mean --hidden? Or see unroll train --help"),
        of("train classify words.txt --cell minlstm",
            "there is no option '--cell' here: a task chooses its own cell and sizes by the data "
                + "(--set changes what it can); cells are given to unroll fit and unroll train "
                + "text;"
                + " see unroll train classify --help"),
        of("train tag words.txt --hidden 3",
            "there is no option '--hidden' here: a task chooses its own cell and sizes by the data "
                + "(--set changes what it can); cells are given to unroll fit and unroll train "
                + "text;"
                + " see unroll train tag --help"),
        of("train shakespeare twice", "there is no argument 'twice'; see unroll train --help"),
        of("train",
            "train what? Give shakespeare, text with --data FILE, a task (classify DATA), or "
                + "--resume FOLDER;"
                + " see unroll train --help"),
        of("train something",
            "'something' is nothing to train on; expected shakespeare, text with --data FILE, or "
                + "the name of a task: classify, tag, forecast, transduce, detect"),
        of("train text", "train text needs --data FILE, the text to learn"),
        of("train shakespeare --data tiny.txt",
            "--data tiny.txt goes with text, not with shakespeare"),
        of("train text --data words.txt --hidden many",
            "Invalid value for option '--hidden': 'many' is not a whole number; see unroll"
                + " train --help"),
        of("train text --data words.txt --hidden 3000000000",
            "Invalid value for option '--hidden': '3000000000' is too large; see unroll train "
                + "--help"),
        of("train text --data words.txt --lr fast",
            "Invalid value for option '--learning-rate': 'fast' is not a number; see unroll train "
                + "--help"),
        of("train text --data words.txt --seed 1.5",
            "Invalid value for option '--seed': '1.5' is not a"
                + " whole number; see unroll train --help"),
        of("train text --data words.txt --init bf",
            "Value for option '--init' (NAME=START) should be in"
                + " KEY=VALUE format but was bf; see unroll train --help"),
        of("train text --data words.txt --hidden",
            "Missing required parameter for option '--hidden' (N); see unroll train --help"),
        of("train text --data words.txt --hidden 100000000",
            "--hidden is 100000000, expected a number from 1 to 1,000,000"),
        of("train text --data words.txt --hidden 0",
            "--hidden is 0, expected a number from 1 to 1,000,000"),
        of("train text --data words.txt --layers 100000000",
            "--layers is 100000000, expected a number from 1 to 1,000"),
        of("train text --data words.txt --batch 2 --layers 2 --batch=3",
            "--batch is given more than once, expected at most once; see unroll train --help"),
        of("fit words.jsonl --lr 0.1 --epochs 2 --learning-rate 0.2",
            "--learning-rate is given more than once, expected at most once;"
                + " see unroll fit --help"),
        of("train text --data words.txt --threads 0",
            "--threads is 0, expected a number from 1 to 1,024"),
        of("train text --data words.txt --epochs 0", "--epochs is 0, expected at least 1"),
        of("fit words.jsonl --patience 0", "--patience is 0, expected at least 1"),
        of("fit words.jsonl --accumulate -1", "--accumulate is -1, expected at least 1"),
        of("fit words.jsonl --sync-every -2",
            "--sync-every is -2, expected a number from 0 to 1,000,000"),
        of("fit words.jsonl --outer rate(1)",
            "--outer says how copies of the model come together, but there are none; give"
                + " --sync-every too, such as --sync-every 50"),
        of("fit words.jsonl --sync-every 2 --outer momentum(1)",
            "Invalid value for option '--outer': the momentum of the outer step is 1.0, expected a"
                + " number from 0 up to but not 1; see unroll fit --help"),
        of("train text --data words.txt --lr -1",
            "--lr is -1.0, expected a number above 0 and"
                + " below 1000, such as 0.002"),
        of("train text --data words.txt --dropout 1",
            "--dropout is 1.0, expected a probability from 0 up to but not 1"),
        of("train text --data words.txt --variational -0.5",
            "--variational is -0.5, expected a probability from 0 up to but not 1"),
        of("train text --data words.txt --preset huge",
            "there is no preset 'huge'; the presets are default, large"),
        of("train text --data words.txt --batch 100000 --time 100000",
            "the nine tenths of words.txt to learn from have 8,698 characters, but --batch"
                + " 100000 and --time 100000 need at least 10,000,000,001; lower them, or bring a"
                + " longer text"),
        of("train text --data words.txt --size P=3",
            "--size P: cell lstm has no size of that name; --hidden is the only one it has"),
        of("train text --data words.txt --cell lstm-projected --hidden 20",
            "cell lstm-projected has a size of its own, P; give it, for example --size P=10"),
        of("train text --data words.txt --init bf=uniform(1",
            """
            --init bf:1:8: this parenthesis is not closed; add a ')'
                uniform(1
                       ^"""),
        of("train text --data words.txt --cell wrong.cell",
            """
            @/wrong.cell:2:22: expected a name, a number or '(', found ')'
                h' = tanh(W x + U h +)
                                     ^"""),
        of("train text --data words.txt --cell none.cell",
            "There is no file @/none.cell; expected a file with a cell"),
        of("train text --data empty.txt",
            "@/empty.txt is empty; give a file with some text"),
        of("train text --data tiny.txt",
            "the nine tenths of tiny.txt to learn from have 4 characters, but --batch 32 and --time"
                + " 64 need at least 2,049; lower them, or bring a longer text"),
        of("train text --data tiny.txt --batch 1 --time 1", "the last tenth of tiny.txt, to"
            + " validate, has 1 characters, but 2 are needed; bring a longer text"),
        of("train text --data same.txt",
            "same.txt has one kind of character only; there is nothing to learn from it"),
        of("train text --data latin.txt",
            "@/latin.txt is not UTF-8: byte 1 is 0xE4 (line 1), which begins no character; convert"
                + " the file, for example with iconv -f LATIN1 -t UTF-8"),
        of("train text --data folder",
            "@/folder/something is empty; give a file with some text"),
        of("train text --data words.txt --out full",
            "@/full is a file; give --out the path of a new folder"),
        of("train text --data words.txt --out folder",
            "the folder @/folder is not empty; give --out the path of a new folder"),
        of("train text --data words.txt --out full/run",
            "the folder @/full/run cannot be made: @/full is a file; choose another --out"),
        of("train --resume folder", "there is no @/folder/checkpoint.safetensors; give --resume"
            + " the folder of a run that was stopped"),
        of("train --resume folder --hidden 3 --threads 1",
            "--hidden cannot be changed when a run is resumed; leave it out, or start a new run"),
        of("fit",
            "fit what? Give a file of examples, or --resume FOLDER; see unroll fit --help"),
        of("fit none.jsonl", "@/none.jsonl: there is no such file; check the path"),
        of("fit --resume folder", "there is no @/folder/checkpoint.safetensors; give --resume the"
            + " folder of a run that was stopped"),
        of("generate", "there is no run in @/runs yet; train one (unroll train shakespeare), or"
            + " give a model"),
        of("generate none", "there is no none; give a model file or the folder of a run"),
        of("generate folder", "the folder folder holds no model.safetensors; give a model file or"
            + " the folder of a run"),
        of("info tiny.txt",
            "@/tiny.txt has 5 bytes, expected at least 8; the file is damaged, cut short or no"
                + " safetensors file; copy it again or use another one"),
        of("evaluate --split most",
            "Invalid value for option '--split': expected one of [VALIDATION, TRAIN, ALL]"
                + " (case-insensitive) but was 'most'; see unroll evaluate --help"),
        of("generate --length -1",
            "--length is -1, expected a number from 0 to 2,147,483,647"),
        of("generate --temperature -1",
            "--temperature is -1.0, expected a number from 0 to 100"),
        of("predict none --length-penalty -1",
            "--length-penalty is -1.0, expected a number of 0 or more"),
        of("generate --top-k -1", "--top-k is -1, expected a number from 0 to 2,147,483,647"),
        of("generate --top-p 0", "--top-p is 0.0, expected a probability above 0 and up to 1"),
        of("xray --cells lstm --lr 0",
            "--lr is 0.0, expected a number above 0 and below 1000, such as 0.002"),
        of("xray --cells lstm --clip -1", "--clip is -1.0, expected a number of 0 or more"),
        of("cells --latex", "--latex needs a cell, for example lstm"));
  }

  private static Arguments of(String args, String sentence) {
    return Arguments.of(args, sentence);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void oneSentence(String args, String sentence) throws IOException {
    var before = listing();
    var result = new Commands(folder).run(args.split(" "));
    assertThat(result.err()).isEqualTo(
        "unroll: " + sentence.replace("@", folder.toString()) + System.lineSeparator());
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(listing()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void hostileCellsAndSizesAreRefusedWithoutMuchWork(String args, String part)
      throws IOException {
    var before = listing();
    Result result = new Commands(folder).run(args.split(" "));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).startsWith("unroll: ").contains(part).doesNotContain("\tat ");
    assertThat(result.err().length()).isLessThan(1_000);
    assertThat(listing()).isEqualTo(before);
  }

  static Stream<Arguments> hostile() {
    return Stream.of(
        of("train text --data words.txt --cell deep.cell", "100"),
        of("train text --data words.txt --cell huge.cell", "a cell has at most"),
        of("cells huge.cell", "a cell has at most"),
        of("train text --data words.txt --hidden 900000 --layers 3", "choose smaller sizes"),
        of("train text --data words.txt --batch 80 --time 100 --hidden 4000 --layers 15",
            "choose a smaller --batch, --time, --hidden"),
        of("train text --data words.txt --cell nosuch", "There is no cell called 'nosuch'"));
  }

  /// It said `there is no file null`.
  @Test
  void aMissingFileWithASentenceOfItsOwn() {
    assertThat(Failure.sentence(new java.nio.file.NoSuchFileException(null, null,
        "there is no runs/nothing; give a model file"))).contains("runs/nothing");
  }

  @Test
  void debugAddsWhereItArose() {
    var result = new Commands(folder).run("info", "none", "--debug");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).startsWith("unroll: there is no none; ")
        .contains("java.io.IOException", "\tat dev.unroll.app.run.RunFolder");
  }

  private List<Path> listing() throws IOException {
    try (var all = Files.walk(folder)) {
      return all.sorted().toList();
    }
  }
}

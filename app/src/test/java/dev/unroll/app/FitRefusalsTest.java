package dev.unroll.app;

import static org.assertj.core.api.Assertions.assertThat;

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

/// What `fit` and `predict` refuse, in a sentence.
class FitRefusalsTest {
  @TempDir
  private Path folder;

  private Commands commands;

  @BeforeEach
  void examples() throws IOException {
    commands = new Commands(folder);
    TinyFits.write(folder);
  }

  private Commands.Result fit(String file, String out, String... more) {
    return TinyFits.fit(commands, file, out, more);
  }

  /// `¦` stands for a line end; `@` for the file.
  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      {"input": "a", "target": "b"}¦{"input": "a"} | `` | @, line 2: there is no "target"; write {"input": …, "target": …}
      {"input": "a", "target": 1 | `` | @, line 1: not JSON
      {"input": [[1]], "target": [1, 2]} | --structure sequence-to-vector | @, line 1: the target has 2 steps, expected 1 for the whole input
      {"input": [[1, 2]], "target": 1}¦{"input": [[1]], "target": 1} | `` | @, line 2: the input has 1 numbers a step, expected 2; give every sample the same columns
      {"input": "a", "target": "b"} | `` | mine.jsonl has one example, so that none is left to validate; give more, or --validation 0 to do without
      {"input": "a", "target": "b"}¦{"input": "b", "target": "c"} | `` | --validation 0.1 of 2 examples leaves none to validate; give a larger share below 1, a file, or 0 to do without
      {"input": "a", "target": "b"}¦{"input": "b", "target": "c"} | --validation 1 | --validation is 1, expected a share from 0 up to but not 1, or a file
      {"input": "a", "target": "b"}¦{"input": "b", "target": "c"} | --validation -0.5 | --validation is -0.5, expected a share from 0 up to but not 1, or a file
      {"input": "a", "target": "b"} | --validation none.jsonl | there is no file
      {"input": "a", "target": "b"} | --loss squared --validation mine.jsonl | --loss squared is for numbers, but the targets are classes; choose cross-entropy, or --target numbers
      {"input": "a", "target": 0.5} | --loss cross-entropy --validation mine.jsonl | --loss cross-entropy is for classes, but the targets are numbers; choose squared, or --target symbols
      {"input": "a", "target": "b"} | --loss most --validation mine.jsonl | 'most' is no loss; expected one of
      {"input": "a", "target": "b"} | --attention dot --validation mine.jsonl | --attention does not go with sequence-to-vector; leave it out, or choose another --structure
      {"input": "a", "target": "b"} | --input-feeding --validation mine.jsonl | --input-feeding does not go with sequence-to-vector; leave it out, or choose another --structure
      {"input": "a", "target": "b"} | --structure encoder-decoder --attention additive --input-feeding --validation mine.jsonl | --input-feeding is for attention after the step; add --attention dot or general, or leave it out
      {"input": "a", "target": "b"} | --structure encoder-decoder --input-feeding --validation mine.jsonl | --input-feeding is for attention after the step; add --attention dot or general, or leave it out
      {"input": "a", "target": "b"} | --merge sum --validation mine.jsonl | --merge is for two directions; add --bidirectional, or leave it out
      {"input": "a", "target": "b"} | --temporal-penalty -1 --validation mine.jsonl | --temporal-penalty is -1.0, expected a number of 0 or more
      {"input": "a", "target": "b"} | --structure vector-to-sequence --target characters --feeding first-step --learned-start --validation mine.jsonl | --learned-start does not go with --feeding first-step, by which the initial states come from the input; leave one of the two out
      {"input": [[1, 2]], "target": "b"} | --structure vector-to-sequence --target characters --input-dropout 0.2 --validation mine.jsonl | --input-dropout is for vectors of symbols and for sequences, but the input is one vector of numbers; leave it out
      {"input": "a", "target": "b"} | --init bf=1 --init bi=0 --init=bf=2 | --init bf is given more than once, expected at most once
      {"input": "a", "target": "b"} | --size P=4 --size P=5 | --size P is given more than once, expected at most once
      {"input": "a", "target": "b"} | --structure tree | Invalid value for option '--structure': expected one of [sequence-to-vector, vector-to-sequence, sequence-to-sequence, encoder-decoder]
      """)
  void badInputIsOneSentence(String text, String options, String sentence) throws IOException {
    Files.writeString(folder.resolve("mine.jsonl"), text.replace('¦', '\n'));
    var args = new ArrayList<>(List.of("fit", "mine.jsonl"));
    args.addAll(options.isEmpty() ? List.of() : List.of(options.split(" ")));
    var result = commands.run(args);
    assertThat(result.err())
        .startsWith("unroll: " + sentence.replace("@", folder + "/mine.jsonl"))
        .doesNotContain("\tat ");
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  /// It trained to a loss of 0.0000 and said nothing.
  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      {"input": "abc", "target": "same"} |  | the label "same"
      {"input": [1, 2], "target": 3} |  | the label 3
      {"input": [1, 2], "target": [0, 0]} | --structure sequence-to-sequence --target symbols | the label 0
      {"input": [1, 2], "target": [-1, -1]} | --structure sequence-to-sequence --target symbols | no label
      """)
  void aSingleLabelIsRefused(String line, String options, String labels) throws IOException {
    Files.writeString(folder.resolve("one.jsonl"), (line + "\n").repeat(10));
    var refused = fit("one.jsonl", "run", options == null ? new String[0] : options.split(" "));
    assertThat(refused.err())
        .isEqualTo(("unroll: one.jsonl: all examples to train on (9) have %s, so"
            + " that there is nothing to tell apart; give examples of at least two labels\n")
            .formatted(labels));
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(folder.resolve("run")).doesNotExist();
  }

  /// The loss was −76.8, and fell on.
  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      [2, 0]  | the target at step 0, column 0 is 2
      [0, -1] | the target at step 0, column 1 is -1
      [1, 1.0000000001] | the target at step 0, column 1 is 1.0000000001
      """)
  void targetsOfBinaryCrossEntropyOutsideZeroToOneAreRefused(String target, String sentence)
      throws IOException {
    var good = "{\"input\": [1, 2], \"target\": [[0, 0.5]]}\n".repeat(9)
        + "{\"input\": [1, 3], \"target\": [[1, 0]]}\n";
    var bad = "{\"input\": [1, 2], \"target\": [%s]}\n".formatted(target);
    Files.writeString(folder.resolve("bits.jsonl"), good + bad);
    Files.writeString(folder.resolve("good.jsonl"), good);
    for (var files : List.of(List.of("bits.jsonl", "0.2"), List.of("good.jsonl", "bits.jsonl"))) {
      var refused = fit(files.getFirst(), "run", "--target", "numbers", "--structure",
          "sequence-to-vector", "--loss", "binary-cross-entropy", "--validation",
          files.getLast());
      assertThat(refused.exitCode()).isEqualTo(2);
      assertThat(refused.err()).startsWith("unroll: ")
          .endsWith(("bits.jsonl, line 11: %s, expected 0 to 1 for"
              + " binary-cross-entropy; correct it, or take another loss, such as squared\n")
              .formatted(sentence));
    }
    assertThat(fit("good.jsonl", "run", "--target", "numbers", "--structure", "sequence-to-vector",
        "--loss", "binary-cross-entropy").exitCode()).isZero();
    var evaluated = commands.run("evaluate", "run", "--data", "bits.jsonl");
    assertThat(evaluated.exitCode()).isEqualTo(2);
    assertThat(evaluated.err()).contains("line 11: " + sentence + ", expected 0 to 1");
  }

  @Test
  void badInputsToPredictAreOneSentence() {
    fit("names.jsonl", "run");
    assertThat(commands.runWith("{\"input\": \"ka\"}\n{\"input\": 5}", "predict", "run").err())
        .isEqualTo("""
            unroll: standard input, line 2: the input has 5, expected a text
            unroll: one input could not be answered, as said above
            """);
    assertThat(commands.runWith("{\"input\": \"ka\"}\n{", "predict", "run"))
        .satisfies(result -> {
          assertThat(result.out().lines()).hasSize(2);
          assertThat(result.err()).startsWith("unroll: standard input, line 2: not JSON");
        });
    assertThat(commands.runWith("\n", "predict", "run")).satisfies(result -> {
      assertThat(result.out() + result.err()).isEmpty();
      assertThat(result.exitCode()).isZero();
    });
    assertThat(commands.runWith("", "predict", "run", "--beam", "2").err())
        .contains("--beam is for models that write symbols, but this one is sequence-to-vector");
    assertThat(commands.runWith("", "predict", "run", "--monte-carlo", "2").err())
        .contains("--monte-carlo needs a model that was trained with dropout");
  }
}

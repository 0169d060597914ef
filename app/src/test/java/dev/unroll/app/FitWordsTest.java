package dev.unroll.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unroll.format.json.JsonFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the commands for examples say, and what they once said.
class FitWordsTest {
  @TempDir
  private Path folder;

  private Commands commands;

  @BeforeEach
  void examples() throws IOException {
    commands = new Commands(folder);
    Files.writeString(folder.resolve("letters.jsonl"), """
        {"input": "ab", "target": "ü"}
        {"input": "ba", "target": "a"}
        {"input": "bb", "target": "b"}
        """.repeat(4));
    Files.writeString(folder.resolve("one.jsonl"), "{\"input\": [1, 2], \"target\": 0.5}\n");
  }

  private Commands.Result fit(String file, String out, String... more) {
    var args = new ArrayList<>(List.of("fit", file, "--out", out, "--batch", "4",
        "--threads", "1"));
    if (!List.of(more).contains("--hidden")) {
      args.addAll(List.of("--hidden", "5"));
    }
    args.addAll(List.of(more));
    return commands.run(args);
  }

  /// `--validation 0` was refused, which a Trainer takes.
  @Test
  void withoutValidationAllExamplesAreTrainedOn() throws IOException {
    var fitted = fit("letters.jsonl", "run", "--validation", "0", "--epochs", "3");
    assertThat(fitted.err()).isEmpty();
    assertThat(fitted.exitCode()).isZero();
    assertThat(fitted.out()).contains("12 examples to train, 0 to validate")
        .containsPattern("epoch 3/3: training loss \\d\\.\\d{4} nats, ")
        .containsPattern("done: training loss \\d\\.\\d{4} nats, in ")
        .doesNotContain("validation loss", "the best so far");
    assertThat(folder.resolve("run/report.html")).content().contains("nats, training")
        .doesNotContain("validation loss");
    assertThat(commands.run("info", "run").out()).contains("trained for  3 epochs, 9 steps")
        .containsPattern("training     \\d\\.\\d{4} nats");
    assertThat(commands.run("fit", "--resume", "run").out())
        .containsPattern("run is finished: 3 of 3 epochs, training loss \\d\\.\\d{4} nats");
    var evaluated = commands.run("evaluate", "run");
    assertThat(evaluated.out()).contains("letters.jsonl, train (12 examples)");
    assertThat(commands.run("xray", "run").exitCode()).isZero();
    var none = commands.run("evaluate", "run", "--split", "validation");
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err())
        .isEqualTo("unroll: the model was trained without validation; give --split"
            + " train, or other examples as --data" + System.lineSeparator());
  }

  @Test
  void oneExampleIsEnoughWithoutValidation() {
    assertThat(fit("one.jsonl", "run", "--validation", "0", "--epochs", "1").exitCode()).isZero();
    assertThat(fit("one.jsonl", "other", "--epochs", "1").err()).contains(
        "one.jsonl has one example, so that none is left to validate; give more, or --validation "
            + "0");
  }

  /// Labels were "3 characters: abü", and one epoch "1 epochs".
  @Test
  void labelsAreNoCharactersAndOneIsSingular() {
    assertThat(fit("letters.jsonl", "run", "--epochs", "1").out())
        .contains("train      1 epoch, batch");
    assertThat(commands.run("info", "run").out())
        .contains("input        2 characters and <unk>: ab", "output       3 labels: a b ü",
            "trained for  1 epoch, 3 steps");
  }

  @Test
  void aDashIsStandardInput() throws IOException {
    fit("letters.jsonl", "run", "--epochs", "1");
    var answer = commands.runWith("{\"input\": \"ab\"}\n", "predict", "run", "-");
    assertThat(answer.err()).isEmpty();
    assertThat(JsonFields.parse(answer.out(), "predict").string("label")).isIn("a", "b", "ü");
    assertThat(commands.runWith("\"ab\"\n", "predict", "run").err())
        .contains("expected an object {\"input\": …}").doesNotContain("target");
  }

  /// 902 million values were drawn before anybody looked at the memory.
  @Test
  void theMemoryIsLookedAtBeforeValuesAreDrawn() {
    assumeTrue(Runtime.getRuntime().maxMemory() < 30L << 30);
    var fitted = fit("one.jsonl", "run", "--validation", "0", "--hidden", "20000");
    assertThat(fitted.exitCode()).isEqualTo(2);
    assertThat(fitted.out()).isEmpty();
    assertThat(fitted.err()).startsWith("unroll: training takes more than 36,")
        .contains(" MiB, for 1,600,", "choose a smaller --hidden or --layers");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  /// It was "there is no such file".
  @Test
  void aFolderThatTheSystemDoesNotMakeIsNamed() {
    assumeTrue(Files.isDirectory(Path.of("/proc/self")));
    var fitted = fit("letters.jsonl", "/proc/unroll", "--epochs", "1");
    assertThat(fitted.exitCode()).isEqualTo(2);
    assertThat(fitted.err()).startsWith("unroll: the folder /proc/unroll cannot be made: ")
        .doesNotContain("no such file");
  }
}

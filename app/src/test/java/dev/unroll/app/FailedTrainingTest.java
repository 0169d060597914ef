package dev.unroll.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.model.file.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a training that failed leaves once passed for the newest model: `generate` wrote 20 blanks,
/// `evaluate` found NaN nats, and all was well.
class FailedTrainingTest {
  private static final List<String> TEXT_READERS = List.of("generate", "evaluate", "xray");

  @TempDir
  private Path folder;

  private Commands commands;
  private Path text;

  @BeforeEach
  void text() throws IOException {
    commands = new Commands(folder);
    text = commands.text("words.txt", 600);
  }

  private List<String> failing(String out) {
    return Commands.train(text, out, "--epochs", "3", "--lr", "900", "--clip", "0", "--optimizer",
        "sgd", "--cell", "irnn");
  }

  @Test
  void aRunThatFailsAtOnceIsNotTheNewestAndIsNotResumed() {
    var args = new ArrayList<>(failing(""));
    args.subList(args.indexOf("--out"), args.indexOf("--out") + 2).clear();
    var failed = commands.run(args);
    assertThat(failed.exitCode()).isEqualTo(2);
    assertThat(failed.err()).containsPattern("unroll: step \\d+: the loss is ");
    var run = "runs/words-1";
    assertThat(folder.resolve(run).resolve("log.jsonl")).content().contains("\"failed\":\"step ");
    for (var command : TEXT_READERS) {
      var result = commands.run(command);
      assertThat(result.exitCode()).as(command).isEqualTo(2);
      assertThat(result.err()).as(command).contains("there is no run in ");
      assertThat(result.out()).as(command).isEmpty();
    }
    var resumed = commands.run("train", "--resume", run);
    assertThat(resumed.exitCode()).isEqualTo(2);
    assertThat(resumed.err())
        .containsPattern(run + " failed, and to resume it would fail at the same step:"
            + " step \\d+: the loss is .*stronger clipping, in a new run");
    var again = commands.run(failing(run));
    assertThat(again.err()).contains("holds a run that failed; give --out a new folder");
  }

  @Test
  void theNewestRunIsTheOneThatHasAModel() {
    var good = new ArrayList<>(Commands.train(text, "runs/good", "--epochs", "1"));
    assertThat(commands.run(good).exitCode()).isZero();
    assertThat(commands.run(failing("runs/bad")).exitCode()).isEqualTo(2);
    var evaluated = commands.run("evaluate");
    assertThat(evaluated.err()).isEmpty();
    assertThat(evaluated.out()).contains("runs/good");
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity"})
  void aModelThatIsNotFiniteSaysSo(String value) throws IOException {
    assertThat(commands.run(Commands.train(text, "run", "--epochs", "1")).exitCode()).isZero();
    fill(folder.resolve("run/model.safetensors"), Float.parseFloat(value));
    Files.writeString(folder.resolve("pairs.jsonl"), """
        {"input": "ab", "target": "x"}
        {"input": "ba", "target": "y"}
        {"input": "bab", "target": "y"}
        """.repeat(4));
    assertThat(
        commands.run("fit", "pairs.jsonl", "--out", "pairs", "--hidden", "3", "--epochs", "1",
            "--threads", "1").exitCode())
        .isZero();
    fill(folder.resolve("pairs/model.safetensors"), Float.parseFloat(value));
    for (var args : List.of(List.of("generate", "run"), List.of("evaluate", "run"),
        List.of("evaluate", "run", "--json"), List.of("xray", "run"), List.of("evaluate", "pairs"),
        List.of("xray", "pairs"), List.of("predict", "pairs", "pairs.jsonl"))) {
      var result = commands.run(args);
      assertThat(result.exitCode()).as("%s", args).isEqualTo(2);
      assertThat(result.out()).as("%s", args).isEmpty();
      assertThat(result.err()).as("%s", args).containsPattern(
          "unroll: .*model.safetensors is the rest of a training that failed: its parameter .* is "
              + "not"
              + " finite; train the model anew");
    }
  }

  /// Its parameters are finite, its outputs are not.
  @Test
  void aModelWhoseNumbersOverflowSaysSo() throws IOException {
    assertThat(
        commands.run(Commands.train(text, "run", "--epochs", "1", "--cell", "rnn")).exitCode())
        .isZero();
    fill(folder.resolve("run/model.safetensors"), 3e38f);
    for (var command : TEXT_READERS) {
      var result = commands.run(command, "run");
      assertThat(result.exitCode()).as(command).isEqualTo(2);
      assertThat(result.err()).as(command)
          .contains("beyond a float, though its parameters are finite; train the model anew");
    }
    Files.writeString(folder.resolve("numbers.jsonl"), """
        {"input": [0.5, 1.5], "target": 1.5}
        {"input": [2.5, -0.25], "target": -0.5}
        """.repeat(6));
    assertThat(commands.run("fit", "numbers.jsonl", "--out", "numbers", "--hidden", "3", "--epochs",
        "1", "--threads", "1", "--cell", "rnn").exitCode()).isZero();
    fill(folder.resolve("numbers/model.safetensors"), 3e38f);
    for (var args : List.of(List.of("evaluate", "numbers"), List.of("xray", "numbers"),
        List.of("predict", "numbers", "numbers.jsonl"))) {
      var result = commands.run(args);
      assertThat(result.exitCode()).as("%s", args).isEqualTo(2);
      assertThat(result.err()).as("%s", args)
          .contains("beyond a float, though its parameters are finite; train the model anew");
    }
  }

  private static void fill(Path path, float value) throws IOException {
    var file = ModelFile.read(path);
    Arrays.fill(file.model().parameters().values(), value);
    ModelFile.write(path, file.model(), new LinkedHashMap<>(file.provenance().values()));
  }
}

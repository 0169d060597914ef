package dev.unroll.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.format.json.JsonLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// However a model is trained, its file has the same bytes.
class SameBitsTest {
  private static final List<String> VECTOR = List.of("--add-modules", "jdk.incubator.vector");

  /// Without the module Java needs no time to warm up the vectors.
  private static final List<String> PLAIN = List.of();

  @TempDir
  private static Path folder;

  private static Commands commands;
  private static Path text;
  private static byte[] expected;

  @BeforeAll
  static void trainOnce() throws IOException {
    commands = new Commands(folder);
    text = commands.text("words.txt", 500);
    assertThat(commands.run(train("once")).err()).isEmpty();
    expected = Files.readAllBytes(folder.resolve("once/model.safetensors"));
  }

  private static List<String> train(String out, String... more) {
    var args = new ArrayList<>(Commands.train(text, out, "--epochs", "2", "--cell", "gru",
        "--variational", "0.1", "--sample", "0"));
    args.addAll(List.of(more));
    return args;
  }

  private static void assertSameModel(String run) {
    assertThat(folder.resolve(run).resolve("model.safetensors")).hasBinaryContent(expected);
  }

  @Test
  void twoRunsOfOneSeed() {
    commands.run(train("twice"));
    assertSameModel("twice");
  }

  @Test
  void anotherSeedIsAnotherModel() throws IOException {
    commands.run(train("other", "--seed", "2"));
    assertThat(Files.readAllBytes(folder.resolve("other/model.safetensors")))
        .isNotEqualTo(expected);
  }

  @Test
  void moreThreads() {
    var args = train("threads");
    for (var threads : List.of("2", "3")) {
      args.set(args.indexOf("--out") + 1, "threads" + threads);
      args.set(args.indexOf("--threads") + 1, threads);
      assertThat(commands.run(args).err()).isEmpty();
      assertSameModel("threads" + threads);
    }
  }

  @Test
  void samplesDoNotMatter() {
    var args = train("samples");
    args.set(args.indexOf("--sample") + 1, "50");
    assertThat(commands.run(args).err()).isEmpty();
    assertSameModel("samples");
  }

  @Test
  void theScalarProvider() throws Exception {
    var options = new ArrayList<>(VECTOR);
    options.add("-Dunroll.kernels=scalar");
    var result = commands.await(commands.start(options, train("scalar")));
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).contains("compute  scalar, 1 thread");
    assertSameModel("scalar");
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32})
  void vectorsOfAnotherWidth(int bytes) throws Exception {
    var options = new ArrayList<>(VECTOR);
    options.add("-XX:MaxVectorSize=" + bytes);
    var result = commands.await(commands.start(options, train("width" + bytes)));
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).contains("compute  ").doesNotContain("compute  scalar");
    assertSameModel("width" + bytes);
  }

  @Test
  void aJvmWithoutTheVectorModule() throws Exception {
    var result = commands.await(commands.start(PLAIN, train("plain")));
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err()).contains("--add-modules jdk.incubator.vector");
    assertSameModel("plain");
  }

  @Test
  void killedTwiceInTheMiddleAndResumed() throws Exception {
    var process = commands.start(PLAIN, train("killed", "--checkpoint-seconds", "0"));
    kill(process, "killed", 20);
    process = commands.start(PLAIN,
        List.of("train", "--resume", "killed", "--checkpoint-seconds", "0"));
    kill(process, "killed", 110); // in the second epoch
    var resumed = commands.run("train", "--resume", "killed", "--threads", "2");
    assertThat(resumed.err()).isEmpty();
    assertThat(resumed.out()).containsPattern("run      .*killed, from step [\\d,]+ of [\\d,]+\n");
    assertSameModel("killed");
    assertEachStepOnce("killed");
  }

  /// A checkpoint is written where copies come together alone: the log has each step once.
  @Test
  void copiesThatTrainOnTheirOwnKilledAndResumed() throws Exception {
    var whole = commands.run(train("copies", "--shards", "2", "--sync-every", "4", "--outer",
        "rate(0.8)"));
    assertThat(whole.err()).isEmpty();
    assertThat(Files.readAllBytes(folder.resolve("copies/model.safetensors")))
        .isNotEqualTo(expected);
    var process = commands.start(PLAIN, train("killedCopies", "--shards", "2", "--sync-every", "4",
        "--outer", "rate(0.8)", "--checkpoint-seconds", "0"));
    kill(process, "killedCopies", 20);
    var resumed = commands.run("train", "--resume", "killedCopies", "--threads", "2");
    assertThat(resumed.err()).isEmpty();
    assertThat(folder.resolve("killedCopies/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("copies/model.safetensors"));
    assertEachStepOnce("killedCopies", "copies");
  }

  /// Kills a training so that it can do nothing about it, once its log has so many lines.
  private static void kill(Process process, String run, int lines) throws Exception {
    awaitLines(process, run, lines);
    process.destroyForcibly().waitFor();
    assertThat(process.exitValue()).as("the exit code of a killed process").isNotZero();
  }

  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no such signals")
  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void stoppedBySignalAndResumed(String signal) throws Exception {
    var process = commands.start(PLAIN, train("stopped" + signal));
    awaitLines(process, "stopped" + signal, 30);
    new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
    var result = commands.await(process);
    assertThat(result.exitCode()).isEqualTo(signal.equals("INT") ? 130 : 143);
    assertThat(result.out()).containsPattern("stopped after step [\\d,]+ of [\\d,]+ and saved; "
        + "resume with\n  ./unroll train --resume stopped%s\n".formatted(signal));
    var resumed = commands.run("train", "--resume", "stopped" + signal, "--quiet");
    assertThat(resumed.err()).isEmpty();
    assertSameModel("stopped" + signal);
    assertEachStepOnce("stopped" + signal);
  }

  /// Waits until the log has so many lines, and fails if the command ended before.
  private static void awaitLines(Process process, String run, int lines) throws Exception {
    var log = folder.resolve(run).resolve("log.jsonl");
    while (!Files.exists(log) || lines(log) < lines) {
      if (!process.isAlive()) {
        throw new AssertionError("the command ended before its log had %d lines: %s"
            .formatted(lines, commands.await(process)));
      }
      Thread.sleep(2);
    }
  }

  private static long lines(Path log) throws IOException {
    long lines = 0;
    for (byte b : Files.readAllBytes(log)) {
      lines += b == '\n' ? 1 : 0;
    }
    return lines;
  }

  private static void assertEachStepOnce(String run) throws IOException {
    assertEachStepOnce(run, "once");
  }

  private static void assertEachStepOnce(String run, String whole) throws IOException {
    var lines = JsonLines.read(folder.resolve(run).resolve("log.jsonl"));
    var once = JsonLines.read(folder.resolve(whole).resolve("log.jsonl"));
    assertThat(lines).hasSameSizeAs(once);
    long steps = lines.stream().filter(line -> line.has("loss")).count();
    assertThat(lines.stream().filter(line -> line.has("loss")))
        .extracting(line -> line.longInteger("step"))
        .isEqualTo(LongStream.rangeClosed(1, steps).boxed().toList());
    for (int i = 1; i < lines.size(); i++) {
      var key = lines.get(i).has("loss") ? "loss" : "validationLoss";
      assertThat(lines.get(i).number(key)).isEqualTo(once.get(i).number(key));
      assertThat(lines.get(i).values().get("updates"))
          .isEqualTo(once.get(i).values().get("updates"));
    }
  }
}

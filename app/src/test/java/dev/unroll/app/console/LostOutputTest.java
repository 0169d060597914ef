package dev.unroll.app.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unroll.app.Commands;
import dev.unroll.app.Main;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is printed and does not arrive: on a full disk it had been lost with exit code 0, and where
/// the reader of a pipe had ended everything was computed all the same.
class LostOutputTest {
  @TempDir
  private static Path folder;

  private static Commands commands;

  @BeforeAll
  static void models() throws IOException {
    commands = new Commands(folder);
    var text = commands.text("words.txt", 500);
    assertThat(commands.run(Commands.train(text, "text", "--epochs", "1")).exitCode()).isZero();
    Files.writeString(folder.resolve("examples.jsonl"),
        "{\"input\": [1, 2], \"target\": 3}\n{\"input\": [2, 1], \"target\": 4}\n".repeat(150));
    assertThat(commands.run("fit", "examples.jsonl", "--hidden", "4", "--epochs", "1", "--out",
        "numbers").exitCode()).isZero();
  }

  static Stream<List<String>> everythingThatPrints() {
    return Stream.of(List.of("--help"), List.of("--version"), List.of("cells"),
        List.of("cells", "lstm"), List.of("cells", "gru", "--latex"), List.of("info", "text"),
        List.of("cells", "gru", "--plan"), List.of("info", "numbers", "--json"),
        List.of("generate", "text", "--length", "20"), List.of("evaluate", "text"),
        List.of("predict", "numbers", "examples.jsonl"), List.of("evaluate", "numbers"),
        List.of("bench", "--roofs", "--seconds", "0.001"), List.of("reproduce"),
        List.of("xray", "numbers"), List.of("train", "--resume", "text"),
        List.of("xray", "--cells", "rnn", "--time", "5", "--steps", "1", "--hidden", "3"),
        List.of("reproduce", "adding", "--quick"));
  }

  private static Commands.Result run(OutputStream out, List<String> args) {
    var err = new StringWriter();
    var terminal = new Terminal(new ByteArrayInputStream(new byte[0]), OutputWriter.to(out),
        new PrintWriter(err), folder, false);
    int exitCode = Main.run(terminal, args.toArray(String[]::new));
    return new Commands.Result(exitCode, "", err.toString());
  }

  /// A device that takes nothing, and counts how often it was tried.
  private static final class Refusing extends OutputStream {
    private final String reason;
    private int calls;

    Refusing(String reason) {
      this.reason = reason;
    }

    @Override
    public void write(int b) throws IOException {
      calls++;
      throw new IOException(reason);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      write(0);
    }
  }

  @ParameterizedTest
  @MethodSource("everythingThatPrints")
  void onAFullDiskEveryCommandSaysSo(List<String> args) {
    var result = run(new Refusing("No space left on device"), args);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).isEqualTo("unroll: standard output cannot be written: No space left on"
        + " device; free space, or send it elsewhere" + System.lineSeparator());
  }

  @ParameterizedTest
  @MethodSource("everythingThatPrints")
  void whereTheReaderHasEndedEveryCommandEndsQuietlyAtItsFirstWords(List<String> args) {
    var out = new Refusing("Broken pipe");
    var result = run(out, args);
    assertThat(result.exitCode()).isEqualTo(141);
    assertThat(result.err()).isEmpty();
    assertThat(out.calls).isBetween(1, 2);
  }

  @Test
  void aTrainingSavesWhatItLearnedBeforeItEnds() {
    var text = folder.resolve("words.txt");
    var result = run(new Refusing("No space left on device"),
        Commands.train(text, "lost", "--epochs", "2"));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).startsWith("stopped after step 1 of ")
        .contains("./unroll train --resume " + folder.resolve("lost"))
        .endsWith("unroll: standard output cannot be written: No space left on device; free space,"
            + " or send it elsewhere" + System.lineSeparator());
    result = run(new Refusing("Broken pipe"),
        Commands.train(text, "left", "--epochs", "2"));
    assertThat(result.exitCode()).isEqualTo(141);
    assertThat(result.err()).isEmpty();
    for (var run : List.of("lost", "left")) {
      assertThat(commands.run("train", "--resume", run).exitCode()).isZero();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void onTheFullDeviceOfLinux() throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/full")), "there is none");
    var process = commands.builder(List.of(), List.of("cells"))
        .redirectOutput(Path.of("/dev/full").toFile()).start();
    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(Files.readString(folder.resolve("err"), UTF_8))
        .contains("unroll: standard output cannot be written: ");
  }

  @Test
  void aPipeWhoseReaderHasEnded() throws Exception {
    var process = commands.builder(List.of(), List.of("generate", "text", "--length", "100000000"))
        .redirectOutput(ProcessBuilder.Redirect.PIPE).start();
    process.getInputStream().read();
    process.getInputStream().close();
    assertThat(process.waitFor()).isEqualTo(141);
    assertThat(Files.readString(folder.resolve("err"), UTF_8)).doesNotContain("unroll:");
  }
}

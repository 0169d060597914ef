package dev.unroll.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.console.Terminal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// Runs commands in a folder, in this JVM or in one of their own.
public record Commands(Path folder) {
  /// What a tiny model needs to learn something within a second.
  public static final List<String> TINY =
      List.of("--hidden", "7", "--layers", "2", "--embedding", "5",
          "--batch", "4", "--time", "8", "--lr", "0.01", "--dropout", "0.1", "--clip", "0.5",
          "--threads", "1");

  private static final String WORDS = "to be or not that is the question whether noble mind";

  private static final List<String> SIGNALS = hearingSignals();

  /// What a command printed.
  public record Result(int exitCode, String out, String err) {}

  /// Runs a command in this JVM.
  public Result run(String... args) {
    return runWith("", args);
  }

  /// Runs a command in this JVM that reads a text.
  public Result runWith(String in, String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    var terminal = new Terminal(new ByteArrayInputStream(in.getBytes(UTF_8)),
        new PrintWriter(out), new PrintWriter(err), folder, false);
    int exitCode = Main.run(terminal, args);
    return new Result(exitCode, out.toString(), err.toString());
  }

  public Result run(List<String> args) {
    return run(args.toArray(String[]::new));
  }

  /// Runs a command that succeeds.
  ///
  /// @return what it printed
  public String said(List<String> args) {
    var result = run(args);
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    return result.out();
  }

  /// Runs a command that is refused in one sentence.
  ///
  /// @return the sentence
  public String refused(String... args) {
    var result = run(args);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).doesNotContain("\tat ").hasLineCount(1);
    return result.err();
  }

  /// Starts a command in a JVM of its own; output goes to the files `out` and `err` of the folder.
  public Process start(List<String> options, List<String> args) throws IOException {
    return builder(options, args).start();
  }

  /// What [#start] starts.
  public ProcessBuilder builder(List<String> options, List<String> args) {
    var command = new ArrayList<>(SIGNALS);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(args);
    var builder = new ProcessBuilder(command).directory(folder.toFile())
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("err").toFile());
    builder.environment().put("LC_ALL", "C");
    return builder;
  }

  /// What goes before a command so that it hears signals: those that the build was begun with
  /// ignored, as by nohup or in the background of a script, stay ignored in all that it starts.
  /// Nothing where `env` has no such option.
  private static List<String> hearingSignals() {
    var env = List.of("env", "--default-signal");
    var trial = new ArrayList<>(env);
    trial.add("true");
    try {
      return new ProcessBuilder(trial).redirectErrorStream(true).start().waitFor() == 0 ? env
          : List.of();
    } catch (IOException _) {
      return List.of();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// What a command printed that was started.
  public Result await(Process process) throws IOException, InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the command did not end within a minute");
    }
    return new Result(process.exitValue(), Files.readString(folder.resolve("out"), UTF_8),
        Files.readString(folder.resolve("err"), UTF_8));
  }

  /// A text of about six characters a word, always the same.
  public Path text(String name, int words) throws IOException {
    var random = new Random(1);
    var choices = WORDS.split(" ");
    var text = new StringBuilder();
    for (int i = 1; i <= words; i++) {
      text.append(choices[random.nextInt(choices.length)]).append(i % 8 == 0 ? '\n' : ' ');
    }
    return Files.writeString(folder.resolve(name), text);
  }

  /// `train text` on a file with the tiny settings and these.
  public static List<String> train(Path data, String out, String... more) {
    var args = new ArrayList<>(
        List.of("train", "text", "--data", data.toString(), "--out", out));
    for (int i = 0; i < TINY.size(); i += 2) {
      if (!List.of(more).contains(TINY.get(i))) {
        args.addAll(TINY.subList(i, i + 2));
      }
    }
    args.addAll(List.of(more));
    return args;
  }
}

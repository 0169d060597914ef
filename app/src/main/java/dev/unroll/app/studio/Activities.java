package dev.unroll.app.studio;

import dev.unroll.app.console.Terminal;
import dev.unroll.app.run.live.RunControl;
import dev.unroll.app.studio.runs.Run;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the page makes trainings do: stop, take another learning rate, go on in a process of their
/// own. Thread-safe.
final class Activities implements AutoCloseable {
  /// So much of what a process has said is shown.
  private static final int SAID = 600;

  /// The line of a JVM that has the vector module.
  private static final String INCUBATING = "WARNING: Using incubator modules:";

  private final Terminal terminal;
  private final Map<String, Started> started = new ConcurrentHashMap<>();

  private record Started(Process process, Path said) {}

  Activities(Terminal terminal) {
    this.terminal = terminal;
  }

  /// Asks a training to end after its step.
  ///
  /// @throws IllegalArgumentException if it is not being trained
  void stop(Run run) throws IOException {
    requireRunning(run);
    RunControl.end().ask(run.folder());
  }

  /// Asks a training for another learning rate.
  ///
  /// @throws IllegalArgumentException if it is not being trained, or it is no rate
  void learningRate(Run run, double rate) throws IOException {
    var control = RunControl.rate(rate);
    requireRunning(run);
    control.ask(run.folder());
  }

  private static void requireRunning(Run run) throws IOException {
    if (!run.isRunning()) {
      throw new IllegalArgumentException(
          "%s is not being trained; resume it first".formatted(run.name()));
    }
  }

  /// Goes on with a run in a process of its own, which outlives the studio unless Ctrl-C in its
  /// terminal ends both.
  ///
  /// @throws IllegalArgumentException if it cannot go on, or is about to
  synchronized void resume(Run run) throws IOException {
    var before = started.get(run.name());
    if (before != null && before.process.isAlive()) {
      throw new IllegalArgumentException("%s has been resumed already".formatted(run.name()));
    }
    if (!run.goesOn()) {
      var note = run.note();
      throw new IllegalArgumentException(note.isEmpty()
          ? "%s is not a run that was stopped".formatted(run.name())
          : "%s cannot go on: %s".formatted(run.name(), note));
    }
    var said = Files.createTempFile("unroll-studio-", ".log");
    var command = new ArrayList<>(program());
    command.addAll(List.of(isOfExamples(run) ? "fit" : "train", "--resume",
        run.folder().toAbsolutePath().toString(), "--quiet"));
    var process = new ProcessBuilder(command).directory(terminal.folder().toAbsolutePath().toFile())
        .redirectErrorStream(true).redirectOutput(said.toFile())
        .redirectInput(ProcessBuilder.Redirect.from(nothing())).start();
    forget(started.put(run.name(), new Started(process, said)));
  }

  private static boolean isOfExamples(Run run) throws IOException {
    return "examples".equals(run.summary().get("task"));
  }

  private static File nothing() {
    return new File(System.getProperty("os.name", "").startsWith("Windows") ? "NUL" : "/dev/null");
  }

  /// The command by which this program was called, or the same class path in another JVM.
  private static List<String> program() {
    var script = System.getProperty("unroll.command");
    if (script != null) {
      return List.of(script);
    }
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    }
    command.addAll(List.of("-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
        "dev.unroll.app.Main"));
    return command;
  }

  /// What a process that was started here has said if it failed; empty otherwise, and once the run
  /// trains again.
  synchronized String complaint(Run run) throws IOException {
    var one = started.get(run.name());
    if (one == null || one.process.isAlive() || one.process.exitValue() == 0
        || !Files.exists(one.said)) {
      return "";
    }
    if (run.isRunning()) {
      forget(started.remove(run.name()));
      return "";
    }
    return shown(Files.readString(one.said));
  }

  /// The end of what a process has said, without what its JVM says each time.
  static String shown(String said) {
    var text = said.lines().filter(line -> !line.startsWith(INCUBATING))
        .collect(Collectors.joining("\n")).strip();
    return text.length() <= SAID ? text : "… " + text.substring(text.length() - SAID);
  }

  private static void forget(@Nullable Started before) {
    try {
      if (before != null && !before.process.isAlive()) {
        Files.deleteIfExists(before.said);
      }
    } catch (IOException _) {
      // A file among the temporary ones, which the system removes.
    }
  }

  @Override
  public void close() {
    started.values().forEach(Activities::forget);
  }
}

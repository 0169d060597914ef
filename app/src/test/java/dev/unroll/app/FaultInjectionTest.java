package dev.unroll.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.run.RunFolder;
import dev.unroll.format.json.JsonFields;
import dev.unroll.format.json.JsonLines;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.testkit.Faults;
import dev.unroll.testkit.FaultyFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Trainings of which the first operation on files fails, then the second one, until there are no
/// more: alone, and with all that follow. Each time there is one sentence and an exit code, what
/// was saved can be read, and the same command, or `--resume` where there is a checkpoint, ends
/// with the same bits as a run without a fault.
class FaultInjectionTest {
  private static final List<String> FILES = List.of("model.safetensors", "checkpoint.safetensors");

  @TempDir
  private static Path folder;

  /// The commands that train.
  enum Training {
    TRAIN, FIT;

    /// Two epochs of a few steps.
    List<String> start() {
      var args = new ArrayList<>(this == TRAIN
          ? List.of("train", "text", "--data", folder.resolve("words.txt").toString(),
              "--embedding", "2", "--time", "48", "--sample", "0")
          : List.of("fit", folder.resolve("examples.jsonl").toString()));
      args.addAll(List.of("--out", "run", "--cell", "rnn", "--hidden", "3", "--batch",
          this == TRAIN ? "4" : "8",
          "--epochs", "2", "--dropout", "0.1", "--threads", "1", "--quiet"));
      return args;
    }

    List<String> resume() {
      return List.of(this == TRAIN ? "train" : "fit", "--resume", "run", "--threads", "1",
          "--quiet");
    }

    /// A run without faults.
    Path expected() {
      return folder.resolve("expected-" + this);
    }
  }

  @BeforeAll
  static void trainWithoutFaults() throws IOException {
    new Commands(folder).text("words.txt", 75);
    var examples = new StringBuilder();
    for (int i = 0; i < 14; i++) {
      examples.append("{\"input\":\"%s\",\"target\":\"%s\"}%n"
          .formatted("ab".repeat(1 + i % 3) + "c".repeat(i % 2), i % 2 == 0 ? "even" : "odd"));
    }
    Files.writeString(folder.resolve("examples.jsonl"), examples);
    for (var training : Training.values()) {
      var result = run(training.expected(), Faults.none(), training.start());
      assertThat(result.err()).isEmpty();
      assertThat(result.exitCode()).isZero();
    }
  }

  /// Up to the last but one checkpoint; the test that follows has the rest.
  @ParameterizedTest
  @EnumSource
  void aTrainingThatCannotDoItsNthOperationLosesNothing(Training training) throws IOException {
    var operations = operations(training, folder.resolve("nowhere"), training.start());
    sweep(training, operations.subList(0, lastLog(operations)), folder.resolve("nowhere"),
        training.start());
  }

  @ParameterizedTest
  @EnumSource
  void aTrainingThatGoesOnLosesNothingEither(Training training) throws IOException {
    var operations = operations(training, folder.resolve("nowhere"), training.start());
    var stopped = folder.resolve("stopped-" + training);
    var result = run(stopped, Faults.from(lastLog(operations)), training.start());
    assertThat(result.exitCode()).isEqualTo(2);
    sweep(training, operations(training, stopped, training.resume()), stopped, training.resume());
  }

  /// The place of the line of the last epoch, after which the last checkpoint is written.
  private static int lastLog(List<String> operations) {
    return operations.lastIndexOf("WRITE log.jsonl");
  }

  /// What a command does to files if nothing fails.
  private static List<String> operations(Training training, Path before, List<String> args)
      throws IOException {
    var faults = Faults.none();
    var home = copy(before, "counted-" + training);
    assertThat(run(home, faults, args).exitCode()).isZero();
    return faults.done();
  }

  private static void sweep(
      Training training, List<String> operations, Path before, List<String> args)
      throws IOException {
    for (int n = 1; n <= operations.size(); n++) {
      failAndGoOn(training, "once", n, Faults.once(n), before, args);
      // A command ends when it cannot read, so that what would fail later does not matter; and both
      // commands do the same after a failure.
      if (training == Training.TRAIN && !operations.get(n - 1).matches("(OPEN|READ) .*")) {
        failAndGoOn(training, "from then on", n, Faults.from(n), before, args);
      }
    }
  }

  private static void failAndGoOn(Training training, String how, int n, Faults faults, Path before,
      List<String> args) throws IOException {
    var home = copy(before, "%s-%d-%s".formatted(training, n, how));
    var result = run(home, faults, args);
    var what = "%s at operation %d, %s, %s:%n%s"
        .formatted(args.subList(0, 2), n, faults.done().get(n - 1), how, result);
    if (result.exitCode() == 0) {
      assertThat(result.err()).as(what).isEmpty();
      assertSame(training, home, what);
    } else {
      assertThat(result.exitCode()).as(what).isEqualTo(2);
      assertThat(result.err()).as(what).startsWith("unroll: ").contains(folder.toString())
          .hasLineCount(1);
    }
    var run = home.resolve("run");
    for (var file : FILES) {
      if (Files.exists(run.resolve(file))) {
        assertThat(Safetensors.read(run.resolve(file)).verified()).as(what).isTrue();
      }
    }

    boolean resumes = Files.exists(run.resolve("checkpoint.safetensors"));
    var again = run(home, Faults.none(), resumes ? training.resume() : training.start());
    assertThat(again.err()).as(what).isEmpty();
    assertThat(again.exitCode()).as(what).isZero();
    assertSame(training, home, what);
  }

  private static Commands.Result run(Path home, Faults faults, List<String> args)
      throws IOException {
    return new Commands(FaultyFileSystem.of(Files.createDirectories(home), faults)).run(args);
  }

  /// A new folder with what is in another one, which need not be there.
  private static Path copy(Path from, String name) throws IOException {
    var to = Files.createTempDirectory(folder, name);
    var run = from.resolve("run");
    if (Files.exists(run)) {
      Files.createDirectory(to.resolve("run"));
      try (var files = Files.newDirectoryStream(run)) {
        for (var file : files) {
          Files.copy(file, to.resolve("run").resolve(file.getFileName()));
        }
      }
    }
    return to;
  }

  private static void assertSame(Training training, Path home, String what) throws IOException {
    var run = home.resolve("run");
    for (var file : FILES) {
      assertThat(run.resolve(file)).as(what)
          .hasBinaryContent(Files.readAllBytes(training.expected().resolve("run").resolve(file)));
    }
    assertThat(run.resolve(RunFolder.REPORT)).as(what).exists();
    var steps = new ArrayList<Long>();
    for (JsonFields line : JsonLines.read(run.resolve(RunFolder.LOG))) {
      if (line.has("norm")) {
        steps.add(line.longInteger("step"));
      }
    }
    assertThat(steps).as(what)
        .isEqualTo(LongStream.rangeClosed(1, steps.size()).boxed().toList()).isNotEmpty();
    try (Stream<Path> files = Files.list(run)) {
      assertThat(files.map(file -> file.getFileName().toString())).as(what)
          .noneMatch(file -> file.endsWith(".tmp"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shortReadsAndWritesGiveTheSameBits(Training training) throws IOException {
    var home = folder.resolve("short-" + training);
    var result = run(home, Faults.shortTransfers(101), training.start());
    assertThat(result.err()).isEmpty();
    assertSame(training, home, result.toString());
  }

  /// No room for the page ended a training once, whose checkpoint was written.
  @Test
  void aPageThatCannotBeWrittenDoesNotEndATraining() throws IOException {
    var home = folder.resolve("no-page");
    var operations = operations(Training.TRAIN, folder.resolve("nowhere"), Training.TRAIN.start());
    run(home, Faults.from(lastLog(operations)), Training.TRAIN.start());
    var page = home.resolve("run").resolve(RunFolder.REPORT);
    Files.delete(page);
    Files.createDirectory(page);
    var resume = new ArrayList<>(Training.TRAIN.resume());
    resume.remove("--quiet");
    var result = run(home, Faults.none(), resume);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).startsWith("unroll: " + page).hasLineCount(1);
    assertThat(result.out()).contains(page + " cannot be written: ", " Training continues.",
        "done: ");
    for (var file : FILES) {
      assertThat(home.resolve("run").resolve(file))
          .hasSameBinaryContentAs(Training.TRAIN.expected().resolve("run").resolve(file));
    }
  }

  @Test
  void aPageOfXrayThatFailsLeavesTheOldOne() throws IOException {
    var args = List.of("xray", "run", "--out", "page.html", "--time", "8", "--threads", "1");
    var home = copy(Training.TRAIN.expected(), "xray");
    var counted = Faults.none();
    assertThat(run(home, counted, args).exitCode()).isZero();
    var page = home.resolve("page.html");
    for (int n = 1; n <= counted.done().size(); n++) {
      var operation = counted.done().get(n - 1);
      if (operation.matches("READ .*")) {
        continue; // those of a checkpoint are tried above
      }
      Files.writeString(page, "old");
      var result = run(home, Faults.once(n), args);
      boolean written = !Files.readString(page).equals("old");
      if (result.exitCode() == 0) {
        assertThat(operation).as("Java tries twice to make a folder").startsWith("FOLDER ");
      } else {
        assertThat(result.exitCode()).as(operation).isEqualTo(2);
        assertThat(result.err()).as(operation).startsWith("unroll: ").hasLineCount(1)
            .contains(written ? page + " is written, but" : folder.toString());
      }
      try (var files = Files.list(home)) {
        assertThat(files.toList()).as(operation)
            .containsExactlyInAnyOrder(page, home.resolve("run"));
      }
    }
  }
}

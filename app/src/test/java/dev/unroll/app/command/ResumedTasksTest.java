package dev.unroll.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.Commands;
import dev.unroll.train.TrainingSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Trainings of tasks that are killed or stopped, and go on. A training of a task that was killed
/// was lost, while one of a text was not.
class ResumedTasksTest {
  @TempDir
  private Path folder;

  private Commands commands;

  enum Task {
    CLASSIFY("reviews.csv"), TAG("words.jsonl"), TRANSDUCE("pairs.tsv"), FORECAST("wave.csv",
        "--horizon", "6", "--season", "12"), DETECT("wave.csv");

    private final List<String> args =
        new ArrayList<>(List.of("train", name().toLowerCase(Locale.ROOT)));

    Task(String... args) {
      this.args.addAll(List.of(args));
    }

    List<String> train(String out) {
      var all = new ArrayList<>(args);
      all.addAll(List.of("--epochs", "9", "--threads", "1", "--out", out));
      return all;
    }
  }

  @BeforeEach
  void write() throws IOException {
    commands = new Commands(folder);
    TaskFiles.write(folder, 90, 1000, 1200);
  }

  /// Starts a training in a process of its own and waits until two epochs have ended.
  private Process started(Task task) throws IOException, InterruptedException {
    var process = commands.start(List.of(), task.train("run"));
    while (!Files.readString(folder.resolve("out")).contains("epoch 2/9")) {
      assertThat(process.isAlive()).as(Files.readString(folder.resolve("err"))).isTrue();
      Thread.sleep(5);
    }
    return process;
  }

  private byte[] whole(Task task) throws IOException {
    assertThat(commands.run(task.train("whole")).err()).isEmpty();
    return Files.readAllBytes(folder.resolve("whole").resolve(TrainingSession.MODEL));
  }

  @ParameterizedTest
  @EnumSource
  void aTrainingThatWasKilledGoesOnWithTheSameBits(Task task)
      throws IOException, InterruptedException {
    var process = started(task);
    process.destroyForcibly().waitFor();
    assertThat(folder.resolve("run").resolve(TrainingSession.MODEL)).doesNotExist();
    assertThat(commands.run("predict", "run", "reviews.csv").err()).contains(
        "the training in run has not ended; go on with it: unroll train --resume run");
    assertThat(commands.run(task.train("run")).err())
        .contains("run holds a run already; resume it");

    var result = commands.run("train", "--resume", "run", "--threads", "2");
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("done: " + folder.resolve("run"))
        .doesNotContain("epoch 1/9");
    assertThat(folder.resolve("run").resolve(TrainingSession.MODEL))
        .hasBinaryContent(whole(task));
    assertThat(folder.resolve("run/checkpoint")).doesNotExist();

    var again = commands.run("train", "--resume", "run");
    assertThat(again.exitCode()).isZero();
    assertThat(again.out()).contains("run is finished; its figures: ");
  }

  /// A signal ended the training of a forecaster with nothing.
  @ParameterizedTest
  @EnumSource(names = {"FORECAST", "TAG"})
  void aTrainingThatWasStoppedHasAModelAndGoesOn(Task task)
      throws IOException, InterruptedException {
    var process = started(task);
    process.destroy();
    var stopped = commands.await(process);
    assertThat(stopped.exitCode()).isEqualTo(128 + 15);
    assertThat(stopped.out()).containsPattern("stopped after \\d+ of 9 epochs and saved; run/model"
        + "\\.safetensors is the best so far; go on with\n.* train --resume run\n");
    assertThat(folder.resolve("run").resolve(TrainingSession.MODEL)).exists();
    assertThat(commands.run("info", "run").exitCode()).isZero();

    assertThat(commands.run("train", "--resume", "run", "--quiet").exitCode()).isZero();
    assertThat(folder.resolve("run").resolve(TrainingSession.MODEL))
        .hasBinaryContent(whole(task));
  }

  /// A run that was begun and has no checkpoint yet.
  private void begun() throws IOException {
    var args = new ArrayList<>(Task.CLASSIFY.train("run"));
    args.set(args.indexOf("9"), "1");
    assertThat(commands.run(args).exitCode()).isZero();
    Files.delete(folder.resolve("run").resolve(TrainingSession.MODEL));
  }

  @Test
  void changedDataAreRefused() throws IOException {
    begun();
    Files.writeString(folder.resolve("reviews.csv"), "review,mood\ngood,pos\nbad,neg\n");
    var changed = commands.run("train", "--resume", "run");
    assertThat(changed.exitCode()).isEqualTo(2);
    assertThat(changed.err())
        .isEqualTo(("unroll: %s has changed since the run in %s was begun; bring"
            + " back what it was, or start a new run%n").formatted(folder.resolve("reviews.csv"),
                folder.resolve("run")));
    Files.delete(folder.resolve("reviews.csv"));
    assertThat(commands.run("train", "--resume", "run").err())
        .contains("reviews.csv, which the run in ",
            " was begun with, is not there any more; bring");
  }

  @Test
  void theSettingsAreThoseOfTheRun() throws IOException {
    begun();
    assertThat(commands.run("train", "--resume", "run", "--hidden", "3").err())
        .contains("--hidden cannot be changed when a run is resumed");
    assertThat(commands.run("train", "text", "--resume", "run").err())
        .contains("text does not go with --resume, which has the settings of the run");
    var elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    var result = new Commands(elsewhere).run("train", "--resume", folder.resolve("run").toString());
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("epoch 1/1", "done: " + folder.resolve("run"));
    Files.writeString(folder.resolve("run/command.json"),
        "{\"command\":[\"shakespeare\"],\"folder\":\"/\",\"data\":{}}");
    Files.delete(folder.resolve("run").resolve(TrainingSession.MODEL));
    assertThat(commands.run("train", "--resume", "run").err())
        .contains("command.json does not hold the command of a task; start the run anew");
  }

  /// What cannot be trained leaves nothing behind.
  @Test
  void aTrainingThatFailsLeavesNoFolder() throws IOException {
    Files.writeString(folder.resolve("short.csv"), "value\n1\n2\n");
    var result = commands.run("train", "forecast", "short.csv", "--horizon", "6", "--out", "short");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(folder.resolve("short")).doesNotExist();
  }
}

package dev.unroll.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.Commands.Result;
import dev.unroll.app.run.RunFolder;
import dev.unroll.format.json.JsonLines;
import dev.unroll.testkit.Faults;
import dev.unroll.testkit.FaultyFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two trainings in one folder: a quick one runs from start to end between any two operations on
/// files of a slow one. What the slow one saw before it had the folder for itself may have changed:
/// it once replaced the model of the quick one.
class OutRaceTest {
  @TempDir
  private Path folder;

  private Path text;

  @BeforeEach
  void text() throws IOException {
    text = new Commands(folder).text("words.txt", 40);
  }

  private List<String> train(String seed, String... more) {
    var args = new ArrayList<>(List.of("train", "text", "--data", text.toString(), "--cell", "rnn",
        "--hidden", "3", "--embedding", "2", "--batch", "4", "--time", "20", "--epochs", "1",
        "--sample", "0", "--threads", "1", "--quiet", "--seed", seed));
    args.addAll(List.of(more));
    return args;
  }

  private static Result run(Path home, Faults faults, List<String> args) {
    return new Commands(FaultyFileSystem.of(home, faults)).run(args);
  }

  /// What happened when the quick one ran before the n-th operation of the slow one.
  private record Race(String what, Path home, Result slow, Result quick) {}

  private interface Judge {
    void of(Race race) throws IOException;
  }

  /// All races of two commands, from what a folder holds before.
  private void races(List<String> slow, List<String> quick, Judge judge) throws IOException {
    var counted = Faults.none();
    assertThat(run(before(0), counted, slow).exitCode()).isZero();
    for (int n = 1; n <= counted.done().size(); n++) {
      var home = before(n);
      var quickly = new Result[1];
      var slowly =
          run(home, Faults.meanwhile(n, () -> quickly[0] = run(home, Faults.none(), quick)),
              slow);
      var what = "before operation %d, %s: slow %s, quick %s"
          .formatted(n, counted.done().get(n - 1), slowly, quickly[0]);
      judge.of(new Race(what, home, slowly, quickly[0]));
    }
  }

  private Path before(int n) throws IOException {
    var home = Files.createDirectories(folder.resolve("race" + n));
    var run = folder.resolve("before/run");
    if (Files.exists(run)) {
      Files.createDirectory(home.resolve("run"));
      try (var files = Files.newDirectoryStream(run)) {
        for (var file : files) {
          Files.copy(file, home.resolve("run").resolve(file.getFileName()));
        }
      }
    }
    return home;
  }

  private Path trained(String seed) throws IOException {
    var home = Files.createDirectories(folder.resolve("seed" + seed));
    assertThat(run(home, Faults.none(), train(seed, "--out", "run")).exitCode()).isZero();
    return home.resolve("run");
  }

  private static void assertWhole(Race race, Path run, Path expected) throws IOException {
    for (var file : List.of("model.safetensors", "checkpoint.safetensors")) {
      assertThat(run.resolve(file)).as(race.what)
          .hasBinaryContent(Files.readAllBytes(expected.resolve(file)));
    }
    var steps = new ArrayList<Long>();
    for (var line : JsonLines.read(run.resolve(RunFolder.LOG))) {
      if (line.has("norm")) {
        steps.add(line.longInteger("step"));
      }
    }
    assertThat(steps).as(race.what).isNotEmpty()
        .isEqualTo(LongStream.rangeClosed(1, steps.size()).boxed().toList());
  }

  private static void assertOneSentence(Race race, Result result) {
    assertThat(result.exitCode()).as(race.what).isEqualTo(2);
    assertThat(result.err()).as(race.what).startsWith("unroll: ").hasLineCount(1)
        .containsAnyOf("holds a run already", "another process is training in");
  }

  @Test
  void ofTwoNewRunsInOneFolderOneIsRefused() throws IOException {
    var slow = trained("1");
    var quick = trained("2");
    races(train("1", "--out", "run"), train("2", "--out", "run"), race -> {
      boolean slowWins = race.slow.exitCode() == 0;
      assertOneSentence(race, slowWins ? race.quick : race.slow);
      assertThat((slowWins ? race.slow : race.quick).exitCode()).as(race.what).isZero();
      assertWhole(race, race.home.resolve("run"), slowWins ? slow : quick);
    });
  }

  @Test
  void ofTwoRunsThatGoOnNoneLosesWhatTheOtherHasDone() throws IOException {
    var whole = trained("1");
    var counted = Faults.none();
    var home = Files.createDirectories(folder.resolve("counted"));
    run(home, counted, train("1", "--out", "run"));
    int last = counted.done().lastIndexOf("WRITE log.jsonl");
    run(Files.createDirectories(folder.resolve("before")), Faults.from(last),
        train("1", "--out", "run"));
    var resume = List.of("train", "--resume", "run", "--threads", "1", "--quiet");
    races(resume, resume, race -> {
      if (race.quick.exitCode() != 0) {
        assertOneSentence(race, race.quick);
      }
      assertThat(race.slow.exitCode()).as(race.what).isZero();
      assertThat(race.slow.out() + race.quick.out()).as(race.what).containsOnlyOnce("done: ");
      assertWhole(race, race.home.resolve("run"), whole);
    });
  }

  @Test
  void twoRunsWithoutAFolderGetOneEach() throws IOException {
    var slow = trained("1");
    var quick = trained("2");
    races(train("1"), train("2"), race -> {
      assertThat(race.slow.err() + race.quick.err()).as(race.what).isEmpty();
      boolean slowFirst = race.slow.out().contains("words-1");
      assertWhole(race, race.home.resolve("runs/words-1"), slowFirst ? slow : quick);
      assertWhole(race, race.home.resolve("runs/words-2"), slowFirst ? quick : slow);
    });
  }
}

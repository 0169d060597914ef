package dev.unroll.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.Commands;
import dev.unroll.app.run.TrialTable;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// `unroll train TASK DATA --tune N`.
class TuneTest {
  @TempDir
  private Path folder;

  private Commands commands;

  enum Task {
    CLASSIFY("reviews.csv"), TAG("words.jsonl"), TRANSDUCE("pairs.tsv"), FORECAST("wave.csv",
        "--horizon", "6", "--season", "12"), DETECT("wave.csv");

    private final List<String> args = new ArrayList<>(
        List.of("train", name().toLowerCase(Locale.ROOT)));

    Task(String... args) {
      this.args.addAll(List.of(args));
    }

    List<String> train(String out, String... more) {
      var all = new ArrayList<>(args);
      all.addAll(List.of("--epochs", "3", "--threads", "1", "--out", out));
      all.addAll(List.of(more));
      return all;
    }
  }

  @BeforeEach
  void write() throws IOException {
    commands = new Commands(folder);
    TaskFiles.write(folder, 60, 10, 300);
  }

  private Path model(String run) {
    return folder.resolve(run).resolve(TrainingSession.MODEL);
  }

  /// The table without the times.
  private List<String> table(String run) throws IOException {
    return Files.readAllLines(folder.resolve(run).resolve(TrialTable.FILE)).stream()
        .map(line -> line.replaceFirst(",[0-9.]+,(?=\"[^\"]*\"$)", ",")).toList();
  }

  /// The result is that of a training with the settings that were found, to the last bit.
  @ParameterizedTest
  @EnumSource
  void theBestTrialIsTheResult(Task task) throws IOException {
    var result = commands.run(task.train("run", "--tune", "3"));
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("search    3 trials of rate, hidden, ", "; 1, 3 of 3 epochs;",
        "trial 0   1 of 3 epochs: ", "trial 2   1 of 3 epochs: ", "trial 0   3 of 3 epochs: ",
        "\ndefaults         3 ", "   the best\n", "done: " + folder.resolve("run"));
    assertThat(folder.resolve("run/tuning.html")).content().contains("Each line is a trial");
    for (int trial = 0; trial < 3; trial++) {
      assertThat(folder.resolve("run/trials/" + trial)).isDirectoryContaining(
          file -> file.endsWith(TrainingSession.MODEL))
          .isDirectoryNotContaining(Files::isDirectory);
    }
    assertThat(folder.resolve("run/checkpoint")).doesNotExist();
    assertThat(commands.run("info", "run").exitCode()).isZero();
    assertThat(commands.run("train", "--resume", "run").out()).contains("run is finished");

    var again = result.out().lines().filter(line -> line.contains("unroll train ")).findFirst()
        .orElseThrow().strip().split(" ");
    var args = new ArrayList<>(List.of(again).subList(1, again.length));
    args.addAll(List.of("--out", "again"));
    assertThat(args).doesNotContain("--tune");
    assertThat(commands.run(args).err()).isEmpty();
    assertThat(model("run")).hasSameBinaryContentAs(model("again"));
  }

  @Test
  void aSearchThatWasKilledFindsTheSame() throws IOException, InterruptedException {
    var args = Task.CLASSIFY.train("run", "--tune", "4");
    args.set(args.indexOf("3"), "12");
    var process = commands.start(List.of(), args);
    while (!Files.readString(folder.resolve("out")).contains("trial 1 ")) {
      assertThat(process.isAlive()).as(Files.readString(folder.resolve("err"))).isTrue();
      Thread.sleep(5);
    }
    process.destroyForcibly().waitFor();
    assertThat(model("run")).doesNotExist();
    var result = commands.run("train", "--resume", "run");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).doesNotContain("trial 0   4 of").contains("trial 3   4 of 12 epochs");
    args.set(args.indexOf("run"), "whole");
    assertThat(commands.run(args).exitCode()).isZero();
    assertThat(table("run")).isEqualTo(table("whole"));
    assertThat(model("run")).hasSameBinaryContentAs(model("whole"));
  }

  /// A search as it stands after its first rung, in which a trial has failed.
  @Test
  void aTrialThatFailsIsToldAndDoesNotEndTheSearch() throws IOException {
    commands.run(Task.CLASSIFY.train("run", "--tune", "3"));
    Files.delete(model("run"));
    var table = folder.resolve("run").resolve(TrialTable.FILE);
    var lines = Files.readAllLines(table).subList(0, 4);
    var failed = lines.get(1).split(",");
    lines.set(1, "%s,%s,%s,\"\",,1.5,\"failed: the loss is NaN, and more\"".formatted(failed[0],
        failed[1], failed[2]));
    Files.write(table, lines);
    var result = commands.run("train", "--resume", "run");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("1 of 3 trials failed").doesNotContain("defaults  ");
    assertThat(Files.readString(table)).contains("\"failed: the loss is NaN, and more\"")
        .contains("\"best\"");
    assertThat(folder.resolve("run/tuning.html")).content()
        .contains("Trial 0 failed: the loss is NaN, and more.");

    Files.delete(model("run"));
    Files.writeString(table, Files.readString(table).replace("hidden=", "hidden=1"));
    assertThat(commands.run("train", "--resume", "run").err())
        .contains("trials.csv has a trial 1 that is not one of this search; restore it, or start");
    Files.writeString(table, Files.readString(table).replace("hidden=", "hidden=many"));
    assertThat(commands.run("train", "--resume", "run").err())
        .contains("trials.csv, line 3: \"hidden=many");
  }

  @Test
  void aSeriesThatIsTooShortLeavesNoFolder() throws IOException {
    Files.writeString(folder.resolve("short.csv"), "value\n1\n2\n3\n4\n");
    for (var task : List.of(List.of("forecast", "short.csv", "--horizon", "6"),
        List.of("detect", "short.csv"))) {
      var args = new ArrayList<>(List.of("train"));
      args.addAll(task);
      args.addAll(List.of("--tune", "3", "--out", "short"));
      assertThat(commands.run(args).exitCode()).isEqualTo(2);
      assertThat(folder.resolve("short")).doesNotExist();
    }
  }

  @Test
  void aSettingThatIsGivenIsNotSearched() throws IOException {
    var result =
        commands.run(Task.CLASSIFY.train("run", "--tune", "3", "--set", "hidden=11,dropout=0.1"));
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("gru of 11 units",
        "3 trials of rate, layers, batch, embedding");
    assertThat(table("run").get(2)).startsWith("1,1,1,\"hidden=11,dropout=0.1,rate=");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "--tune 1|--tune is 1, expected a number from 2 to 10,000",
    "--tune 4 --validation 0|--tune chooses by the validation data, but --validation is 0; give a"
        + " share or a file",
    "--tune 4 --folds 3|--folds and --tune are two ways to use the data; give one of them",
    "--tune 3 --set rate=0.01,hidden=8,layers=1,dropout=0,batch=8,embedding=8|--set gives all that"
        + " --tune would search (rate, hidden, layers, dropout, batch, embedding); leave some of it"
        + " out, or --tune",
    "--set depth=3|there is no setting depth; the settings here are rate, hidden, layers, dropout,"
        + " batch, embedding",
    "--set depth|\"depth\" is no setting; expected a name and a number, such as hidden=96,"
        + "rate=0.004"})
  void whatCannotBeIsRefused(String options, String sentence) {
    var args = new ArrayList<>(List.of("train", "classify", "reviews.csv"));
    args.addAll(List.of(options.split(" ")));
    var result = commands.run(args);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).isEqualTo("unroll: %s%n".formatted(sentence));
    assertThat(folder.resolve("runs")).doesNotExist();
  }
}

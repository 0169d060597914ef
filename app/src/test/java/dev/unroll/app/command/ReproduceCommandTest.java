package dev.unroll.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.Commands;
import dev.unroll.app.reproduce.Experiment;
import dev.unroll.app.reproduce.published.Experiments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReproduceCommandTest {
  /// The experiments that need no data that are not shipped.
  static Stream<String> experiments() {
    return Experiments.all().stream().map(Experiment::name).filter(name -> !name.contains("mnist"));
  }

  @TempDir
  private Path folder;

  @Test
  void withoutANameTheExperimentsAreListed() {
    var result = new Commands(folder).run("reproduce");
    assertThat(result.exitCode()).isZero();
    for (var experiment : Experiments.all()) {
      assertThat(result.out()).contains(experiment.name() + " ", experiment.title(),
          experiment.source(), "takes " + experiment.takes());
    }
  }

  @ParameterizedTest
  @MethodSource("experiments")
  void everyExperimentRunsInATinySettingAndLeavesATableAndCurves(String name) throws IOException {
    var result = new Commands(folder).run("reproduce", name, "--quick", "--threads", "1");
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    var home = folder.resolve("runs/reproduce-" + name + "-quick");
    var table = Files.readString(home.resolve(ReproduceCommand.TABLE));
    assertThat(result.out()).contains(table, "epoch 1 of ");
    try (var inside = Files.list(home)) {
      long rows = inside.filter(Files::isDirectory).count();
      assertThat(table.lines().filter(line -> line.startsWith("| "))).hasSize((int) rows + 2);
    }
    var curves = home.resolve(ReproduceCommand.CURVES);
    assertThat(Files.readString(curves)).contains("\"title\":\"Training loss\"")
        .doesNotContain("@data@", "@uplot");
    // A browser opens it there (src/test/page).
    Files.copy(curves, Files.createDirectories(Path.of("target/page"))
        .resolve("curves-" + name + ".html"), StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void whatIsFinishedIsNotRunAgain() throws IOException {
    var commands = new Commands(folder);
    String[] command = {"reproduce", "adding", "--quick", "--threads", "1", "--only", "gru-t-200"};
    assertThat(commands.run(command).exitCode()).isZero();
    var row = folder.resolve("runs/reproduce-adding-quick/gru-t-200");
    var table = Files.readString(row.resolveSibling(ReproduceCommand.TABLE));
    var before = FileTime.fromMillis(0);
    Files.setLastModifiedTime(row.resolve("result.json"), before);
    var again = commands.run(command);
    assertThat(again.out()).contains(table).doesNotContain("epoch 1 of");
    assertThat(Files.getLastModifiedTime(row.resolve("result.json"))).isEqualTo(before);
  }

  @Test
  void aRowThatWasStoppedGoesOnToTheSameFigure() throws IOException {
    var commands = new Commands(folder);
    String[] command = {"reproduce", "adding", "--quick", "--threads", "1", "--only", "gru-t-200"};
    commands.run(command);
    var row = folder.resolve("runs/reproduce-adding-quick/gru-t-200");
    var curve = Files.readAllLines(row.resolve("training/curve.jsonl"));
    var table = table(row);
    // As a process leaves it that was killed between the curve's line and the result.
    Files.delete(row.resolve("result.json"));
    assertThat(commands.run(command).out()).doesNotContain("epoch 1 of");
    assertThat(table(row)).isEqualTo(table);
    assertThat(Files.readAllLines(row.resolve("training/curve.jsonl"))).isEqualTo(curve);
  }

  private static String table(Path row) throws IOException {
    return Files.readString(row.resolveSibling(ReproduceCommand.TABLE));
  }

  @Test
  void anotherSeedHasAnotherFolderByItself() throws IOException {
    var commands = new Commands(folder);
    String[] command = {"reproduce", "adding", "--quick", "--threads", "1", "--only", "gru-t-200"};
    commands.run(command);
    var first = "runs/reproduce-adding-quick";
    var other = commands.run(
        Stream.concat(Stream.of(command), Stream.of("--seed", "2")).toArray(String[]::new));
    assertThat(other.exitCode()).isZero();
    assertThat(Files.readString(folder.resolve("runs/reproduce-adding-seed-2-quick/table.md")))
        .isNotEqualTo(Files.readString(folder.resolve(first + "/table.md")));
    var mixed = commands.run(Stream.concat(Stream.of(command),
        Stream.of("--seed", "2", "--out", first)).toArray(String[]::new));
    assertThat(mixed.exitCode()).isEqualTo(2);
    assertThat(mixed.err()).contains("is the result of seed 1 with --quick").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
    "nothing             | there is no experiment 'nothing'; there are adding",
    "adding --only trees | adding has no row 'trees'; it has lstm-t-200",
    "adding --data away  | there is no folder away; check --data",
    "adding --threads 0  | --threads is 0, expected a number from 1",
    "adding --out file   | file is a file; give --out the path of a folder",
    "adding --seed x     | 'x' is not a whole number"})
  void whatCannotBeDoneGetsOneSentence(String arguments, String sentence) throws IOException {
    Files.writeString(folder.resolve("file"), "");
    var result = new Commands(folder)
        .run(("reproduce " + arguments + " --quick").split(" "));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains(sentence).hasLineCount(1);
    assertThat(result.out()).isEmpty();
  }
}

package dev.unroll.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.Commands;
import dev.unroll.cell.Cells;
import dev.unroll.expr.Cell;
import dev.unroll.kernel.plan.Plan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CellsCommandTest {
  @TempDir
  private Path folder;

  @Test
  void theListHasEveryCellWithItsStatesAndParameters() {
    var lines = new Commands(folder).run("cells").out().lines().toList();
    for (var published : Cells.all()) {
      assertThat(lines).anyMatch(line -> line.startsWith(published.name() + " ")
          && line.contains(published.title()) && line.contains(published.source()));
    }
    // 4·128·(64 + 128 + 1) and 3·128·(64 + 128) + 4·128
    assertThat(lines).anyMatch(line -> line.matches("lstm +c h +98,816 .*"));
    assertThat(lines).anyMatch(line -> line.matches("gru +h +74,240 .*"));
  }

  @Test
  void whatItPrintsIsACellFile() throws IOException {
    var commands = new Commands(folder);
    for (var published : Cells.all()) {
      var file = folder.resolve(published.name() + ".cell");
      Files.writeString(file, commands.run("cells", published.name()).out());
      assertThat(Cell.read(file)).isEqualTo(published.cell());
      assertThat(commands.run("cells", file.toString()).out())
          .as("a file that holds a published cell").startsWith("# " + published.name() + ": ");
    }
  }

  @Test
  void parametersThatNeverLearnAreSpokenOf() throws IOException {
    Files.writeString(folder.resolve("idle.cell"), "a = V x\nh' = tanh(W x + U h)\n");
    assertThat(new Commands(folder).run("cells", "idle.cell").err()).isEqualToNormalizingNewlines(
        "note: idle: nothing that the layer puts out (h') depends on a, so V will never learn; use "
            + "a in another equation, or take its line away\n");
  }

  /// It learns badly at the default rate, which nothing said.
  @Test
  void whatToKnowBeforeATrainingIsSaid() {
    var commands = new Commands(folder);
    assertThat(commands.run("cells", "rg-lru").out()).contains("\n# wants a larger learning rate");
    assertThat(commands.run("cells", "gru").out()).doesNotContain("learning rate");
  }

  @Test
  void latexAndPlan() {
    var commands = new Commands(folder);
    var lstm = Cells.find("lstm");
    assertThat(commands.run("cells", "lstm", "--latex").out().strip())
        .isEqualTo(lstm.latex().strip()).startsWith("\\begin{align*}");
    assertThat(commands.run("cells", "lstm", "--plan").out())
        .isEqualTo(Plan.training(lstm).toString()).contains("forward", "backward");
  }

  @Test
  void aNumberBehindANameIsTheHeads() throws IOException {
    var commands = new Commands(folder);
    var printed = commands.run("cells", "slstm:4").out();
    assertThat(printed).contains("heads Ri Rf Rz Ro = 4");
    Files.writeString(folder.resolve("slstm-4.cell"), printed);
    assertThat(Cell.read(folder.resolve("slstm-4.cell")))
        .isEqualTo(Cells.sLstm().heads(4).named("slstm-4"));
    assertThat(commands.run("cells", "slstm:1").out())
        .isEqualTo(commands.run("cells", "slstm").out());
    for (var wrong : List.of("slstm:0", "slstm:x", "slstm:")) {
      var result = commands.run("cells", wrong);
      assertThat(result.exitCode()).isEqualTo(2);
      assertThat(result.err()).hasLineCount(1)
          .contains("expected a number of heads, 1 or more, behind the colon, as in slstm:4");
    }
    assertThat(commands.run("cells", "mingru:2").err())
        .contains("has no matrix with H rows and H columns").hasLineCount(1);
  }

  @Test
  void outputIsUtf8WhateverTheLocale() throws Exception {
    var commands = new Commands(folder);
    var result = commands.await(commands.start(List.of("-Dfile.encoding=ISO-8859-1"),
        List.of("cells", "lstm")));
    assertThat(result.out()).isEqualTo(commands.run("cells", "lstm").out()).contains("σ(");
    assertThat(Files.readAllBytes(folder.resolve("out")))
        .isEqualTo(result.out().getBytes(StandardCharsets.UTF_8));
  }
}

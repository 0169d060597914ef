package dev.unroll.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.settings.Preset;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {
  @TempDir
  private Path folder;

  static List<String> commands() {
    return Main.commands();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasHelpWithExamplesThatFitsATerminal(String command) {
    var result = new Commands(folder).run(command, "--help");
    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).startsWith("Usage: unroll " + command)
        .contains("Examples:\n  unroll " + command);
    assertThat(result.out().lines()).allMatch(line -> line.length() <= 100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "generate", "evaluate"})
  void whatCannotBeDumpedIsRefused(String command) {
    var result = new Commands(folder).run(command, "--dump", "plan,assembly");
    assertThat(result.exitCode()).isNotZero();
    assertThat(result.err())
        .contains("\"assembly\" cannot be dumped; write plan, bytecode or plan,bytecode");
  }

  @Test
  void withoutACommandTheHelpListsAllOfThem() {
    var result = new Commands(folder).run();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains(Main.commands().stream().map("  %s "::formatted).toList())
        .contains("unroll train shakespeare");
  }

  @Test
  void aCommandThatThereIsNotIsRefusedAndOthersAreNamed() {
    var result = new Commands(folder).run("generat");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("generat").contains("generate");
  }

  @Test
  void optionsMayStandBeforeTheCommand() {
    var result = new Commands(folder).run("--debug", "cells", "lstm");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).isEqualTo(new Commands(folder).run("cells", "lstm").out());
  }

  @Test
  void helpOfTrainHasThePresets() {
    var help = new Commands(folder).run("train", "--help").out();
    for (var preset : Preset.all()) {
      assertThat(help).contains(preset.name());
    }
    assertThat(help).containsPattern("--hidden +" + Preset.of("default").hidden() + " +"
        + Preset.of("large").hidden() + "\\b");
  }

  @Test
  void versionIsOneLine() {
    assertThat(new Commands(folder).run("--version").out()).matches("unroll .+, Java .+\\R");
  }
}

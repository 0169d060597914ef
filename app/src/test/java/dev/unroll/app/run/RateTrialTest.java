package dev.unroll.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.app.Commands;
import dev.unroll.app.console.Terminal;
import dev.unroll.train.TrainingSession.RateSweep;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `--find-rate` of `fit` and `train`.
class RateTrialTest {
  private static final Pattern SUGGESTED = Pattern.compile("Begin with --learning-rate (\\S+),");

  @TempDir
  private Path folder;

  private Commands commands;

  @BeforeEach
  void examples() throws IOException {
    commands = new Commands(folder);
    var lines = new StringBuilder();
    for (int i = 0; i < 64; i++) {
      lines.append("{\"input\": \"%s\", \"target\": \"%s\"}\n"
          .formatted(i % 2 == 0 ? "abab" : "cdcd", i % 2 == 0 ? "left" : "right"));
    }
    Files.writeString(folder.resolve("sides.jsonl"), lines);
  }

  private Commands.Result fit(String... more) {
    var args = new ArrayList<>(List.of("fit", "sides.jsonl", "--hidden", "8", "--embedding", "4",
        "--batch", "8", "--threads", "1", "--find-rate"));
    args.addAll(List.of(more));
    return commands.run(args);
  }

  @Test
  void namesARateByWhichTheModelLearns() throws IOException {
    var found = fit();
    assertThat(found.err()).isEmpty();
    assertThat(found.exitCode()).isZero();
    assertThat(found.out()).startsWith("100 steps at learning rates from 1.0e-05 to 10\n")
        .contains("rate     loss, nats\n").contains("█");
    var suggested = SUGGESTED.matcher(found.out());
    assertThat(suggested.find()).isTrue();
    assertThat(Double.parseDouble(suggested.group(1))).isBetween(1e-4, 5.0);
    assertThat(folder.toFile().list()).containsExactly("sides.jsonl");

    var trained = commands.run("fit", "sides.jsonl", "--hidden", "8", "--embedding", "4",
        "--batch", "8", "--threads", "1", "--epochs", "6", "--quiet", "--learning-rate",
        suggested.group(1));
    assertThat(trained.err()).isEmpty();
    assertThat(trained.out()).contains("validation loss 0.0");
  }

  @Test
  void isShortWhenQuiet() {
    assertThat(fit("--quiet").out()).startsWith("The loss falls fastest at ").hasLineCount(2);
  }

  @Test
  void worksOnTexts() throws IOException {
    Files.writeString(folder.resolve("text"), "to be or not to be ".repeat(100));
    var found = commands.run("train", "text", "--data", "text", "--hidden", "8", "--embedding", "4",
        "--layers", "1", "--batch", "4", "--time", "16", "--threads", "1", "--find-rate");
    assertThat(found.err()).isEmpty();
    assertThat(found.out()).contains("loss, nats per character").containsPattern(SUGGESTED);
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  @Test
  void refusesAFolderAndARunThatGoesOn() {
    assertThat(fit("--out", "run").err()).contains(
        "--find-rate writes no files, so --out run has no use; leave one of the two away");
    assertThat(commands.run("fit", "--resume", "run", "--find-rate").err())
        .contains("--find-rate cannot be changed when a run is resumed");
  }

  @Test
  void saysSoWhenNoRateIsGood() {
    var terminal = new Terminal(InputStream.nullInputStream(), new PrintWriter(new StringWriter()),
        new PrintWriter(new StringWriter()), folder, false);
    var rising =
        new RateSweep(List.of(0.1, 0.2, 0.4), List.of(1.0, 1.5, 9.0), List.of(1.0, 1.5, 5.0));
    assertThatThrownBy(
        () -> RateTrial.show((_, _, _) -> rising, "nats", new RunOptions(), terminal))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the loss falls at none of the learning rates from 1.0e-05 to 10");
  }
}

package dev.unroll.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.data.Scaling;
import dev.unroll.format.json.JsonFields;
import dev.unroll.model.Model;
import dev.unroll.model.SequenceToVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Examples whose numbers are far from one: how they are scaled, and in which units answers come.
class ScaledNumbersTest {
  private static final List<String> TINY = List.of("--hidden", "7", "--batch", "4", "--epochs", "2",
      "--lr", "0.01", "--threads", "1");

  @TempDir
  private Path folder;

  private Commands commands;

  /// Loads in kilowatts, with a flag beside each: a model of numbers of about one would never get
  /// there.
  @BeforeEach
  void loads() throws IOException {
    commands = new Commands(folder);
    var lines = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      lines.append("{\"input\": [[%d, 0], [%d, 1]], \"target\": %d}\n"
          .formatted(50_000 + 100 * i, 50_050 + 100 * i, 7_000 + 10 * i));
    }
    Files.writeString(folder.resolve("loads.jsonl"), lines);
  }

  private Commands.Result fit(String out, String... more) {
    var args = new ArrayList<>(List.of("fit", "loads.jsonl", "--out", out));
    args.addAll(TINY);
    args.addAll(List.of(more));
    return commands.run(args);
  }

  private List<Double> predicted(String run, String field) throws IOException {
    var answer = commands.runWith("{\"input\": [[52000, 0], [52050, 1]]}\n", "predict", run);
    assertThat(answer.err()).isEmpty();
    return JsonFields.parse(answer.out(), "predict").numbers(field);
  }

  private double loss(String... examples) throws IOException {
    var args = new ArrayList<>(List.of("evaluate", "run", "--json"));
    args.addAll(List.of(examples));
    return JsonFields.parse(commands.run(args).out(), "evaluate").number("loss");
  }

  private Scaling scaling(String run) throws IOException {
    return requireNonNull(Model.load(folder.resolve(run + "/model.safetensors")).architecture()
        .inputs().scaling());
  }

  /// A model of the command line that is loaded in Java reads and answers numbers as they are.
  @Test
  void modelsThatAreLoadedScaleTheirNumbers() throws IOException {
    fit("run");
    var model = (SequenceToVector) Model.load(folder.resolve("run/model.safetensors"));
    double answer = model.predictor()
        .predict(new float[] {52_000, 0}, new float[] {52_050, 1})[0];
    assertThat(answer).isCloseTo(predicted("run", "numbers").getFirst(), within(0.01));
  }

  @Test
  void numbersAreScaledAndAnswersAreNot() throws IOException {
    var fitted = fit("run");
    assertThat(fitted.err()).isEmpty();
    assertThat(fitted.out()).contains(
        "numbers    of both sides scaled to mean 0 and deviation 1; --scale none leaves them\n");
    var scaling = scaling("run");
    assertThat(scaling.shift()[0]).isBetween(51_000.0, 53_000.0);
    assertThat(scaling.shift()[scaling.columns() - 1]).isZero();
    assertThat(scaling.scale()[scaling.columns() - 1]).isOne();
    assertThat(predicted("run", "numbers").getFirst()).isBetween(6_800.0, 7_600.0);
    assertThat(commands.run("evaluate", "run").out()).contains("squared of scaled numbers");
    // The same examples in another order, scaled by what the model keeps.
    assertThat(loss("--split", "all")).isCloseTo(loss("--data", "loads.jsonl"), within(1e-9));

    assertThat(fit("raw", "--scale", "none").out()).doesNotContain("scaled to");
    assertThat(predicted("raw", "numbers").getFirst()).isBetween(-10.0, 10.0);
    assertThat(fit("tree", "--scale", "tree").err())
        .contains("expected one of [standard, min-max, none] but was 'tree'");
  }

  /// Times in seconds since 1970, ten seconds apart: they were rounded to floats, which lie 128
  /// apart there, before they were scaled, so that the model saw one number; and so did whoever
  /// read its answers.
  @Test
  void unixSecondsStayApart() throws IOException {
    var json = new StringBuilder();
    var csv = new StringBuilder("input,target\n");
    for (int i = 0; i < 40; i++) {
      int time = 1_700_000_000 + 10 * i;
      json.append("{\"input\": [%d, %d], \"target\": %d}\n".formatted(time, time + 5, time + 7));
      csv.append("%d %d,%d\n".formatted(time, time + 5, time + 7));
    }
    Files.writeString(folder.resolve("times.jsonl"), json);
    Files.writeString(folder.resolve("times.csv"), csv);
    for (var file : List.of("times.jsonl", "times.csv")) {
      var args = new ArrayList<>(List.of("fit", file, "--input", "numbers", "--target", "numbers",
          "--out", file + "-run"));
      args.addAll(TINY);
      args.set(args.indexOf("--epochs") + 1, "60");
      assertThat(commands.run(args).err()).isEmpty();
      var scaling = scaling(file + "-run");
      assertThat(scaling.shift()[0]).isBetween(1.70000013e9, 1.70000026e9);
      assertThat(scaling.scale()[0]).isBetween(90.0, 140.0);
      double early = time(file + "-run", 1_700_000_050);
      double late = time(file + "-run", 1_700_000_350);
      // Where there was one number, both answers were the same.
      assertThat(late - early).isBetween(150.0, 450.0);
      assertThat(early).isCloseTo(1_700_000_057.0, within(100.0));
    }
  }

  private double time(String run, int time) throws IOException {
    var answer = commands.runWith("{\"input\": [%d, %d]}\n".formatted(time, time + 5), "predict",
        run);
    assertThat(answer.err()).isEmpty();
    return JsonFields.parse(answer.out(), "predict").numbers("numbers").getFirst();
  }

  @Test
  void quantilesAndDeviationsAreInTheUnitsOfTheData() throws IOException {
    fit("quantiles", "--scale", "min-max", "--loss", "quantile(0.1, 0.5, 0.9)");
    assertThat(predicted("quantiles", "numbers")).hasSize(3)
        .allSatisfy(number -> assertThat(number).isBetween(6_500.0, 8_000.0));
    fit("gaussian", "--loss", "gaussian");
    assertThat(predicted("gaussian", "numbers")).hasSize(1)
        .allSatisfy(number -> assertThat(number).isBetween(6_800.0, 7_600.0));
    // Targets have a deviation of 115.
    assertThat(predicted("gaussian", "deviations")).hasSize(1)
        .allSatisfy(number -> assertThat(number).isBetween(30.0, 300.0));
  }

  /// Beyond a float once it is scaled: the sentence had been "Sample 3 … is Infinity", and the
  /// other answers of the batch were dropped.
  @Test
  void aNumberThatScalesToInfinityIsNamedWithItsLineAndCause() throws IOException {
    var lines = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      lines.append("{\"input\": [[%s, 0]], \"target\": %s}\n".formatted(i / 400.0, i / 400.0));
    }
    Files.writeString(folder.resolve("loads.jsonl"), lines);
    assertThat(fit("run").exitCode()).isZero();
    var inputs = "{\"input\": [[0.01, 0]], \"target\": 0}\n";
    inputs = inputs + inputs + "{\"input\": [[0.01, 0], [3e38, 0]], \"target\": 0}\n" + inputs;
    Files.writeString(folder.resolve("new.jsonl"), inputs);
    var cause = ", line 3: the input at step 1, column 0 is 3.0E38, which is scaled as (x - ";
    var piped = commands.runWith(inputs, "predict", "run");
    assertThat(piped.exitCode()).isEqualTo(2);
    assertThat(piped.err()).startsWith("unroll: standard input" + cause)
        .contains(" and then beyond a float; correct it").hasLineCount(2);
    assertThat(piped.out()).as("the answers before and after it").hasLineCount(4)
        .contains("{\"error\":\"standard input, line 3: ");
    var read = commands.run("predict", "run", "new.jsonl");
    assertThat(read.err()).contains("new.jsonl" + cause).hasLineCount(2);
    assertThat(read.out()).isEqualTo(piped.out().replace("standard input",
        folder.resolve("new.jsonl").toString()));
    assertThat(commands.run("evaluate", "run", "--data", "new.jsonl").err())
        .contains("new.jsonl" + cause).hasLineCount(1);
    assertThat(fit("held-out", "--validation", "new.jsonl").err())
        .contains("new.jsonl" + cause).hasLineCount(1);
    Files.writeString(folder.resolve("targets.jsonl"),
        "{\"input\": [[1, 0]], \"target\": -3e38}\n");
    assertThat(commands.run("evaluate", "run", "--data", "targets.jsonl").err())
        .contains("targets.jsonl, line 1: the target at step 0, column 0 is -3.0E38, which");
  }
}

package dev.unroll.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unroll.app.Commands;
import dev.unroll.app.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XrayCommandTest {
  @TempDir
  private Path folder;

  private Commands commands;

  @BeforeEach
  void start() {
    commands = new Commands(folder);
  }

  private Commands.Result compare(String cells, String... more) {
    var args = new ArrayList<>(List.of("xray", "--cells", cells, "--hidden", "6", "--batch", "4",
        "--threads", "1"));
    args.addAll(List.of(more));
    return commands.run(args);
  }

  /// The page, also where a browser opens it (src/test/page).
  private String page(String name) throws IOException {
    var file = folder.resolve("runs/xray.html");
    Files.copy(file, Files.createDirectories(Path.of("target/page")).resolve(name),
        StandardCopyOption.REPLACE_EXISTING);
    return Files.readString(file);
  }

  @Test
  void freshCellsAreComparedBeforeAndAfterTraining() throws IOException {
    Files.writeString(folder.resolve("my.cell"), """
        z  = σ(Wz x + Uz h + bz)
        h' = z * h + (1 - z) * tanh(W x + b)
        """);
    var result = compare("rnn,lstm,gru,my.cell", "--time", "12", "--steps", "4");
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("rnn: The gradient ", "lstm: On its best path, the state ",
        "gru: The gradient ", "my: The gradient ", "After 4 steps the loss is ",
        "The page: ");
    assertThat(page("xray-cells.html")).contains("X-ray of 4 cells", "before training",
        "after 2 steps", "after 4 steps", "How far back the gradient reaches", "lstm · c",
        "my · z", "The clip monitor", "The smallest cliff", "lstm · c, highway alone")
        .doesNotContain("@data@", "@uplot");
  }

  /// Of 5 steps there were 4, and 1 was "1 steps".
  @ParameterizedTest
  @CsvSource({"1, After 1 step the", "2, After 2 steps the", "3, After 3 steps the",
    "5, After 5 steps the"})
  void asManyStepsAsWereAskedFor(String steps, String said) throws IOException {
    var result = compare("rnn", "--time", "6", "--steps", steps);
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains(said + " loss is ", "rnn: " + steps + " step")
        .doesNotContain(" 1 steps", " of it are ");
    assertThat(Files.readString(folder.resolve("runs/xray.html"))).contains("before training",
        "after " + said.split(" ")[1] + " step");
  }

  /// An orthogonal U was advised to have what it was.
  @ParameterizedTest
  @CsvSource({"0.8, the gain 1 for its orthogonal U", "1.2, from an orthogonal U of gain 1"})
  void anOrthogonalMatrixOfAnotherGainIsToldSo(String gain, String advice) {
    var out = compare("rnn-identity", "--time", "60", "--steps", "0", "--init",
        "U=orthogonal(" + gain + ")").out();
    assertThat(out).contains(advice).doesNotContain("an orthogonal U,");
  }

  @Test
  void oneStepHasNoBestPath() {
    assertThat(compare("lstm", "--time", "1", "--steps", "0", "--task", "adding").out())
        .doesNotContain("On its best path, the state c, there is");
  }

  /// The page once took the place of a device, and the command said that all was well.
  @Test
  void aPageIsNotWrittenInPlaceOfAPipe() throws Exception {
    var pipe = folder.resolve("pipe");
    assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
    var result = compare("lstm", "--steps", "0", "--out", "pipe");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains(
        pipe + " cannot be written: it is a device or a pipe; choose the name of a file");
    assertThat(Files.exists(pipe) && !Files.isRegularFile(pipe)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"copy,3", "temporal-order,10", "Temporal-Order,11"})
  void everyTask(String task, String time) {
    var result = compare("lstm", "--task", task, "--time", time, "--steps", "1");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("lstm: ");
  }

  @Test
  void anOrthogonalLinearNetworkKeepsTheGradientAndASmallUHalvesIt() throws IOException {
    // ‖∂h_t/∂h_{t−k}‖ is gainᵏ exactly: half-life 1 for a gain of 1/2, doubling time 1 for 2.
    assertThat(compare("rnn-identity", "--time", "20", "--steps", "0").out())
        .contains("keeps its size: 100 % of it is left 19 steps back");
    assertThat(compare("rnn-identity", "--time", "20", "--steps", "0", "--init",
        "U=orthogonal(0.5)").out()).contains("halves every 1.0 steps");
    assertThat(compare("rnn-identity", "--time", "20", "--steps", "0", "--init",
        "U=orthogonal(2)").out()).contains("doubles every 1.0 steps");
    assertThat(page("xray-linear.html")).doesNotContain("The clip monitor");
  }

  /// T = 10 had it "keep its size: 430 %".
  @Test
  void aRateHasTheSameNameOverFewStepsAndOverMany() {
    for (String time : List.of("4", "10", "40")) {
      assertThat(compare("rnn-identity", "--time", time, "--steps", "0", "--init",
          "U=orthogonal(1.2)").out()).contains("doubles every 3.8 steps");
    }
  }

  /// `1 − z` was recognised, but no bias was offered for it.
  @Test
  void theBiasThatOpensTheGateOfAGruIsOffered() {
    assertThat(compare("gru-reset-before", "--time", "60", "--steps", "0").out())
        .contains("The gate that lets it through is 1 - z", "--init bz=-3");
  }

  @Test
  void aLanguageModelIsLookedAtWhileItReads() throws IOException {
    commands.text("words.txt", 400);
    var args = new ArrayList<>(
        List.of("train", "text", "--data", "words.txt", "--out", "run", "--epochs", "1"));
    args.addAll(Commands.TINY);
    assertThat(commands.run(args).exitCode()).isZero();
    var result =
        commands.run("xray", "run", "--time", "40", "--from", "3", "--quantities", "f,c',h'");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("reading 40 characters of words.txt, from character 3",
        "layer0: ", "layer1: ");
    var page = Files.readString(folder.resolve("run/xray.html"));
    // 32 of the 40 had been averaged without a word, and of 200 as few.
    assertThat(page).contains("averaged over all 40 answers t", "averaged over all 40 steps t");
    assertThat(page).contains("One unit reads along", "What a prediction rests on",
        "layer1 · f", "layer0 · c").doesNotContain("layer0 · i\"", "layer1 · o\"");
    Files.writeString(
        Files.createDirectories(Path.of("target/page")).resolve("xray-text.html"), page);
    // The page once took the place of the text.
    var over = commands.run("xray", "run", "--data", "words.txt", "--out", "./words.txt");
    assertThat(over.exitCode()).isEqualTo(Main.FAILED);
    assertThat(over.err()).contains("words.txt is the data that is read, and would be");
    Files.writeString(folder.resolve("notes.html"), "my notes");
    var notes = commands.run("xray", "run", "--out", "notes.html");
    assertThat(notes.exitCode()).isEqualTo(Main.FAILED);
    assertThat(notes.err()).contains("notes.html already exists and is not an HTML page");
    assertThat(folder.resolve("notes.html")).hasContent("my notes");
    assertThat(commands.run("xray", "run", "--data", "words.txt", "--time", "1100", "--quantities",
        "h'", "--out", "long.html").exitCode()).isZero();
    assertThat(Files.readString(folder.resolve("long.html"))).contains(
        "averaged over 952 of 1,100 answers t", "averaged over 230 of 1,100 steps t");
  }

  @Test
  void aStructureIsLookedAtWhileItAnswers() throws IOException {
    var lines = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      lines.append("{\"input\": \"%s\", \"target\": \"%s\"}\n"
          .formatted("kamola".substring(i % 3), i % 2 == 0 ? "ja" : "it"));
    }
    Files.writeString(folder.resolve("names.jsonl"), lines);
    assertThat(commands.run("fit", "names.jsonl", "--out", "run", "--epochs", "1", "--hidden", "7",
        "--embedding", "5", "--batch", "4", "--structure", "encoder-decoder", "--target",
        "characters",
        "--attention", "additive", "--threads", "1").exitCode()).isZero();
    var result = commands.run("xray", "run", "--data", "names.jsonl", "--example", "2");
    assertThat(result.err()).isEmpty();
    assertThat(Files.readString(folder.resolve("run/xray.html"))).contains("Where attention looks",
        "\"targets\":[\"j\",\"a\",\"end\"]", "One unit writes along");
    assertThat(result.out()).contains("reading 20 examples of names.jsonl, number 2 in full");
    var late = commands.run("xray", "run", "--data", "names.jsonl", "--example", "20");
    assertThat(late.exitCode()).isEqualTo(Main.FAILED);
    assertThat(late.err()).contains("--example 20: there are 20, counted from 0");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "--cells lstm,nope | nope",
    "--cells lstm --quantities f,q | --quantities q: no cell computes it; there are i, f, g, o, "
        + "c', h'",
    "--cells lstm --task temporal-order --time 9 | --time 9 is too short for temporal order, "
        + "expected at least 10",
    "--cells lstm --learning-rate 0 | --lr is 0.0, expected a number above 0",
    "--cells rnn --init bf=1 | --init bf: none of rnn has a parameter of that name",
    "--cells rnn --data a.txt | leave out --data, or --cells",
    "--cells lstm --task sorting | sorting",
    "nowhere | there is no nowhere"})
  void badInputGetsOneSentence(String args, String message) {
    var all = new ArrayList<>(List.of("xray"));
    all.addAll(List.of(args.strip().split(" ")));
    var result = commands.run(all);
    assertThat(result.exitCode()).isEqualTo(Main.FAILED);
    assertThat(result.err().strip()).contains(message.strip()).doesNotContain("\n", "\tat ");
  }

  @Test
  void whatIsTooLongForTheMemorySaysHowMuchItWouldTake() {
    var result = commands.run("xray", "--cells", "lstm", "--time", "100000", "--hidden", "128",
        "--steps", "0");
    assertThat(result.exitCode()).isEqualTo(Main.FAILED);
    assertThat(result.err()).contains("takes about", "MB, more than the limit of",
        "look at up to");
  }
}

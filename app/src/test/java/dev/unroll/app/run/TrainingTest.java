package dev.unroll.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.app.Commands;
import dev.unroll.app.Main;
import dev.unroll.app.console.OutputWriter;
import dev.unroll.app.console.Terminal;
import dev.unroll.format.json.JsonFields;
import dev.unroll.format.json.JsonLines;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From a text to a model to a text.
class TrainingTest {
  @TempDir
  private Path folder;

  private Commands commands;
  private Path text;

  @BeforeEach
  void text() throws IOException {
    commands = new Commands(folder);
    text = commands.text("words.txt", 600);
  }

  /// "Validation loss 3727.5140 nats per character, the best so far", where a guess has 4.56.
  @Test
  void aModelThatIsWorseThanAGuessSaysSo() throws IOException {
    var bad = commands.run(Commands.train(text, "bad", "--epochs", "1", "--lr", "3", "--schedule",
        "constant", "--cell", "rnn"));
    assertThat(bad.exitCode()).isZero();
    assertThat(bad.out()).contains("done: validation loss ", "\n"
        + "note: its probabilities are worse than equal ones for all 18 classes, whose loss is "
        + "log 18 = 2.8904; a lower learning rate may help");
    var good = commands.run(Commands.train(text, "good", "--epochs", "1"));
    assertThat(good.out()).contains("done: ").doesNotContain("worse than");
  }

  @Test
  void trainThenGenerateEvaluateAndInfo() throws IOException {
    var trained = commands.run(Commands.train(text, "run", "--epochs", "3", "--sample", "40"));
    assertThat(trained.err()).isEmpty();
    assertThat(trained.exitCode()).isZero();
    assertThat(trained.out())
        .contains("data     " + text, "model    lstm, 2 layers of 7, embedding 5: ")
        .containsPattern("epoch 1/3: training loss \\d\\.\\d{4}, validation loss \\d\\.\\d{4} nats")
        .containsPattern("\n  │ .+")
        .containsPattern("done: validation loss \\d\\.\\d{4} nats per character, in .*run\n");
    var evaluated = commands.run("evaluate", "run", "--json");
    var loss = JsonFields.parse(evaluated.out(), "evaluate");
    assertThat(loss.string("split")).isEqualTo("validation");
    assertThat(loss.integer("characters")).isEqualTo((int) Math.ceil(Files.size(text) / 10.0));
    // That of the model which was saved, the best epoch's.
    assertThat(loss.number("natsPerCharacter")).isEqualTo(lowestLoss());
    assertThat(loss.number("bitsPerCharacter"))
        .isEqualTo(loss.number("natsPerCharacter") / Math.log(2));

    assertThat(commands.run("info", "run").out())
        .contains("lstm(5 → 7), ", ", checksum verified", "trained for  3 epochs",
            "h' = o * tanh(c')",
            "input        18 characters: ⏎␣abdehilmnoqrstuw");
    var info = JsonFields.parse(commands.run("info", "run", "--json").out(), "info");
    assertThat(info.integer("layers")).isEqualTo(2);
    assertThat(info.object("provenance").object("settings").number("clip")).isEqualTo(0.5);

    var one = commands.run("generate", "run", "--prompt", "to be", "--length", "50", "--seed", "3");
    assertThat(one.exitCode()).isZero();
    assertThat(one.out()).startsWith("to be").endsWith(System.lineSeparator())
        .hasSize(5 + 50 + System.lineSeparator().length());
    assertThat(
        commands.run("generate", "run", "--prompt", "to be", "--length", "50", "--seed", "3"))
        .isEqualTo(one);
    assertThat(
        commands.run("generate", "run", "--prompt", "to be", "--length", "50", "--seed", "4"))
        .isNotEqualTo(one);
  }

  private double lowestLoss() throws IOException {
    double lowest = Double.POSITIVE_INFINITY;
    for (var line : JsonLines.read(folder.resolve("run/log.jsonl"))) {
      if (line.has("validationLoss")) {
        lowest = Math.min(lowest, line.number("validationLoss"));
      }
    }
    return lowest;
  }

  @Test
  void theLogHasTheSettingsThenEachStepAndEachEpoch() throws IOException {
    commands.run(Commands.train(text, "run", "--epochs", "2"));
    var lines = JsonLines.read(folder.resolve("run/log.jsonl"));
    assertThat(lines.getFirst().string("cell")).isEqualTo("lstm");
    assertThat(lines.getFirst().object("sizes").integer("H")).isEqualTo(7);
    var steps = lines.stream().filter(line -> line.has("loss")).toList();
    // 9/10 of the text in 4 streams, 8 characters at a time, twice.
    long chunks = Math.ceilDiv((Files.size(text) * 9 / 10 - 1) / 4, 8);
    assertThat(steps).extracting(line -> line.longInteger("step"))
        .isEqualTo(LongStream.rangeClosed(1, 2 * chunks).boxed().toList());
    assertThat(steps.getFirst().keys()).containsExactly("step", "epoch", "loss", "norm",
        "clippedNorm", "learningRate", "perSecond", "seconds", "cosine", "updates");
    assertThat(steps).as("clipping by the norm does not turn the gradient")
        .allMatch(line -> number(line, "cosine") > 1 - 1e-9);
    var updates = steps.getLast().object("updates");
    assertThat(updates.keys()).startsWith("embedding.E", "layer0.Wi").contains("output.c");
    assertThat(updates.number("layer0.Wi")).isBetween(1e-6, 0.1);
    assertThat(lines.stream().filter(line -> line.has("validationLoss")))
        .extracting(line -> line.longInteger("step")).containsExactly(chunks, 2 * chunks);
    assertThat(steps).allMatch(line -> number(line, "clippedNorm") <= 0.5 + 1e-6);
    assertThat(steps).anyMatch(line -> number(line, "norm") > 0.5);
  }

  private static double number(JsonFields line, String key) {
    try {
      return line.number(key);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void quietPrintsOneLine() {
    var trained = commands.run(Commands.train(text, "run", "--epochs", "1", "--quiet"));
    assertThat(trained.out().lines()).hasSize(1);
    assertThat(trained.out()).startsWith("done: ");
  }

  @Test
  void runsAreNumberedAndTheNewestIsTheDefault() {
    var args = List.of("train", "text", "--data", "words.txt", "--epochs", "1", "--quiet");
    for (var hidden : List.of("5", "6")) {
      var all = new ArrayList<>(args);
      all.addAll(Commands.TINY);
      all.addAll(List.of("--preset", "default"));
      all.set(all.indexOf("--hidden") + 1, hidden);
      assertThat(commands.run(all).err()).isEmpty();
    }
    assertThat(folder.resolve("runs/words-1/model.safetensors")).exists();
    assertThat(folder.resolve("runs/words-2/report.html")).exists();
    assertThat(commands.run("info").out()).contains("lstm(5 → 6)");
  }

  @Test
  void aRunIsNotOverwritten() throws IOException {
    commands.run(Commands.train(text, "run", "--epochs", "1"));
    var model = Files.readAllBytes(folder.resolve("run/model.safetensors"));
    var again = commands.run(Commands.train(text, "run", "--epochs", "1", "--seed", "2"));
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.err()).isEqualTo(("unroll: %s/run holds a run already; resume it"
        + " (--resume %s/run), or give --out a new folder%n").formatted(folder, folder));
    assertThat(folder.resolve("run/model.safetensors")).hasBinaryContent(model);
  }

  @Test
  void aFinishedRunSaysSoWhenItIsResumed() {
    commands.run(Commands.train(text, "run", "--epochs", "1"));
    var resumed = commands.run("train", "--resume", "run");
    assertThat(resumed.exitCode()).isZero();
    assertThat(resumed.out()).contains("run is finished: 1 of 1 epochs, validation loss ");
  }

  @Test
  void twoProcessesDoNotTrainInOneFolder() throws IOException {
    commands.run(Commands.train(text, "run", "--epochs", "1"));
    try (var _ = RunFolder.lock(folder.resolve("run"))) {
      assertThatThrownBy(() -> RunFolder.lock(folder.resolve("run")))
          .hasMessage("another process is training in %s/run; stop it first, or train elsewhere"
              .formatted(folder));
    }
  }

  @Test
  void aCellFromAFileWithMasksSizesAndStartsOfItsOwn() throws IOException {
    Files.writeString(folder.resolve("mine.cell"), """
        f  = σ(Wf x + Uf h + bf)
        n  = tanh(Wn x + Un (f * h) + Rn s + bn)
        s' = tanh(Ws x + Us s)
        h' = (1 - f) * h + f * n
        size s = P
        """);
    var trained = commands.run(Commands.train(text, "run", "--epochs", "1", "--cell", "mine.cell",
        "--size", "P=3", "--init", "bf=0.25", "--init", "Us=identity(0.5)", "--variational",
        "0.2"));
    assertThat(trained.err()).isEmpty();
    assertThat(commands.run("info", "run").out())
        .contains("mine(5 → 7)", "init bf = 0.25", "init Us = identity(0.5)",
            "variational dropout 0.2 with masks tied");
    assertThat(commands.run("generate", "run", "--length", "5", "--prompt", "to").exitCode())
        .isZero();
  }

  @Test
  void theDefaultPresetTrainsOnTheTextThatShips() {
    var trained = commands.run("train", "shakespeare", "--hidden", "3", "--layers", "1",
        "--embedding", "2", "--batch", "1024", "--time", "256", "--epochs", "1", "--threads", "1",
        "--quiet");
    assertThat(trained.err()).isEmpty();
    assertThat(commands.run("info").out())
        .startsWith(folder.resolve("runs/shakespeare-1/model.safetensors").toString())
        .contains("trained on   shakespeare (SHA-256 86c4e6aa9db7…)"); // that of the dataset
  }

  @Test
  void aDivergingRunSaysWhatToTry() {
    var trained = commands.run(Commands.train(text, "run", "--epochs", "9", "--lr", "9.9",
        "--cell", "rnn-identity", "--clip", "0", "--schedule", "constant", "--patience", "9"));
    assertThat(trained.exitCode()).isEqualTo(2);
    assertThat(trained.err()).matches("unroll: step [\\d,]+: the (validation )?loss .*; try a lower"
        + " learning rate or stronger clipping\\R");
    assertThat(folder.resolve("run/report.html")).exists();
  }

  @Test
  void aReaderThatGoesAwayEndsGenerationQuietly() throws IOException {
    commands.run(Commands.train(text, "run", "--epochs", "1"));
    var closed = new OutputStream() {
      private int left = 10;

      @Override
      public void write(int b) throws IOException {
        left--;
        if (left < 0) {
          throw new IOException("Broken pipe");
        }
      }
    };
    var err = new StringWriter();
    var terminal =
        new Terminal(InputStream.nullInputStream(), OutputWriter.to(closed), new PrintWriter(err),
            folder, false);
    // With so many characters it ends within the time of a test only if it notices.
    assertThat(Main.run(terminal, "generate", "run", "--length", "2000000000")).isEqualTo(141);
    assertThat(err.toString()).isEmpty();
  }
}

package dev.unroll.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.Engine;
import dev.unroll.cell.Cells;
import dev.unroll.model.LanguageModel;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingListener;
import dev.unroll.train.TrainingSession.Origin;
import dev.unroll.train.text.TextTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Models, checkpoints and logs that are not what they were.
class DamagedFilesTest {
  private static final long SEED = 20260731;

  @TempDir
  private static Path folder;

  private static Commands commands;
  private static byte[] model;
  private static byte[] checkpoint;
  private static byte[] log;

  @BeforeAll
  static void train() throws IOException {
    commands = new Commands(folder);
    var text = commands.text("words.txt", 300);
    assertThat(commands.run(Commands.train(text, "run", "--epochs", "2", "--hidden", "3")).err())
        .isEmpty();
    model = Files.readAllBytes(folder.resolve("run/model.safetensors"));
    checkpoint = Files.readAllBytes(folder.resolve("run/checkpoint.safetensors"));
    log = Files.readAllBytes(folder.resolve("run/log.jsonl"));
  }

  @Test
  void aModelCutShort() throws IOException {
    var random = new Random(SEED);
    for (int i = 0; i < 40; i++) {
      int length = random.nextInt(model.length);
      Files.write(folder.resolve("m"), Arrays.copyOf(model, length));
      assertOneSentence("model cut to %d bytes".formatted(length), "info", "m");
    }
  }

  @Test
  void aCheckpointCutShortIsNotOverwritten() throws IOException {
    var random = new Random(SEED);
    var run = Files.createDirectories(folder.resolve("cut"));
    for (int i = 0; i < 20; i++) {
      var cut = Arrays.copyOf(checkpoint, random.nextInt(checkpoint.length));
      Files.write(run.resolve("checkpoint.safetensors"), cut);
      assertOneSentence("checkpoint cut to %d bytes".formatted(cut.length), "train", "--resume",
          "cut");
      assertThat(run.resolve("checkpoint.safetensors")).hasBinaryContent(cut);
    }
  }

  @Test
  void flippedBitsAreNoticedOrHarmless() throws IOException {
    var random = new Random(SEED);
    for (int i = 0; i < 150; i++) {
      var flipped = model.clone();
      // Half of them in the first bytes: the lengths and the metadata.
      int at = random.nextInt(i % 2 == 0 ? 64 : model.length);
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(folder.resolve("m"), flipped);
      var result = commands.run("generate", "m", "--length", "3");
      var what = "bit of byte %d flipped (seed %d, %d): %s".formatted(at, SEED, i, result);
      if (result.exitCode() == 2) {
        assertThat(result.err()).as(what).startsWith("unroll: ").doesNotContain("\tat ");
      } else {
        assertThat(result.exitCode()).as(what).isZero();
      }
    }
  }

  @Test
  void otherFilesAreNoModels() throws IOException {
    for (var content : List.of("", "{}", "hello", "<html>".repeat(100), "\0".repeat(1_000),
        "\u0008\0\0\0\0\0\0\0{}      ")) {
      Files.writeString(folder.resolve("m"), content);
      assertOneSentence("file with " + content.length() + " bytes", "evaluate", "m");
    }
  }

  @Test
  void aDamagedLogIsNamedWithTheCure() throws IOException {
    var run = unfinished("log");
    var damaged = log.clone();
    damaged[log.length / 4] = '\n';
    Files.write(run.resolve("log.jsonl"), damaged);
    var result = commands.run("train", "--resume", "log");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .startsWith("unroll: " + run.resolve("log.jsonl") + " is damaged: line ")
        .endsWith("; move it away to resume without the curves so far" + System.lineSeparator());
    Files.delete(run.resolve("log.jsonl"));
    assertThat(commands.run("train", "--resume", "log").exitCode()).isZero();
  }

  @Test
  void aLogWhoseLastLineWasCutShortIsNoObstacle() throws IOException {
    var run = unfinished("short");
    int cut = log.length / 4;
    while (log[cut] != ':') {
      cut++;
    }
    Files.write(run.resolve("log.jsonl"), Arrays.copyOf(log, cut));
    assertThat(commands.run("train", "--resume", "short").exitCode()).isZero();
  }

  /// A run that was stopped after two thirds of its only epoch; it has no log.
  private static Path unfinished(String name) throws IOException {
    var run = Files.createDirectories(folder.resolve(name));
    var text = folder.resolve("words.txt");
    var task = TextTask.of(text.toString(), Files.readString(text));
    var model = LanguageModel.of(task.tokens().size(), Cells.find("mgu"), 3);
    try (var engine = Engine.of(1)) {
      var training = Trainer.of(model).recipe(Recipe.of(1).learningRate(0.01)).engine(engine)
          .folder(run).origin(new Origin(task.data(4, 8)))
          .session(task.batches(4, 8), task.validationBatches());
      training.fit(new TrainingListener() {
        @Override
        public void step(Step step) {
          if (3 * step.step() > 2 * step.steps()) {
            training.stop();
          }
        }
      });
    }
    return run;
  }

  private static void assertOneSentence(String what, String... args) {
    var result = commands.run(args);
    assertThat(result.exitCode()).as(what).isEqualTo(2);
    assertThat(result.err()).as(what).startsWith("unroll: ");
    assertThat(result.err().lines()).as(what).hasSize(1);
    assertThat(result.out()).as(what).isEmpty();
  }
}

package dev.unroll.app.tensorboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.Commands;
import dev.unroll.format.json.JsonFields;
import dev.unroll.format.json.JsonLines;
import dev.unroll.model.file.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Trainings with `--tensorboard`, and runs that are exported.
class TensorBoardTest {
  @TempDir
  private Path folder;

  private Commands commands;
  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    commands = new Commands(folder);
    text = commands.text("words.txt", 75);
  }

  @Test
  void anEventFileHasWhatTheLogHas() throws IOException {
    var args = Commands.train(text, "run", "--epochs", "2");
    args.add("--tensorboard");
    commands.said(args);
    checkAgainstLog(eventFiles("run").getFirst());
  }

  @Test
  void aRunIsExported() throws IOException {
    commands.said(Commands.train(text, "run", "--epochs", "2"));
    assertThat(commands.said(List.of("export", "run", "--to", "tensorboard")))
        .contains("events.out.tfevents.").contains("tensorboard --logdir");
    var file = eventFiles("run").getFirst();
    checkAgainstLog(file);
    assertThat(EventReader.values(file)).filteredOn(value -> value.histogram() != null)
        .extracting(EventReader.Value::tag).contains("parameters/layer0.Uf");
  }

  @Test
  void aTaskHasItsLossesToo() throws IOException {
    Files.writeString(folder.resolve("moods.csv"),
        "text,label\n" + "good day,up\nbad night,down\n".repeat(12));
    commands.said(List.of("train", "classify", "moods.csv", "--out", "run", "--epochs", "2",
        "--threads", "1", "--set", "hidden=8", "--tensorboard"));
    var values = EventReader.values(eventFiles("run").getFirst());
    for (JsonFields line : JsonLines.read(folder.resolve("run/log.jsonl"))) {
      if (line.has("loss")) {
        assertThat(scalar(values, line, "loss/training")).isEqualTo((float) line.number("loss"));
      } else if (line.has("validationLoss")) {
        assertThat(scalar(values, line, "loss/validation"))
            .isEqualTo((float) line.number("validationLoss"));
      }
    }
    assertThat(values).anyMatch(value -> value.tag().equals("settings")
        && value.text().contains("| task | classify |"));
  }

  /// TensorBoard drops what an older file has of later steps when a session starts.
  @Test
  void aRunThatGoesOnSaysFromWhere() throws IOException {
    try (var events = EventFile.create(folder.resolve("other"), 7)) {
      events.text(8, "t", "x");
    }
    var second = EventReader.events(eventFiles(".", "other").getFirst()).get(1);
    assertThat(second.get(2)).containsExactly(7L);
    assertThat((byte[]) second.get(7).getFirst()).as("SessionLog with status START")
        .containsExactly(8, 1);
  }

  @Test
  void aFileWithoutALogIsRefused() {
    commands.said(Commands.train(text, "run", "--epochs", "1"));
    assertThat(folder.resolve("run/log.jsonl").toFile().delete()).isTrue();
    assertThat(commands.refused("export", "run", "--to", "tensorboard")).contains("log.jsonl");
    assertThat(commands.refused("export", "run", "f", "--to", "tensorboard")).contains("leave");
  }

  private void checkAgainstLog(Path file) throws IOException {
    var events = EventReader.events(file);
    assertThat(new String((byte[]) events.getFirst().get(3).getFirst(),
        UTF_8)).isEqualTo("brain.Event:2");
    var values = EventReader.values(file);
    var log = JsonLines.read(folder.resolve("run/log.jsonl"));
    for (JsonFields line : log) {
      if (line.has("loss")) {
        assertThat(scalar(values, line, "loss/training")).isEqualTo((float) line.number("loss"));
        assertThat(scalar(values, line, "gradient/norm")).isEqualTo((float) line.number("norm"));
        assertThat(scalar(values, line, "update to weight/layer0.Uf"))
            .isEqualTo((float) line.object("updates").number("layer0.Uf"));
      } else if (line.has("validationLoss")) {
        assertThat(scalar(values, line, "loss/validation"))
            .isEqualTo((float) line.number("validationLoss"));
        assertThat(values).anyMatch(value -> value.tag().equals("sample")
            && value.text().contains("```"));
      }
    }
    assertThat(values).anyMatch(value -> value.tag().equals("settings")
        && value.text().contains("| cell | lstm |"));
    checkHistograms(values);
  }

  private void checkHistograms(List<EventReader.Value> values) throws IOException {
    var parameters = ModelFile.read(folder.resolve("run/model.safetensors")).model().parameters();
    for (var block : parameters.blocks()) {
      var all = values.stream()
          .filter(value -> value.tag().equals("parameters/" + block.name())).toList();
      assertThat(all).as(block.name()).isNotEmpty();
      var histogram = all.getLast().histogram();
      assertThat((double) histogram.get(3)).as("num").isEqualTo(block.length());
      var limits = (double[]) histogram.get(6);
      var counts = (double[]) histogram.get(7);
      assertThat(limits).hasSameSizeAs(counts).isSorted();
      assertThat(Arrays.stream(counts).sum()).isEqualTo(block.length());
      assertThat(limits[limits.length - 1]).isEqualTo((double) histogram.get(2));
    }
  }

  private static Float scalar(List<EventReader.Value> values, JsonFields line, String tag)
      throws IOException {
    long step = line.longInteger("step");
    return values.stream().filter(value -> value.step() == step && value.tag().equals(tag))
        .findFirst().orElseThrow().scalar();
  }

  private List<Path> eventFiles(String run) throws IOException {
    return eventFiles(run, "tensorboard");
  }

  private List<Path> eventFiles(String run, String inside) throws IOException {
    try (var files = Files.list(folder.resolve(run).resolve(inside))) {
      return files.filter(file -> file.getFileName().toString().contains("tfevents")).toList();
    }
  }
}

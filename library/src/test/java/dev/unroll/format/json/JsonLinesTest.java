package dev.unroll.format.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.format.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesTest {
  @TempDir
  Path folder;

  private static SequencedMap<String, Object> line(int step) {
    var line = new LinkedHashMap<String, Object>();
    line.put("step", step);
    line.put("text", "σ\n");
    return line;
  }

  private static void append(JsonLines log, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      log.append(line(i));
    }
  }

  @Test
  void everyLineIsInTheFileAtOnce() throws Exception {
    var file = folder.resolve("log.jsonl");
    try (var log = JsonLines.create(file)) {
      append(log, 0, 2);
      assertThat(Files.readString(file))
          .isEqualTo("{\"step\":0,\"text\":\"σ\\n\"}\n{\"step\":1,\"text\":\"σ\\n\"}\n");
      assertThat(log.lines()).isEqualTo(2);
    }
    assertThat(JsonLines.read(file)).hasSize(2);
    assertThat(JsonLines.read(file).get(1).integer("step")).isEqualTo(1);
  }

  @Test
  void aResumedRunRepeatsNoLine() throws Exception {
    var file = folder.resolve("log.jsonl");
    try (var log = JsonLines.create(file)) {
      append(log, 0, 5);
    }
    Files.writeString(file, "{\"step\":5,\"te", StandardOpenOption.APPEND);
    assertThat(JsonLines.read(file)).as("the line cut short is left out").hasSize(5);
    try (var log = JsonLines.resume(file, 3)) {
      assertThat(log.lines()).isEqualTo(3);
      append(log, 3, 5);
      assertThat(log.lines()).isEqualTo(5);
    }
    var expected = folder.resolve("expected.jsonl");
    try (var log = JsonLines.create(expected)) {
      append(log, 0, 5);
    }
    assertThat(file).hasSameBinaryContentAs(expected);
  }

  @Test
  void aLogShorterThanTheCheckpointKeepsItsWholeLines() throws Exception {
    var file = folder.resolve("log.jsonl");
    Files.writeString(file, "{}\n{}\n{\"cut");
    try (var log = JsonLines.resume(file, 9)) {
      assertThat(log.lines()).isEqualTo(2);
    }
    assertThat(file).hasContent("{}\n{}\n");
    try (var log = JsonLines.resume(folder.resolve("new.jsonl"), 9)) {
      assertThat(log.lines()).isZero();
    }
  }

  @Test
  void createEmptiesAnOldLog() throws Exception {
    var file = folder.resolve("log.jsonl");
    Files.writeString(file, "{}\n");
    JsonLines.create(file).close();
    assertThat(file).isEmptyFile();
  }

  @Test
  void aBadLineIsNamed() throws Exception {
    var file = folder.resolve("log.jsonl");
    Files.writeString(file, "{}\nnonsense\n");
    assertThatThrownBy(() -> JsonLines.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(file + ": line 2: is not well-formed JSON");
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    var file = folder.resolve("no/log.jsonl");
    assertThatThrownBy(() -> JsonLines.create(file))
        .isInstanceOf(IOException.class)
        .hasMessage(
            file
                + " cannot be written: its folder does not exist; create it, or choose another"
                + " place.");
  }

  @Test
  void aFolderInItsPlaceIsNamed() {
    assertThatThrownBy(() -> JsonLines.create(folder))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(folder + " cannot be written: it is a folder");
  }
}

package dev.unroll.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.Engine;
import dev.unroll.cell.Lstm;
import dev.unroll.layer.stepping.KeyFormat;
import dev.unroll.layer.stepping.KeyedStates;
import dev.unroll.model.LanguageModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {
  private static final Path EXAMPLE =
      Path.of("src/test/java/dev/unroll/datasets/ReadmeExample.java");

  @Test
  void theExampleStandsInTheReadmeAsItIsCompiled() throws IOException {
    for (var mark : List.of("README", "STREAM")) {
      var code = Files.readString(EXAMPLE).split("    // " + mark + "\n")[1].indent(-4);
      assertThat(Files.readString(Path.of("../README.md"))).contains("```java\n" + code + "```\n");
    }
  }

  @Test
  void theStreamOfEventsLeavesASnapshotOfItsKeys() {
    try (var engine = Engine.of(1)) {
      var model = LanguageModel.of(9, Lstm.cell(), 8);
      var layout = model.stepper(engine, 1).layout();
      var snapshot = ReadmeExample.stream(model, engine, System.currentTimeMillis());
      assertThat(KeyedStates.fromBytes(layout, snapshot, KeyFormat.STRING).keys())
          .containsExactlyInAnyOrder("alice", "bob");
    }
  }

  @Test
  void theExampleTrainsAndWrites(@TempDir Path folder) throws IOException {
    var written = new ByteArrayOutputStream();
    var console = System.out;
    System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
    try {
      ReadmeExample.trainAndWrite(
          TinyShakespeare.text().substring(0, 5000), folder.resolve("model.unroll"));
    } finally {
      System.setOut(console);
    }
    assertThat(written.toString(StandardCharsets.UTF_8)).startsWith("5 epochs, best ")
        .hasSizeBetween(240, 280);
  }
}

package dev.unroll.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {
  private static final Path EXAMPLE =
      Path.of("src/test/java/dev/unroll/datasets/ReadmeExample.java");

  @Test
  void theExampleStandsInTheReadmeAsItIsCompiled() throws IOException {
    var code = Files.readString(EXAMPLE).split("    // README\n")[1].indent(-4);
    assertThat(Files.readString(Path.of("../README.md"))).contains("```java\n" + code + "```\n");
  }

  @Test
  void theExampleTrainsAndWrites(@TempDir Path folder) throws IOException {
    var written = new ByteArrayOutputStream();
    var console = System.out;
    System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
    try {
      ReadmeExample.trainAndWrite(TinyShakespeare.text().substring(0, 5000), folder);
    } finally {
      System.setOut(console);
    }
    assertThat(written.toString(StandardCharsets.UTF_8)).hasSize(200);
  }
}

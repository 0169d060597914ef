package dev.unroll.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Lines of code have at most 100 columns. Not held to it: text blocks, tables between
/// `@formatter:off` and `@formatter:on`, equations and tables in Javadoc, imports, and patterns,
/// which the formatter does not wrap.
class LinesTest {
  private static final int COLUMNS = 100;
  private static final List<String> MODULES =
      List.of("library", "testkit", "datasets", "keras", "flink",
          "kafka-streams", "spark", "server", "examples",
          "app", "golden", "bench", "dist");

  @Test
  void haveAtMostOneHundredColumns() throws IOException {
    var found = new ArrayList<String>();
    int files = 0;
    for (var module : MODULES) {
      try (Stream<Path> all = Files.walk(Path.of("..", module))) {
        for (var file : all.filter(f -> f.toString().endsWith(".java"))
            .filter(f -> !f.toString().contains("target")).toList()) {
          files++;
          found.addAll(tooLong(file));
        }
      }
    }
    assertThat(files).isGreaterThan(500);
    assertThat(found).isEmpty();
  }

  private static List<String> tooLong(Path file) throws IOException {
    var found = new ArrayList<String>();
    boolean block = false;
    boolean table = false;
    boolean fence = false;
    int number = 0;
    for (var line : Files.readAllLines(file)) {
      number++;
      var text = line.strip();
      table = text.contains("@formatter:off") || table && !text.contains("@formatter:on");
      boolean inBlock = block;
      block ^= text.split("\"\"\"", -1).length % 2 == 0;
      fence = text.startsWith("///") && fence ^ text.startsWith("/// ```");
      boolean free = inBlock || table || fence || text.startsWith("/// |") || text.contains("(var ")
          || text.startsWith("case ") || text.startsWith("import ");
      if (!free && line.codePointCount(0, line.length()) > COLUMNS) {
        found.add("%s:%d has %d columns".formatted(file, number, line.length()));
      }
    }
    return found;
  }
}

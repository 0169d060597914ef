package dev.unroll.expr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.unroll.expr.text.CellParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The examples of `docs/notation.md` are read as the guide says.
class NotationTest {
  private static final Path GUIDE = Path.of("..", "docs", "notation.md");

  @Test
  void cells() throws IOException {
    var cells = blocks("cell");
    assertThat(cells).hasSizeGreaterThanOrEqualTo(5);
    for (var text : cells) {
      var cell = Cell.parse("guide", text);
      assertThat(Cell.parse("guide", cell.toString())).isEqualTo(cell);
    }
  }

  @Test
  void mistake() throws IOException {
    assertThatExceptionOfType(CellException.class)
        .isThrownBy(
            () -> CellParser.parse("my", "my.cell", blocks("cell wrong").getFirst()))
        .withMessage(blocks("message").getFirst().stripTrailing());
  }

  private static List<String> blocks(String kind) throws IOException {
    return Pattern.compile("(?m)^```" + kind + "\\R((?s:.*?))^```$")
        .matcher(Files.readString(GUIDE))
        .results()
        .map(block -> block.group(1))
        .toList();
  }
}

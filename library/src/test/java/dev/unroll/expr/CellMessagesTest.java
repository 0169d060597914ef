package dev.unroll.expr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every mistake in a cell's text has its message: `messages.txt` lists them, word for word.
class CellMessagesTest {

  private record Case(String title, String text, String message) {}

  @TestFactory
  Stream<DynamicTest> mistakes() throws IOException {
    return cases().stream()
        .map(
            c -> DynamicTest.dynamicTest(
                c.title(),
                () -> assertThatExceptionOfType(CellException.class)
                    .isThrownBy(() -> Cell.parse("my", c.text()))
                    .withMessage(c.message())));
  }

  @Test
  void theListIsRead() throws IOException {
    assertThat(cases()).hasSizeGreaterThan(80).allMatch(c -> c.message().startsWith("my:"));
  }

  @Test
  void theEquationIsNamed() {
    assertThat(mistake("f = W x\nh' = U k").equation()).isEqualTo("h'");
    assertThat(mistake("f = W x\nf = U x").equation()).isEqualTo("f");
    assertThat(mistake("f = W x\nh' = U mean(x)").equation()).isEqualTo("h'");
    assertThat(mistake("h' = W x\nout y").equation()).isNull();
  }

  @Test
  void caretBelowItsCharacter() {
    assertThat(mistake("\th' =\tW x + U k"))
        .as("a tab is one column and is shown as one blank")
        .hasMessageEndingWith("\n     h' = W x + U k\n                  ^")
        .hasMessageStartingWith("my:1:15: k is not known");
    assertThat(mistake("h\u0303' = W x + U k"))
        .as("an accent has no width")
        .hasMessageEndingWith("\n    h\u0303' = W x + U k\n                 ^")
        .hasMessageStartingWith("my:1:15: ");
    assertThat(mistake("𝒉' = W x + U k"))
        .as("two chars are one character")
        .hasMessageEndingWith("\n    𝒉' = W x + U k\n                 ^")
        .hasMessageStartingWith("my:1:14: ");
    assertThat(mistake("\uFEFFh' = W x + U k\r\nout h'\r\n"))
        .as("byte order mark and line ends of Windows do not show")
        .hasMessageEndingWith("\n    h' = W x + U k\n                 ^")
        .hasMessageStartingWith("my:1:14: ");
  }

  @Test
  void longLineIsCutAroundTheCaret() {
    var mistake = mistake("h' = W x" + " + W x".repeat(40) + " + U k" + " + W x".repeat(40));
    assertThat(mistake.getMessage().lines().skip(1))
        .containsExactly(
            "    …+ W x + W x + W x + W x + W x + W x + U k + W x + W x + W x + W x + W x + W x + "
                + "…",
            "     " + " ".repeat(40) + "^");
  }

  @Test
  void whatATerminalWouldObeyIsNotShown() {
    assertThat(mistake("h' = W x \0 b"))
        .hasMessage("my:1:10: unexpected character U+0000\n    h' = W x � b\n             ^");
    assertThat(mistake("h' = \u001B[31m"))
        .hasMessage("my:1:6: unexpected character U+001B\n    h' = �[31m\n         ^");
    assertThat(mistake("h' = \u202E b"))
        .hasMessage("my:1:6: unexpected character U+202E\n    h' = � b\n         ^");
    assertThat(mistake("h' = \uD83D b"))
        .hasMessage("my:1:6: unexpected character U+D83D\n    h' = � b\n         ^");
  }

  private static CellException mistake(String text) {
    try {
      throw new AssertionError("read as " + Cell.parse("my", text));
    } catch (CellException e) {
      return e;
    }
  }

  private static List<Case> cases() throws IOException {
    try (var in = CellMessagesTest.class.getResourceAsStream("messages.txt")) {
      assertThat(in).isNotNull();
      var text = new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
      return Arrays.stream(text.split("(?m)^=== ")).skip(1).map(CellMessagesTest::read).toList();
    }
  }

  private static Case read(String text) {
    int title = text.indexOf('\n');
    int line = text.indexOf("---\n");
    return new Case(
        text.substring(0, title),
        text.substring(title + 1, line),
        text.substring(line + 4).stripTrailing());
  }
}

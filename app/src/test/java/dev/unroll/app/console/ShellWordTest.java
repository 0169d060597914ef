package dev.unroll.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShellWordTest {
  /// A command with a blank in a path could not be pasted.
  @Test
  void whatAShellWouldDivideIsQuoted() {
    assertThat(ShellWord.of("runs/a-1")).isEqualTo("runs/a-1");
    assertThat(ShellWord.of("my d/my run")).isEqualTo("'my d/my run'");
    assertThat(ShellWord.of("it's")).isEqualTo("'it'\\''s'");
  }
}

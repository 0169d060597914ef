package dev.unroll.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The script `./unroll`.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no bash")
class LauncherTest {
  @TempDir
  private Path folder;

  /// It once ended with what `mkdir` says. A file in place of the folder stops the superuser too.
  @Test
  void aCheckoutThatCannotBeWrittenSaysWhatToDo() throws Exception {
    var script = Path.of("../unroll");
    assumeTrue(Files.exists(script), "not within the sources");
    var copy = Files.copy(script, folder.resolve("unroll"));
    Files.createFile(folder.resolve("target"));
    var builder = new ProcessBuilder("bash", copy.toString(), "--version")
        .redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    var process = builder.start();
    var printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(printed).isEqualTo("""
        Unroll has to be built before it starts, but %s cannot be written.
        Make room on the disk or change the permissions, or copy %s to a place of your own.
        """.formatted(folder.resolve("target/unroll"), folder));
    assertThat(process.exitValue()).isEqualTo(2);
  }
}

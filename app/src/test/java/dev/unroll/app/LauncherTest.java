package dev.unroll.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
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

  /// Ctrl-C said `./unroll`, which is not there in another folder.
  @Test
  void theProgramKnowsHowItWasStarted() throws Exception {
    var script = Path.of("../unroll");
    assumeTrue(Files.exists(script), "not within the sources");
    var checkout = Files.createDirectory(folder.resolve("checkout"));
    Files.copy(script, checkout.resolve("unroll"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.createFile(checkout.resolve("pom.xml"));
    for (var part : List.of("library", "datasets", "keras", "server", "app")) {
      Files.createDirectories(checkout.resolve(part + "/src/main"));
      Files.createFile(checkout.resolve(part + "/pom.xml"));
    }
    Files.createDirectories(checkout.resolve("target/unroll/built"));
    var current = Files.writeString(checkout.resolve("target/unroll/current"), "built\n");
    Files.setLastModifiedTime(current, FileTime.from(Instant.now().plusSeconds(60)));
    var java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho \"$@\"\n");
    assumeTrue(java.toFile().setExecutable(true));
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25\"\n");
    var builder = new ProcessBuilder("checkout/unroll", "--version").directory(folder.toFile())
        .redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    var process = builder.start();
    var printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(printed).contains("-Dunroll.command=checkout/unroll ",
        " dev.unroll.app.Main --version");
  }
}

package dev.unroll.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A disk without room, where this user may mount one in memory.
class FullDiskTest {
  @TempDir
  private Path folder;

  @Test
  void aFullDiskIsOneSentenceAndWhatWasSavedStays() throws Exception {
    var disk = Files.createDirectories(folder.resolve("disk"));
    assumeTrue(succeeds("mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", disk.toString()),
        "may not mount");
    try {
      var commands = new Commands(folder);
      var text = commands.text("words.txt", 2_000);
      // The log alone outgrows the disk within the first epoch.
      var result = commands.run(Commands.train(text, "disk/run", "--epochs", "9"));
      assertThat(result.exitCode()).isEqualTo(2);
      assertThat(result.err()).startsWith("unroll: " + disk.resolve("run"))
          .contains("cannot be written: No space left on device").hasLineCount(1);
      assertThat(commands.run("generate", "disk/run", "--length", "5").exitCode())
          .as("the checkpoint from before can be read").isZero();
    } finally {
      assertThat(succeeds("umount", disk.toString())).isTrue();
    }
  }

  private static boolean succeeds(String... command) throws InterruptedException {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException _) {
      return false;
    }
  }
}

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
    withDisk("200k", commands -> {
      var text = commands.text("words.txt", 2_000);
      // The log alone outgrows the disk within the first epoch.
      var result = commands.run(Commands.train(text, "disk/run", "--epochs", "9"));
      assertThat(result.exitCode()).isEqualTo(2);
      assertThat(result.err()).startsWith("unroll: " + folder.resolve("disk/run"))
          .contains("cannot be written: No space left on device").hasLineCount(1);
      assertThat(commands.run("generate", "disk/run", "--length", "5").exitCode())
          .as("the checkpoint from before can be read").isZero();
    });
  }

  /// Neither `--out` nor `--resume` took the folder once.
  @Test
  void aDiskThatIsFullBeforeTheFirstCheckpointIsNoObstacleLater() throws Exception {
    withDisk("8k", commands -> {
      var train = Commands.train(commands.text("words.txt", 200), "disk/run", "--epochs", "1");
      var result = commands.run(train);
      assertThat(result.exitCode()).isEqualTo(2);
      assertThat(result.err()).contains("cannot be written: No space left on device");
      assertThat(commands.run("train", "--resume", "disk/run").err())
          .endsWith("its training ended before the first; start it again with --out %s%n"
              .formatted(folder.resolve("disk/run")));
      assertThat(succeeds("mount", "-o", "remount,size=4m", folder.resolve("disk").toString()))
          .isTrue();
      assertThat(commands.run(train).err()).isEmpty();
    });
  }

  private interface Trial {
    void of(Commands commands) throws Exception;
  }

  private void withDisk(String size, Trial trial) throws Exception {
    var disk = Files.createDirectories(folder.resolve("disk"));
    assumeTrue(succeeds("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", disk.toString()),
        "may not mount");
    try {
      trial.of(new Commands(folder));
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

package dev.unroll.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskRunTest {
  @TempDir
  Path home;

  private TaskRun run() throws IOException {
    var folder = Files.createDirectory(home.resolve("run"));
    Files.createDirectory(folder.resolve("checkpoint"));
    return new TaskRun(folder, RunFolder.lock(folder), true);
  }

  @Test
  void aRunThatFailsBeforeItsFirstCheckpointLeavesNothing() throws IOException {
    try (var run = run()) {
      assertThat(run.hasCheckpoint()).isFalse();
      run.discard();
      assertThat(run.folder()).doesNotExist();
    }
  }

  /// An error in a late epoch, such as too little memory, removed all epochs before it.
  @Test
  void aRunThatFailsLaterKeepsItsCheckpoint() throws IOException {
    try (var run = run()) {
      var checkpoint =
          Files.writeString(run.folder().resolve("checkpoint/checkpoint.safetensors"), "state");
      assertThat(run.hasCheckpoint()).isTrue();
      run.discard();
      assertThat(checkpoint).hasContent("state");
    }
  }
}

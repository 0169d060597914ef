package dev.unroll.app.studio.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunTest {
  @TempDir
  private Path folder;

  /// A page that had all lines of the log was told that nothing is new, and showed a training that
  /// had ended as a running one for ever.
  @Test
  void anotherStateIsSomethingNew() throws IOException {
    var place = Files.createDirectory(folder.resolve("one"));
    Files.writeString(place.resolve(RunFolder.LOG), "{\"cell\":\"lstm\",\"epochs\":3}\n");
    Files.writeString(place.resolve("checkpoint.safetensors"), "");
    var run = new RunList(folder).named("one").orElseThrow();
    int seen;
    try (var _ = RunFolder.lock(place)) {
      var details = run.details(-1);
      assertThat(details).isNotNull().containsEntry("state", "running");
      seen = (int) details.get("version");
      assertThat(run.details(seen)).isNull();
    }
    var details = run.details(seen);
    assertThat(details).isNotNull().containsEntry("state", "interrupted");
    assertThat(run.details((int) details.get("version"))).isNull();
  }

  /// All of them had ended, as the list said.
  @ParameterizedTest
  @CsvSource(quoteCharacter = '`', delimiter = '|', value = {
    "`` | broken | its log is empty",
    "`{\"cell\":\"ls` | broken | its log has no whole line",
    "`\u0001\u0002\n\u0003\n` | broken | line 1 of its log cannot be read",
    "`{\"step\":1,\"loss\":1}\n` | broken | its log has no settings",
    "`{\"epochs\":3}\n{\"step\"\n` | broken | line 2 of its log",
    "`{\"epochs\":3}\n{\"step\":1,\"lo` | interrupted | no checkpoint yet: train again"})
  void whatHasNotEndedSaysWhy(String log, String state, String why) throws IOException {
    var place = Files.createDirectory(folder.resolve("one"));
    Files.writeString(place.resolve(RunFolder.LOG), log == null ? "" : log);
    var run = new RunList(folder).named("one").orElseThrow();
    assertThat(run.summary()).containsEntry("state", state);
    assertThat(run.note()).contains(why);
    assertThat(run.goesOn()).isFalse();
  }

  /// The list of a folder of large logs came when all of them had been read.
  @Test
  void theListDoesNotWaitForALongLog() throws Exception {
    var place = Files.createDirectory(folder.resolve("one"));
    Files.writeString(place.resolve(RunFolder.LOG), "{\"cell\":\"lstm\",\"epochs\":3}\n");
    var runs = new RunList(folder);
    synchronized (runs.named("one").orElseThrow()) { // as its reader has it
      assertThat(runs.summaries().toString()).contains("name=one", "state=reading");
    }
    while (runs.summaries().toString().contains("state=reading")) {
      Thread.sleep(20);
    }
    assertThat(runs.summaries().toString()).contains("state=interrupted", "cell=lstm");
  }

  @Test
  void aFolderIsARunOrHasThem() throws IOException {
    var place = Files.createDirectory(folder.resolve("one"));
    Files.createDirectory(folder.resolve("other"));
    Files.writeString(place.resolve(RunFolder.LOG), "{}\n");
    assertThat(new RunList(folder).all()).extracting(Run::name).containsExactly("one");
    assertThat(new RunList(place).all()).extracting(Run::name).containsExactly("one");
    assertThat(new RunList(folder.resolve("nowhere")).all()).isEmpty();
    assertThat(new RunList(folder).named("..")).isEmpty();
    assertThat(new RunList(folder).named("other")).isEmpty();
  }
}

package dev.unroll.app.studio.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

package dev.unroll.format.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeFileTest {
  @TempDir
  Path folder;

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void replacesTheFileAndLeavesNothingElse() throws Exception {
    var file = folder.resolve("model");
    SafeFile.write(file, "old and longer".getBytes(UTF_8));
    SafeFile.write(file, "new".getBytes(UTF_8));
    assertThat(file).hasContent("new");
    assertThat(names()).containsExactly("model");
  }

  @Test
  void aFailureHalfWayLeavesTheOldFile() throws Exception {
    var file = folder.resolve("model");
    SafeFile.write(file, "old".getBytes(UTF_8));
    assertThatThrownBy(
        () -> SafeFile.write(
            file,
            out -> {
              out.write(new byte[1 << 20]);
              assertThat(names()).hasSize(2);
              throw new IOException("No space left on device");
            }))
        .isInstanceOf(IOException.class)
        .hasMessage(
            file
                + " cannot be written: No space left on device; free space or check the disk, or"
                + " choose another place (what stood there before is unchanged).");
    assertThat(file).hasContent("old");
    assertThat(names()).containsExactly("model");
  }

  @Test
  void aMistakeInTheContentLeavesTheOldFile() throws Exception {
    var file = folder.resolve("model");
    SafeFile.write(file, "old".getBytes(UTF_8));
    assertThatThrownBy(
        () -> SafeFile.write(
            file,
            _ -> {
              throw new IllegalStateException("a mistake");
            }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(names()).containsExactly("model");
    assertThat(file).hasContent("old");
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    var file = folder.resolve("no/model");
    assertThatThrownBy(() -> SafeFile.write(file, new byte[1]))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            file + " cannot be written: there is no folder " + folder.resolve("no"));
  }

  @Test
  void aFolderIsNotReplaced() {
    assertThatThrownBy(() -> SafeFile.write(folder, new byte[1]))
        .hasMessage(folder + " cannot be written: it is a folder; choose the name of a file.");
  }

  @Test
  void aFolderWithoutPermissionIsNamed() throws Exception {
    assumeTrue(folder.toFile().setWritable(false));
    assumeFalse(Files.isWritable(folder), "the superuser may do everything");
    assertThatThrownBy(() -> SafeFile.write(folder.resolve("model"), new byte[1]))
        .hasMessageContaining("files may not be created in " + folder);
  }

  @Test
  void leftoversOfKilledWritersAreDeletedAndNothingElse() throws Exception {
    var file = folder.resolve("model");
    for (String name : List.of(".model.0123.tmp", ".model.tmp", ".other.0123.tmp", "model")) {
      Files.createFile(folder.resolve(name));
    }
    SafeFile.deleteLeftovers(file);
    assertThat(names()).containsExactly(".other.0123.tmp", "model");
    SafeFile.deleteLeftovers(folder.resolve("no/model"));
  }
}

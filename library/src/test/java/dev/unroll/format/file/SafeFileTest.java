package dev.unroll.format.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unroll.format.json.JsonLines;
import dev.unroll.format.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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
  void ofSeveralFilesAllAreReplacedOrNone() throws Exception {
    var a = folder.resolve("a");
    var b = folder.resolve("b");
    var c = folder.resolve("c");
    SafeFile.write(a, "old".getBytes(UTF_8));
    var files = new LinkedHashMap<Path, SafeFile.Content>();
    files.put(a, out -> out.write('A'));
    files.put(b, out -> {
      throw new IOException("No space left on device");
    });
    assertThatThrownBy(() -> SafeFile.write(files)).hasMessageContaining(b + " cannot be written");
    Files.createDirectory(c);
    files.remove(b);
    files.put(c, out -> out.write('C'));
    assertThatThrownBy(() -> SafeFile.write(files)).hasMessageContaining("it is a folder");
    assertThat(a).hasContent("old");
    assertThat(names()).containsExactly("a", "c");
    files.remove(c);
    files.put(b, out -> out.write('B'));
    SafeFile.write(files);
    assertThat(a).hasContent("A");
    assertThat(b).hasContent("B");
    assertThat(names()).containsExactly("a", "b", "c");
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

  /// A pipe stands for all that is no regular file: `/dev/full` once became one, and the writer
  /// heard of no failure.
  @Test
  void whatIsNoRegularFileIsRefusedByEveryWriterAndStays() throws Exception {
    var pipe = pipe("pipe");
    var link = Files.createSymbolicLink(folder.resolve("link"), Path.of("pipe"));
    for (var file : List.of(pipe, link)) {
      for (var write : List.<ThrowingCallable>of(
          () -> SafeFile.write(file, new byte[1]),
          () -> Safetensors.of(new LinkedHashMap<>(), new LinkedHashMap<>()).write(file),
          () -> JsonLines.create(file).close(),
          () -> JsonLines.resume(file, 1).close())) {
        assertThatThrownBy(write).isInstanceOf(IOException.class).hasMessage(
            file + " cannot be written: it is a device or a pipe; choose the name of a file.");
      }
      SafeFile.deleteLeftovers(file);
    }
    assertThat(Files.exists(pipe) && !Files.isRegularFile(pipe)).isTrue();
    assertThat(link).isSymbolicLink();
    assertThat(names()).containsExactly("link", "pipe");
  }

  /// A link was once replaced by the file that was to be written where it points.
  @Test
  void aLinkStaysAndTheFileItPointsToIsReplaced() throws Exception {
    var other = Files.createDirectory(folder.resolve("other"));
    var file = Files.writeString(other.resolve("model"), "old");
    Files.createSymbolicLink(other.resolve("inner"), Path.of("model"));
    var link = Files.createSymbolicLink(folder.resolve("link"), Path.of("other/inner"));
    SafeFile.write(link, "new".getBytes(UTF_8));
    assertThat(file).hasContent("new").isRegularFile();
    assertThat(SafeFile.target(link)).isEqualTo(file);
    Files.createFile(other.resolve(".model.0123.tmp"));
    SafeFile.deleteLeftovers(link);
    JsonLines.create(link).close();
    assertThat(file).isEmptyFile();
    assertThat(link).isSymbolicLink();
    assertThat(names()).containsExactly("link", "other");
    try (var files = Files.list(other)) {
      assertThat(files.map(f -> f.getFileName().toString())).containsExactlyInAnyOrder("inner",
          "model");
    }
  }

  @Test
  void aLinkToNothingMakesTheFileAndACircleIsNamed() throws Exception {
    var link = Files.createSymbolicLink(folder.resolve("link"), Path.of("model"));
    SafeFile.write(link, "new".getBytes(UTF_8));
    assertThat(folder.resolve("model")).hasContent("new");
    assertThat(link).isSymbolicLink();
    var one = Files.createSymbolicLink(folder.resolve("one"), Path.of("two"));
    Files.createSymbolicLink(folder.resolve("two"), Path.of("one"));
    assertThatThrownBy(() -> SafeFile.write(one, new byte[1]))
        .hasMessageStartingWith(
            one + " cannot be written: its symbolic links go round in a circle");
  }

  private Path pipe(String name) throws Exception {
    var pipe = folder.resolve(name);
    var made = new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
    assumeTrue(made == 0, "this system has no pipes with names");
    return pipe;
  }
}

package dev.unroll.datasets.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unroll.data.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFileTest {
  @TempDir
  Path folder;

  private void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> TextFile.read(file))
        .isInstanceOf(DataException.class)
        .hasMessage(file + message);
  }

  @Test
  void readsUtf8() throws Exception {
    var file = Files.writeString(folder.resolve("text"), "Straße 😀\r\n");
    assertThat(TextFile.read(file)).isEqualTo("Straße 😀\r\n");
  }

  @Test
  void leavesOutTheByteOrderMark() throws Exception {
    var file = Files.writeString(folder.resolve("text"), "\uFEFFabc");
    assertThat(TextFile.read(file)).isEqualTo("abc");
  }

  @Test
  void namesTheFirstByteThatIsNotUtf8() throws Exception {
    var file = Files.write(folder.resolve("text"), "a\nStraße".getBytes(ISO_8859_1));
    assertRefused(
        file,
        " is not UTF-8: byte 6 is 0xDF (line 2), which begins no character; convert the file, for"
            + " example with iconv -f LATIN1 -t UTF-8.");
    var cut = Files.write(folder.resolve("cut"), new byte[] {'a', (byte) 0xC3});
    assertThatThrownBy(() -> TextFile.read(cut)).hasMessageContaining("byte 1 is 0xC3 (line 1)");
  }

  @Test
  void namesWhatIsNoText() throws Exception {
    assertRefused(folder.resolve("none"), ": there is no such file; check the path.");
    assertRefused(folder, " is a folder; give the path of one file.");
    assertRefused(
        Files.createFile(folder.resolve("empty")), " is empty; give a file with some text.");
    assertRefused(
        Files.writeString(folder.resolve("mark"), "\uFEFF"),
        " is empty; give a file with some text.");
  }

  @Test
  void namesAFileThatMayNotBeRead() throws Exception {
    var file = Files.writeString(folder.resolve("secret"), "a");
    assumeTrue(file.toFile().setReadable(false));
    assumeFalse(Files.isReadable(file), "the superuser may do everything");
    assertRefused(file, " may not be read; change its permissions.");
  }

  @Test
  void aFileTooLargeIsRefused() throws Exception {
    var file = Files.writeString(folder.resolve("large"), "12345");
    assertThat(SourceBytes.of(file, 5).text()).isEqualTo("12345");
    assertThatThrownBy(() -> SourceBytes.of(file, 4))
        .isInstanceOf(DataException.class)
        .hasMessage(
            file
                + " has more than 4 bytes, the most that fit in memory; give a part of it, or more"
                + " memory to Java with -Xmx.");
  }

  @Test
  void unpacksGzip() throws Exception {
    var file = folder.resolve("text.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("abc".getBytes(ISO_8859_1));
    }
    assertThat(TextFile.read(file)).isEqualTo("abc");
    var cut = Files.write(folder.resolve("cut.gz"), Arrays.copyOf(Files.readAllBytes(file), 15));
    assertThatThrownBy(() -> TextFile.read(cut))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(cut + " is damaged gzip: ")
        .hasMessageEndingWith("; fetch it again.");
  }
}

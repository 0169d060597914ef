package dev.unroll.app.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.format.file.FileFailure;
import dev.unroll.format.file.SafeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// The file that a page is written to, checked before anything is computed or printed.
public final class PageTarget {
  private static final String BEGIN = "<!DOCTYPE html";

  private PageTarget() {}

  /// Refuses what a page must not replace: a folder, a device, and a file that is not an HTML page.
  /// An empty file may be replaced.
  ///
  /// @throws IOException one sentence
  public static void require(Path file) throws IOException {
    SafeFile.target(file);
    if (!Files.exists(file) || Files.size(file) == 0) {
      return;
    }
    var name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (!name.endsWith(".html") && !name.endsWith(".htm") || !beginsAsPage(file)) {
      throw new IOException(
          "%s already exists and is not an HTML page; choose another file".formatted(file));
    }
  }

  private static boolean beginsAsPage(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(BEGIN.length()), UTF_8).equalsIgnoreCase(BEGIN);
    } catch (IOException e) {
      throw FileFailure.reading(file, e);
    }
  }
}

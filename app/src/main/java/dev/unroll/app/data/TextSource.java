package dev.unroll.app.data;

import dev.unroll.data.DataException;
import dev.unroll.datasets.TinyShakespeare;
import dev.unroll.datasets.format.TextFile;
import dev.unroll.model.file.ModelFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A text and its source.
///
/// @param source `shakespeare`, or the path of a file as it was given
/// @param text all of it
public record TextSource(String source, String text) {
  /// The name of the text that ships with the program.
  public static final String SHAKESPEARE = "shakespeare";

  public static TextSource shakespeare() {
    return new TextSource(SHAKESPEARE, TinyShakespeare.text());
  }

  /// A text from a file, or from all files of a folder and its folders, by their names.
  ///
  /// @throws dev.unroll.data.DataException if the file cannot be read as text
  public static TextSource file(Path folder, String path) {
    var source = path.equals(SHAKESPEARE) ? "./" + path : path;
    var place = folder.resolve(source);
    return new TextSource(source, Files.isDirectory(place) ? all(place) : TextFile.read(place));
  }

  private static String all(Path folder) {
    List<Path> files;
    try (var found = Files.walk(folder)) {
      files = found.filter(Files::isRegularFile)
          .filter(file -> !String.valueOf(file.getFileName()).startsWith(".")).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      throw new DataException("The folder %s cannot be read: %s.".formatted(folder,
          e.getMessage()), e);
    }
    if (files.isEmpty()) {
      throw new DataException("The folder %s has no file; give one with texts.".formatted(folder));
    }
    var text = new StringBuilder();
    for (var file : files) {
      text.append(TextFile.read(file));
      if (!text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
        text.append('\n');
      }
    }
    return text.toString();
  }

  /// A text by its source, as recorded in a model or a checkpoint.
  public static TextSource of(Path folder, String source) {
    return source.equals(SHAKESPEARE) ? shakespeare() : file(folder, source);
  }

  /// The source of the training text of a model.
  ///
  /// @throws IOException if the model does not say
  public static String trainedOn(ModelFile file) throws IOException {
    var provenance = file.provenance();
    if (!provenance.has("data")) {
      throw new IOException(
          "%s does not say what it was trained on; give --data".formatted(file.source()));
    }
    return provenance.object("data").string("source");
  }

  /// A name for runs: that of the file without its extension.
  public String name() {
    var file = String.valueOf(Path.of(source).getFileName());
    var name =
        file.replaceFirst("(?<=.)\\.[^.]*$", "")
            .replaceAll("[^\\p{IsAlphabetic}\\p{IsDigit}._-]+", "-");
    return name.isEmpty() ? "text" : name;
  }
}

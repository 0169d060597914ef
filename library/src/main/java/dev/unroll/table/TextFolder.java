package dev.unroll.table;

import dev.unroll.data.DataException;
import dev.unroll.format.file.FileFailure;
import dev.unroll.table.text.Characters;
import dev.unroll.table.text.PackedTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Reads a folder with a subfolder of texts for each class, or with a file of lines for each.
final class TextFolder {
  private TextFolder() {}

  /// @throws DataException one sentence that names the file
  static Table read(Path folder) {
    var places = new RowPlaces(folder.toString());
    var texts = new PackedTexts();
    var labels = new PackedTexts();
    var files = new PackedTexts();
    var inside = sorted(folder);
    if (inside.stream().noneMatch(Files::isDirectory)) {
      return ofFiles(folder, inside);
    }
    for (var place : inside) {
      if (Files.isDirectory(place)) {
        for (var file : sorted(place)) {
          if (Files.isRegularFile(file)) {
            texts.add(text(file));
            labels.add(String.valueOf(place.getFileName()));
            files.add(folder.relativize(file).toString());
            places.add(files.count());
          }
        }
      }
    }
    if (texts.count() == 0) {
      throw none(folder);
    }
    return new Table(places, List.of(new Column(places, 0, "text", texts),
        new Column(places, 1, "label", labels), new Column(places, 2, "file", files)));
  }

  /// A file for each class, a text in each line.
  private static Table ofFiles(Path folder, List<Path> inside) {
    var places = new RowPlaces(folder.toString());
    var texts = new PackedTexts();
    var labels = new PackedTexts();
    var files = new PackedTexts();
    for (var file : inside) {
      var name = String.valueOf(file.getFileName());
      if (name.matches("(?i).+\\.(txt|text)") && !name.equalsIgnoreCase("readme.txt")) {
        for (var line : text(file).lines().toList()) {
          if (!line.isBlank()) {
            texts.add(line.strip());
            labels.add(name.substring(0, name.lastIndexOf('.')));
            files.add(name);
            places.add(files.count());
          }
        }
      }
    }
    if (texts.count() == 0) {
      throw none(folder);
    }
    return new Table(places, List.of(new Column(places, 0, "text", texts),
        new Column(places, 1, "label", labels), new Column(places, 2, "file", files)));
  }

  private static DataException none(Path folder) {
    return new DataException(
        ("%s has neither a folder with texts nor a .txt file with a text a line"
            + " for each class; give such a folder, or the path of a file.").formatted(folder));
  }

  /// The files without hidden ones, sorted by name: the same on every system.
  private static List<Path> sorted(Path folder) {
    try (var inside = Files.list(folder)) {
      return inside.filter(path -> !String.valueOf(path.getFileName()).startsWith("."))
          .sorted((a, b) -> a.toString().compareTo(b.toString())).toList();
    } catch (IOException e) {
      throw new DataException(FileFailure.reading(folder, e).getMessage() + ".", e);
    }
  }

  private static String text(Path file) {
    try (var in = Characters.of(file)) {
      return in.readAllAsString();
    } catch (IOException e) {
      throw new DataException(FileFailure.reading(file, e).getMessage() + ".", e);
    }
  }
}

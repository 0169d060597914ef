package dev.unroll.table;

import dev.unroll.data.DataException;
import dev.unroll.format.file.FileFailure;
import dev.unroll.table.text.Characters;
import dev.unroll.table.text.PackedTexts;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;

/// Reads a text file, a cell in each line, empty ones as well.
final class PlainLines {
  private PlainLines() {}

  /// @param name of the column
  /// @throws DataException one sentence, if it cannot be read or has no line
  static Column read(Path file, String name) {
    var places = new RowPlaces(file.toString());
    var cells = new PackedTexts();
    try (var in = new BufferedReader(Characters.of(file))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        cells.add(line);
        places.add(cells.count());
      }
    } catch (IOException e) {
      throw new DataException(FileFailure.reading(file, e).getMessage() + ".", e);
    }
    if (cells.count() == 0) {
      throw new DataException("%s is empty; give a text in each line.".formatted(file));
    }
    cells.trim();
    return new Column(places, 0, name, cells);
  }
}

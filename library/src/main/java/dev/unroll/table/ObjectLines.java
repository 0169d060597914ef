package dev.unroll.table;

import dev.unroll.data.DataException;
import dev.unroll.format.FormatException;
import dev.unroll.format.file.FileFailure;
import dev.unroll.format.json.Json;
import dev.unroll.table.text.Characters;
import dev.unroll.table.text.PackedTexts;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Reads JSON Lines, or an array of objects, into columns.
final class ObjectLines {
  /// The number of characters in which the first one that is not blank is looked for.
  private static final int FIRST = 1000;

  private final RowPlaces places;
  private final SequencedMap<String, PackedTexts> columns = new LinkedHashMap<>();
  private int rows;

  private ObjectLines(String name) {
    places = new RowPlaces(name);
  }

  /// @throws DataException one sentence with the line
  static Table read(Path file) {
    var lines = new ObjectLines(file.toString());
    try (var in = new BufferedReader(Characters.of(file))) {
      if (isArray(in)) {
        ArrayObjects.read(lines.places.name(), in.readAllAsString(), lines::add);
        return lines.table();
      }
      long number = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        if (!line.isBlank()) {
          lines.add(line, number);
        }
      }
    } catch (IOException e) {
      throw new DataException(FileFailure.reading(file, e).getMessage() + ".", e);
    }
    return lines.table();
  }

  private static boolean isArray(BufferedReader in) throws IOException {
    in.mark(FIRST);
    char[] beginning = new char[FIRST];
    int n = in.read(beginning, 0, FIRST);
    in.reset();
    return n > 0 && ArrayObjects.begin(new String(beginning, 0, n));
  }

  private void add(String line, long number) {
    var where = "%s, line %d".formatted(places.name(), number);
    try {
      for (var entry : Json.object(line, where).entrySet()) {
        var cells = columns.computeIfAbsent(entry.getKey(), _ -> new PackedTexts());
        fill(cells, rows);
        cells.add(text(entry.getValue()));
      }
    } catch (FormatException e) {
      throw new DataException(String.valueOf(e.getMessage()), e);
    }
    places.add(number);
    rows++;
  }

  /// Fills the rows of earlier objects, which had no such field.
  private static void fill(PackedTexts cells, int rows) {
    while (cells.count() < rows) {
      cells.add("");
    }
  }

  private static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "";
      case String text -> text;
      default -> Json.write(value);
    };
  }

  private Table table() {
    if (rows == 0) {
      throw new DataException("%s is empty; give an object in each line.".formatted(places.name()));
    }
    var all = new ArrayList<Column>();
    columns.forEach((name, cells) -> {
      fill(cells, rows);
      cells.trim();
      all.add(new Column(places, all.size(), name, cells));
    });
    return new Table(places, List.copyOf(all));
  }
}

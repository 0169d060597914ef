package dev.unroll.app.studio.play;

import dev.unroll.format.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Numbers as people paste them: rows of a table, a step each, or an array of JSON.
final class NumberRows {
  private static final Pattern BETWEEN = Pattern.compile("\\s*[,;\\t]\\s*| +");

  private NumberRows() {}

  /// The numbers as an array of JSON on one line, of numbers or of rows of them.
  ///
  /// @param columns the numbers of a step
  /// @throws IllegalArgumentException one sentence, if a row has something else
  static String json(String text, int columns) {
    var stripped = text.strip();
    if (stripped.startsWith("[")) {
      return stripped.replaceAll("\\R", " ");
    }
    var lines = stripped.lines().filter(line -> !line.isBlank()).toList();
    var rows = new ArrayList<List<@Nullable Object>>();
    for (var line : lines) {
      rows.add(row(line.strip(), rows.size() + 1));
    }
    boolean flat = rows.size() == 1 && columns == 1
        || !rows.isEmpty() && rows.stream().allMatch(row -> row.size() == 1);
    var all = new ArrayList<@Nullable Object>();
    if (flat) {
      rows.forEach(all::addAll);
    } else {
      all.addAll(rows);
    }
    return Json.write(all);
  }

  private static List<@Nullable Object> row(String line, int number) {
    var row = new ArrayList<@Nullable Object>();
    for (var cell : BETWEEN.split(line, -1)) {
      row.add(cell.isEmpty() || cell.equals("?") || cell.equalsIgnoreCase("nan") ? null
          : number(cell, number));
    }
    return row;
  }

  private static double number(String cell, int row) {
    try {
      double value = Double.parseDouble(cell);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException _) {
      // told below
    }
    throw new IllegalArgumentException(
        "row %d has '%s', expected numbers: a row a step, separated by commas, tabs or spaces"
            .formatted(row, cell.substring(0, Math.min(20, cell.length()))));
  }
}

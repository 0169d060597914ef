package dev.unroll.datasets;

import dev.unroll.data.DataException;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import dev.unroll.data.text.Excerpt;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads one side of the examples from a column of CSV.
///
/// @param name of the column
/// @param column its index
/// @param as its format
record CsvSide(String name, int column, As as) {

  /// The cell of a row.
  ///
  /// @throws DataException what is wrong with it, without the number of the line
  Side cell(CsvTable.Row row) {
    String text = row.fields().get(column);
    if (text.isBlank()) {
      throw new DataException(
          "the %s is empty, expected at least one step; leave the example out.".formatted(name));
    }
    return switch (as) {
      case CHARACTERS -> Side.characters(name, text);
      case WORDS -> Side.cut(name, text);
      case LABEL -> Side.words(name, List.of(text.strip()));
      case SYMBOLS -> new Side.Known(new Symbols(symbols(text)));
      case NUMBERS -> new Side.Known(features(text));
    };
  }

  private int[] symbols(String text) {
    String[] words = text.strip().split("\\s+");
    int[] symbols = new int[words.length];
    for (int t = 0; t < words.length; t++) {
      try {
        symbols[t] = Integer.parseInt(words[t]);
      } catch (NumberFormatException e) {
        throw wrong(words[t], "a whole number from -1 on", e);
      }
      if (symbols[t] < -1) {
        throw wrong(words[t], "a whole number from -1 on", null);
      }
    }
    return symbols;
  }

  private Features features(String text) {
    String[] steps = text.contains(";") ? text.split(";", -1) : text.strip().split("\\s+");
    double[][] rows = new double[steps.length][];
    for (int t = 0; t < steps.length; t++) {
      String[] words = steps[t].strip().split("\\s+");
      rows[t] = new double[words.length];
      for (int c = 0; c < words.length; c++) {
        rows[t][c] = number(words[c]);
      }
      if (rows[t].length != rows[0].length) {
        throw new DataException(
            "step %d of the %s has %d numbers, but step 0 has %d; give every step the same."
                .formatted(t, name, rows[t].length, rows[0].length));
      }
    }
    return Features.exactRows(rows);
  }

  private double number(String word) {
    double number;
    try {
      number = Double.parseDouble(word);
    } catch (NumberFormatException e) {
      throw wrong(word, "a number", e);
    }
    if (!Float.isFinite((float) number)) {
      throw wrong(word, "a number that is finite and fits a float", null);
    }
    return number;
  }

  private DataException wrong(String word, String expected,
      @Nullable Throwable cause) {
    return new DataException(
        "the %s has \"%s\", expected %s.".formatted(name, Excerpt.of(word), expected), cause);
  }
}

package dev.unroll.datasets.example;

import dev.unroll.data.DataException;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import dev.unroll.data.text.Excerpt;
import dev.unroll.table.Column;
import dev.unroll.table.Table;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads one side of the examples from a column of a table.
///
/// @param name of the side
/// @param column its cells
/// @param as its format
record TableSide(String name, Column column, As as) {
  private static final JsonMapper JSON = JsonMapper.builder()
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?");

  /// The number of a row and the line it begins in.
  record Row(long line, int number) implements Numbered {
    static List<Row> all(Table table) {
      return IntStream.range(0, table.rows()).mapToObj(i -> new Row(table.line(i), i)).toList();
    }
  }

  /// The column of a side: the one of its name, in any case; of two columns the first has inputs
  /// and the second targets, whatever their names.
  ///
  /// @param given the name of another column; null for that of the side
  /// @throws DataException if there is none
  static Column column(Table table, Side side, @Nullable String given) {
    if (given != null) {
      return table.column(given);
    }
    var name = side.toString();
    for (var column : table.columns()) {
      if (column.name().toLowerCase(Locale.ROOT).equals(name)) {
        return column;
      }
    }
    if (table.columns().size() == 2
        && table.columns().stream().noneMatch(column -> Side.isName(column.name()))) {
      return table.columns().get(side == Side.INPUT ? 0 : 1);
    }
    try {
      return table.column(name);
    } catch (DataException e) {
      throw new DataException(String.valueOf(e.getMessage()).replaceFirst("; [^;]*$", "")
          + "; name the one to read by --%s-column.".formatted(name), e);
    }
  }

  /// Whether a word is a decimal number; what else Java reads as one, such as `1d`, is not.
  static boolean isNumber(String word) {
    return NUMBER.matcher(word).matches();
  }

  /// Whether a cell looks like a JSON array.
  static boolean isArray(String text) {
    var cell = text.strip();
    return cell.startsWith("[") && cell.endsWith("]");
  }

  /// The array of a cell.
  ///
  /// @throws DataException if it is none
  static JsonNode array(String text) {
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      throw new DataException("%s is not a JSON array; correct it, or leave the example out."
          .formatted(Excerpt.of(text)), e);
    }
  }

  /// The cell of a row.
  ///
  /// @throws DataException what is wrong with it, without the number of the line
  SideValue cell(Row row) {
    String text = column.text(row.number());
    if (text.isBlank()) {
      throw new DataException(
          "the %s is empty, expected at least one step; leave the example out.".formatted(name));
    }
    if (isArray(text) && as != As.CHARACTERS && as != As.LABEL) {
      return new JsonSide(name, null, as).value(array(text));
    }
    return switch (as) {
      case CHARACTERS -> SideValue.characters(name, text);
      case WORDS -> SideValue.cut(name, text);
      case LABEL -> SideValue.words(name, List.of(text.strip()));
      case SYMBOLS -> new SideValue.Known(new Symbols(symbols(text)));
      case NUMBERS -> new SideValue.Known(features(text));
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
    if (!isNumber(word)) {
      throw wrong(word, "a number", null);
    }
    double number = Double.parseDouble(word);
    if (!Float.isFinite((float) number)) {
      throw wrong(word, "a number that fits a float", null);
    }
    return number;
  }

  private DataException wrong(String word, String expected,
      @Nullable Throwable cause) {
    return new DataException("the %s has \"%s\", expected %s; correct it, or leave the example out."
        .formatted(name, Excerpt.of(word), expected), cause);
  }
}

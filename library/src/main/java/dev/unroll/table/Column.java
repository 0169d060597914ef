package dev.unroll.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.data.DataException;
import dev.unroll.data.text.Excerpt;
import dev.unroll.table.text.Decimal;
import dev.unroll.table.text.PackedTexts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A column of a [Table]: its cells as text, and as numbers if they are.
///
/// A cell is missing if it is empty or one of the usual markers: `NA`, `N/A`, `NaN`, `nan`, `null`,
/// `NULL`, `None`, `?`. Numbers may have decimal commas or thousands ([NumberForm]), which is found
/// from the cells of the column. A column is numeric if at least nine in ten of its other cells are
/// numbers; the others are errors with their place, and do not make the column a text column.
///
/// Immutable and safe for use by several threads.
public final class Column {
  private static final Set<String> MISSING =
      Set.of("", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?");
  private static final int LONGEST_MISSING = 4;

  /// The share of numbers among the cells that are not missing from which a column is numeric.
  private static final double NUMERIC = 0.9;

  private final RowPlaces places;
  private final int index;
  private final String name;
  private final PackedTexts cells;

  /// Read on demand: a column of texts needs none. Written once, with all that belongs to it.
  private volatile @Nullable Numbers numbers;

  /// @param values NaN if a cell is missing or not a number
  /// @param given the number of cells that are not missing
  /// @param odd the number of cells that are neither missing nor numbers; firstOdd is the first row
  ///     of one
  private record Numbers(double[] values, int given, int odd, int firstOdd, NumberForm form) {}

  /// The distinct texts of a column, as of a categorical one.
  ///
  /// @param values the texts that occur, in the order of their first rows
  /// @param codes for each row the index of its text; −1 if it is missing
  public record Dictionary(List<String> values, int[] codes) {}

  Column(RowPlaces places, int index, String name, PackedTexts cells) {
    this.places = places;
    this.index = index;
    this.name = name;
    this.cells = cells;
  }

  /// Its name in the header.
  public String name() {
    return name;
  }

  /// The number of cells.
  public int rows() {
    return cells.count();
  }

  /// Its index in the table.
  public int index() {
    return index;
  }

  /// The text of a cell in the file.
  ///
  /// @throws IndexOutOfBoundsException if there is no such row
  public String text(int row) {
    return cells.text(row);
  }

  /// Whether a cell is missing.
  public boolean isMissing(int row) {
    int from = cells.from(row);
    int to = cells.to(row);
    byte[] bytes = cells.bytes();
    while (from < to && bytes[from] == ' ') {
      from++;
    }
    while (from < to && bytes[to - 1] == ' ') {
      to--;
    }
    return to - from <= LONGEST_MISSING
        && MISSING.contains(new String(bytes, from, to - from, UTF_8));
  }

  /// Whether at least nine in ten of the cells that are not missing are numbers, with at least one.
  public boolean isNumeric() {
    var read = read();
    return read.given > 0 && read.form != NumberForm.UNCLEAR
        && read.given - read.odd >= NUMERIC * read.given;
  }

  /// All cells as numbers, a copy; NaN if one is missing.
  ///
  /// @throws DataException that names the first cell that is not a number, and their count
  public double[] numbers() {
    var read = read();
    if (read.odd > 0) {
      int row = read.firstOdd;
      throw new DataException("%s: \"%s\" is no number%s; correct it, or leave the cell empty."
          .formatted(where(row), Excerpt.of(text(row)), read.odd == 1 ? ""
              : ", and %d more cells of the column are none".formatted(read.odd - 1)));
    }
    return read.values.clone();
  }

  /// All cells as numbers, a copy; NaN if one is missing or not a number.
  public double[] numbersOrMissing() {
    return read().values.clone();
  }

  /// The number of cells that are neither missing nor numbers.
  public int notNumbers() {
    return read().odd;
  }

  /// The first row with a cell that is neither missing nor a number; −1 if there is none.
  public int firstNotNumber() {
    return read().firstOdd;
  }

  /// How its numbers are written.
  public NumberForm numberForm() {
    return read().form;
  }

  /// The distinct texts, and the index of each row's text.
  public Dictionary dictionary() {
    var numbered = new LinkedHashMap<String, Integer>();
    int[] codes = new int[rows()];
    for (int row = 0; row < codes.length; row++) {
      codes[row] = -1;
      if (!isMissing(row)) {
        int next = numbered.size();
        codes[row] = numbered.computeIfAbsent(text(row), _ -> next);
      }
    }
    return new Dictionary(List.copyOf(numbered.keySet()), codes);
  }

  /// The place of a cell, for the beginning of a message: `load.csv, line 12, column "price"`.
  public String where(int row) {
    return "%s, column \"%s\"".formatted(places.where(row), Excerpt.of(name));
  }

  /// The place of its row: `load.csv, line 12`.
  String place(int row) {
    return places.where(row);
  }

  private Numbers read() {
    var known = numbers;
    if (known == null) {
      known = parse();
      numbers = known;
    }
    return known;
  }

  private Numbers parse() {
    var plain = parse(NumberForm.POINT);
    if (plain.odd == 0) {
      return plain;
    }
    int[] rows = IntStream.range(0, rows())
        .filter(row -> !Double.isNaN(plain.values[row]) || !isMissing(row)).toArray();
    int most = (int) ((1 - NUMERIC) * plain.given);
    var form = CommaNumbers.of(cells, places.separatedByCommas(), rows, most);
    if (form == null) {
      return plain;
    }
    if (form == NumberForm.UNCLEAR) {
      return new Numbers(plain.values, plain.given, plain.odd, plain.firstOdd, form);
    }
    var read = parse(form);
    return read.odd < plain.odd ? read : plain;
  }

  private Numbers parse(NumberForm form) {
    double[] values = new double[rows()];
    int given = 0;
    int odd = 0;
    int firstOdd = -1;
    byte[] bytes = cells.bytes();
    for (int row = 0; row < values.length; row++) {
      int from = cells.from(row);
      int to = cells.to(row);
      values[row] = form == NumberForm.POINT ? Decimal.parse(bytes, from, to)
          : CommaNumbers.parse(bytes, from, to, form);
      if (!Double.isNaN(values[row])) {
        given++;
      } else if (!isMissing(row)) {
        given++;
        odd++;
        firstOdd = firstOdd < 0 ? row : firstOdd;
      }
    }
    return new Numbers(values, given, odd, firstOdd, form);
  }

  @Override
  public String toString() {
    return "%s: %d %s".formatted(name, rows(), isNumeric() ? "numbers" : "texts");
  }
}

package dev.unroll.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.data.DataException;
import dev.unroll.data.text.Excerpt;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A column of a [Table]: its cells as text, and as numbers where they are.
///
/// A cell is missing if it is empty or one of the usual signs for that: `NA`, `N/A`, `NaN`, `nan`,
/// `null`, `NULL`, `None`, `?`. A column is numeric if at least nine in ten of its other cells are
/// numbers; those that are not are errors with their place, and never make texts of all the others.
///
/// Immutable and safe for use by several threads.
public final class Column {
  private static final Set<String> MISSING =
      Set.of("", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?");
  private static final int LONGEST_MISSING = 4;

  /// The share of the cells that are not missing from which on a column is one of numbers.
  private static final double NUMERIC = 0.9;

  private final Places places;
  private final int index;
  private final String name;
  private final Cells cells;

  /// Read on demand: a column of texts needs none. Written once, with all that belongs to it.
  private volatile @Nullable Numbers numbers;

  /// @param values NaN where a cell is missing or no number
  /// @param given cells that are not missing
  /// @param odd rows whose cells are neither missing nor numbers, the first of them only
  private record Numbers(double[] values, int given, int odd, int firstOdd) {}

  /// What is known of a column whose cells are each one of a few texts.
  ///
  /// @param values the texts that occur, in the order of their first rows
  /// @param codes for each row the number of its text, from 0; −1 where it is missing
  public record Dictionary(List<String> values, int[] codes) {}

  Column(Places places, int index, String name, Cells cells) {
    this.places = places;
    this.index = index;
    this.name = name;
    this.cells = cells;
  }

  /// Its name in the head.
  public String name() {
    return name;
  }

  /// The number of cells.
  public int rows() {
    return cells.count();
  }

  /// Its place in the table, from 0.
  public int index() {
    return index;
  }

  /// A cell as it stands in the file.
  ///
  /// @throws IndexOutOfBoundsException if there is no such row
  public String text(int row) {
    return cells.text(row);
  }

  /// Whether there is nothing in a cell.
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

  /// Whether at least nine in ten of the cells that are not missing are numbers, and there is one.
  public boolean isNumeric() {
    var read = read();
    return read.given > 0 && read.given - read.odd >= NUMERIC * read.given;
  }

  /// All cells as numbers, a copy; NaN where one is missing.
  ///
  /// @throws DataException that names the first cell with something else, and how many there are
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

  /// All cells as numbers, a copy; NaN where one is missing, or is no number.
  public double[] numbersOrMissing() {
    return read().values.clone();
  }

  /// How many cells are neither missing nor numbers.
  public int notNumbers() {
    return read().odd;
  }

  /// The texts that occur, each once, and which row has which.
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

  /// Where a cell stands, to begin a message with: `load.csv, line 12, column "price"`.
  public String where(int row) {
    return "%s, column \"%s\"".formatted(places.where(row), Excerpt.of(name));
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
    double[] values = new double[rows()];
    int given = 0;
    int odd = 0;
    int firstOdd = -1;
    byte[] bytes = cells.bytes();
    for (int row = 0; row < values.length; row++) {
      values[row] = Decimal.parse(bytes, cells.from(row), cells.to(row));
      if (!Double.isNaN(values[row])) {
        given++;
      } else if (!isMissing(row)) {
        given++;
        odd++;
        firstOdd = firstOdd < 0 ? row : firstOdd;
      }
    }
    return new Numbers(values, given, odd, firstOdd);
  }

  @Override
  public String toString() {
    return "%s: %d %s".formatted(name, rows(), isNumeric() ? "numbers" : "texts");
  }
}

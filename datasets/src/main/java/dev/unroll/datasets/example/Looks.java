package dev.unroll.datasets.example;

import dev.unroll.data.DataException;
import dev.unroll.datasets.format.SourceBytes;
import dev.unroll.table.Column;
import dev.unroll.table.Table;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Detects the formats of the two sides of the examples of a file.
///
/// A text in the input is taken for characters and in the target for a class, or for characters if
/// hardly any of the targets repeats; sentences and an array of texts for words; numbers in the
/// target for classes if all of them are integers and most of those up to the largest occur, and
/// all others for numbers.
///
/// @param inputReason the reason, in a few words
/// @param targetReason likewise
public record Looks(As input, As target, String inputReason, String targetReason) {
  /// The number of classes up to which not all need to occur.
  private static final int FEW = 32;

  /// The share of numbers from which a column is numeric, and its other words are errors.
  private static final double NUMERIC = 0.9;

  private Looks(Detection input, Detection target) {
    this(input.as(), target.as(), input.reason(), target.reason());
  }

  /// Examines a file: a table (CSV, TSV, Parquet, MATLAB) if its name says so, else JSON Lines.
  ///
  /// @throws DataException one sentence, if the file cannot be read
  public static Looks of(Path file, SideNames names) {
    if (isTable(file)) {
      var table = Table.read(file);
      return new Looks(
          of(TableSide.column(table, Side.INPUT, names.input()), As.CHARACTERS, As.NUMBERS),
          of(TableSide.column(table, Side.TARGET, names.target()), As.LABEL, As.SYMBOLS));
    }
    var lines = JsonLine.all(SourceBytes.of(file), JsonLine.EXAMPLE);
    return new Looks(
        JsonLook.of(name(Side.INPUT, names), lines, As.CHARACTERS, As.NUMBERS),
        JsonLook.of(name(Side.TARGET, names), lines, As.LABEL, As.SYMBOLS));
  }

  private static String name(Side side, SideNames names) {
    var given = names.of(side);
    return given == null ? side.toString() : given;
  }

  static boolean isTable(Path file) {
    var name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.matches(".*\\.((csv|tsv|tab)(\\.gz)?|parquet|pq|mat)");
  }

  private static Detection of(Column column, As text, As whole) {
    var cells =
        IntStream.range(0, column.rows()).mapToObj(column::text).map(String::strip).toList();
    if (2 * cells.stream().filter(TableSide::isArray).count() > cells.size()) {
      return JsonLook.of(
          cells.stream().filter(TableSide::isArray).map(TableSide::array).toList(), text, whole);
    }
    var words = cells.stream().flatMap(cell -> Stream.of(cell.split("[\\s;]+")))
        .filter(word -> !word.isEmpty()).toList();
    var numbers = words.stream().filter(TableSide::isNumber).toList();
    if (numbers.isEmpty() || numbers.size() < NUMERIC * words.size()) {
      return Detection.ofTexts(cells, text);
    }
    if (numbers.size() < words.size()) {
      return Detection.ofNumbersBut(words.size() - numbers.size(), words.size());
    }
    if (numbers.stream().allMatch(number -> number.matches("[+-]?\\d{1,18}"))) {
      return Detection.ofWholeNumbers(numbers.stream().map(Long::valueOf).toList(), whole);
    }
    return numbers.stream().allMatch(number -> number.matches("[+-]?\\d+"))
        ? Detection.ofLargeNumbers()
        : Detection.ofNumbers();
  }

  /// Whether integers look like classes, from 0: none is below −1, which is a mask, and they are
  /// few, or at least half of those up to the largest occur, and repeat if there are many. Counts
  /// and amounts are not classes, nor are indices of the examples.
  static boolean areClasses(Stream<Long> numbers) {
    var all = numbers.toList();
    var distinct = new TreeSet<>(all);
    boolean repeat = all.size() < 2 * FEW || 2L * distinct.size() <= all.size();
    return !distinct.isEmpty() && distinct.first() >= -1
        && (distinct.last() < FEW || repeat && distinct.last() < 2L * distinct.size());
  }
}

package dev.unroll.datasets;

import dev.unroll.data.DataException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Detects the formats of the two sides of the examples of a file.
///
/// A text in the input is taken for characters and in the target for a class, or for characters if
/// hardly any of the targets repeats; an array of texts for words; numbers in the target for
/// classes if all of them are integers and most of those up to the largest occur, and all others
/// for numbers.
///
/// @param inputReason the reason, in a few words
/// @param targetReason likewise
public record Looks(As input, As target, String inputReason, String targetReason) {
  /// The number of classes up to which not all need to occur.
  private static final int FEW = 32;

  private Looks(Detection input, Detection target) {
    this(input.as(), target.as(), input.reason(), target.reason());
  }

  /// Examines a file: CSV if its name says so, else JSON Lines.
  ///
  /// @throws DataException one sentence, if the file cannot be read
  public static Looks of(Path file) {
    var source = SourceBytes.of(file);
    if (isCsv(file)) {
      var table = CsvTable.of(source);
      return new Looks(of(table, "input", As.CHARACTERS, As.NUMBERS),
          of(table, "target", As.LABEL, As.SYMBOLS));
    }
    var lines = JsonLine.all(source, JsonLine.EXAMPLE);
    return new Looks(JsonLook.of("input", lines, As.CHARACTERS, As.NUMBERS),
        JsonLook.of("target", lines, As.LABEL, As.SYMBOLS));
  }

  static boolean isCsv(Path file) {
    var name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.endsWith(".csv") || name.endsWith(".csv.gz");
  }

  private static Detection of(CsvTable table, String name, As text, As whole) {
    int column = table.column(name);
    var numbers = table.rows().stream()
        .flatMap(row -> List.of(row.fields().get(column).strip().split("[\\s;]+")).stream())
        .toList();
    if (numbers.stream().allMatch(number -> number.matches("[+-]?\\d{1,18}"))) {
      return Detection.ofWholeNumbers(numbers.stream().map(Long::valueOf).toList(), whole);
    }
    if (numbers.stream().allMatch(number -> number.matches("[+-]?\\d+"))) {
      return Detection.ofLargeNumbers();
    }
    return numbers.stream().allMatch(Looks::isNumber) ? Detection.ofNumbers()
        : Detection.ofTexts(
            table.rows().stream().map(row -> row.fields().get(column).strip()).toList(),
            text);
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

  private static boolean isNumber(String text) {
    try {
      Float.parseFloat(text);
      return true;
    } catch (NumberFormatException _) {
      return false;
    }
  }
}

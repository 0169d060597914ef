package dev.unroll.datasets;

import dev.unroll.data.DataException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the two sides of the examples of a file look like.
///
/// A text in the input is taken for characters and in the target for a class, an array of texts for
/// words; numbers in the target for classes if all of them are whole and most of those up to the largest
/// occur, and all others for numbers.
public record Looks(As input, As target) {
  /// So many classes need not all occur.
  private static final int FEW = 32;

  /// Looks at a file: CSV if its name says so, else JSON Lines.
  ///
  /// @throws DataException one sentence, if the file cannot be read
  public static Looks of(Path file) {
    var source = Source.of(file);
    if (isCsv(file)) {
      var table = CsvTable.of(source);
      return new Looks(of(table, "input", As.CHARACTERS, As.NUMBERS),
          of(table, "target", As.LABEL, As.SYMBOLS));
    }
    var lines = JsonLine.all(source);
    return new Looks(JsonLook.of("input", lines, As.CHARACTERS, As.NUMBERS),
        JsonLook.of("target", lines, As.LABEL, As.SYMBOLS));
  }

  static boolean isCsv(Path file) {
    var name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.endsWith(".csv") || name.endsWith(".csv.gz");
  }

  private static As of(CsvTable table, String name, As text, As whole) {
    int column = table.column(name);
    var numbers = table.rows().stream()
        .flatMap(row -> List.of(row.fields().get(column).strip().split("[\\s;]+")).stream())
        .toList();
    if (numbers.stream().allMatch(number -> number.matches("[+-]?\\d{1,18}"))) {
      return areClasses(numbers.stream().map(Long::valueOf)) ? whole : As.NUMBERS;
    }
    return numbers.stream().allMatch(Looks::isNumber) ? As.NUMBERS : text;
  }

  /// Whether whole numbers look like those of classes, from 0: none is below −1, which asks nothing, and
  /// they are few, or at least half of those up to the largest occur. Counts and amounts are no classes.
  static boolean areClasses(Stream<Long> numbers) {
    var distinct = numbers.collect(Collectors.toCollection(TreeSet::new));
    return !distinct.isEmpty() && distinct.first() >= -1
        && (distinct.last() < FEW || distinct.last() < 2L * distinct.size());
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

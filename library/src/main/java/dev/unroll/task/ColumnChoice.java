package dev.unroll.task;

import dev.unroll.data.DataException;
import dev.unroll.data.text.Excerpt;
import dev.unroll.table.Column;
import dev.unroll.table.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Chooses the columns of inputs and labels of a table if they are not given.
///
/// By name first (`text`, `review`, …; `label`, `class`, …), ignoring case. Else the label is the
/// column with the fewest different cells, at least two and at most half as many as rows; the text
/// is, of the other columns that are not numeric, the one with the most characters.
///
/// @param input the name of the input column
/// @param label the name of the label column
/// @param reasons the reasons, a part of a sentence for each column that was chosen
public record ColumnChoice(String input, String label, List<String> reasons) {
  private static final List<String> INPUTS = List.of("text", "input", "sentence", "review",
      "comment",
      "message", "tweet", "document", "content", "body", "description", "question", "title", "word",
      "name", "x");
  private static final List<String> LABELS = List.of("label", "labels", "class", "target",
      "category", "sentiment", "intent", "output", "tag", "y");

  /// The number of rows that are examined.
  private static final int MOST = 1000;

  /// Chooses the columns that are not given.
  ///
  /// @param input the name of the column; null to choose
  /// @param label the name of the column; null to choose
  /// @throws DataException if there is no such column, or no suitable one
  public static ColumnChoice of(Table table, @Nullable String input, @Nullable String label) {
    var reasons = new ArrayList<String>();
    var given = input == null ? null : table.column(input);
    var labels = label == null ? labels(table, given, reasons) : table.column(label);
    var inputs = given == null ? inputs(table, labels, reasons) : given;
    if (inputs == labels) {
      throw new DataException(
          "%s: the column \"%s\" cannot be both input and label; name another one."
              .formatted(table.name(), Excerpt.of(inputs.name())));
    }
    requireNames(table, labels);
    return new ColumnChoice(inputs.name(), labels.name(), List.copyOf(reasons));
  }

  /// A file without a line of names would lose its first sample.
  private static void requireNames(Table table, Column labels) {
    for (int row = 0; row < Math.min(MOST, labels.rows()); row++) {
      if (labels.text(row).strip().equals(labels.name())) {
        throw new DataException(
            ("%s: the first line is read as the names of the columns, but \"%s\" is also a label"
                + " (%s); put a line with names above.").formatted(table.name(),
                    Excerpt.of(labels.name()), labels.where(row)));
      }
    }
  }

  /// The input column of a table without labels.
  ///
  /// @throws DataException if there is no suitable one
  public static Column input(Table table) {
    return table.columns().size() == 1 ? table.columns().getFirst()
        : inputs(table, null, new ArrayList<>());
  }

  private static Column labels(Table table, @Nullable Column input, List<String> reasons) {
    var named = named(table, LABELS, input);
    if (named.isPresent()) {
      reasons.add("\"%s\" by its name".formatted(named.get().name()));
      return named.get();
    }
    Column best = null;
    int fewest = Integer.MAX_VALUE;
    for (var column : table.columns()) {
      int different = column.dictionary().values().size();
      if (column != input && different >= 2 && 2 * different <= table.rows()
          && different < fewest) {
        best = column;
        fewest = different;
      }
    }
    if (best == null) {
      throw new DataException(
          ("%s: no column of %s looks like labels, a few that occur again and again; say which one "
              + "it is.")
              .formatted(table.name(), table.names()));
    }
    reasons.add("\"%s\" as it has only %d different cells".formatted(best.name(), fewest));
    return best;
  }

  private static Column inputs(Table table, @Nullable Column labels, List<String> reasons) {
    var named = named(table, INPUTS, labels);
    if (named.isPresent()) {
      reasons.add("\"%s\" by its name".formatted(named.get().name()));
      return named.get();
    }
    var longest = table.columns().stream()
        .filter(column -> column != labels && !column.isNumeric())
        .max(Comparator.comparingLong(ColumnChoice::characters));
    if (longest.isEmpty()) {
      throw new DataException(
          ("%s: no column of %s has texts or arrays; say which one it is. Rows of numbers are no"
              + " sequences: give the numbers of a sequence as an array, or a .ts file")
              .formatted(table.name(), table.names()));
    }
    reasons.add("\"%s\" as its texts are the longest".formatted(longest.get().name()));
    return longest.get();
  }

  private static Optional<Column> named(Table table, List<String> names, @Nullable Column not) {
    return names.stream()
        .flatMap(name -> table.columns().stream().filter(
            column -> column != not && column.name().toLowerCase(Locale.ROOT).equals(name)))
        .findFirst();
  }

  private static long characters(Column column) {
    long sum = 0;
    for (int row = 0; row < Math.min(MOST, column.rows()); row++) {
      sum += column.text(row).length();
    }
    return sum;
  }
}

package dev.unroll.app.task;

import dev.unroll.data.DataException;
import dev.unroll.table.Sequences;
import dev.unroll.table.Table;
import dev.unroll.table.Texts;
import dev.unroll.task.ColumnChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The training or test data of a classifier: texts or sequences of numbers, with labels.
///
/// @param texts null if there are numbers
/// @param sequences null if there are texts
/// @param columns that were read; without names if the format has none
/// @param reasons for the columns that were not named
public record ClassifierData(@Nullable Texts texts, @Nullable Sequences sequences,
    Columns columns, List<String> reasons) {

  /// The columns to read; null to choose them.
  ///
  /// @param text of the inputs
  /// @param label of the labels
  /// @param group of groups that must not be divided; null for none
  public record Columns(@Nullable String text, @Nullable String label, @Nullable String group) {}

  /// Reads a file or folder.
  ///
  /// @throws DataException one sentence
  public static ClassifierData read(Path file, Columns columns) {
    if (isTs(file)) {
      if (columns.group() != null) {
        throw new DataException("%s has no columns, so --group %s has no use; leave it out"
            .formatted(file, columns.group()));
      }
      return new ClassifierData(null, Sequences.ts(file), columns, List.of());
    }
    return read(Table.read(file), columns);
  }

  /// Reads a file to go on with: columns that are not named are those of the training before, if it
  /// has them.
  ///
  /// @param before the columns by their role, `text` and `label`
  /// @throws DataException one sentence
  public static ClassifierData read(Path file, Columns columns, Map<String, Object> before) {
    if (isTs(file)) {
      return read(file, columns);
    }
    var table = Table.read(file);
    return read(table, new Columns(known(table, columns.text(), before.get("text")),
        known(table, columns.label(), before.get("label")), columns.group()));
  }

  private static @Nullable String known(Table table, @Nullable String given,
      @Nullable Object before) {
    return given == null && before instanceof String name && table.names().contains(name) ? name
        : given;
  }

  /// Reads a file that goes with this one, to validate or to test: by the same columns if it has
  /// them, so that none is guessed again.
  ///
  /// @throws DataException one sentence
  public ClassifierData another(Path file) {
    if (isTs(file)) {
      return read(file, new Columns(null, null, null));
    }
    var table = Table.read(file);
    var text = columns.text();
    var label = columns.label();
    boolean same = text != null && label != null && table.names().contains(text)
        && table.names().contains(label);
    return read(table, same ? new Columns(text, label, null) : new Columns(null, null, null));
  }

  private static ClassifierData read(Table table, Columns columns) {
    var choice = ColumnChoice.of(table, columns.text(), columns.label());
    var chosen = new Columns(choice.input(), choice.label(), columns.group());
    if (hasArrays(table, choice.input())) {
      var sequences = Sequences.of(table, choice.input(), choice.label());
      return new ClassifierData(null, columns.group() == null ? sequences
          : sequences.groups(cells(table, columns.group())), chosen, choice.reasons());
    }
    var texts = table.text(choice.input()).label(choice.label());
    return new ClassifierData(columns.group() == null ? texts : texts.group(columns.group()), null,
        chosen, choice.reasons());
  }

  private static List<String> cells(Table table, String name) {
    var column = table.column(name);
    var cells = new ArrayList<String>();
    for (int row = 0; row < column.rows(); row++) {
      cells.add(column.text(row).strip());
    }
    return cells;
  }

  /// Whether a file is in the format of the UCR and UEA archives.
  public static boolean isTs(Path file) {
    var name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.endsWith(".ts") || name.endsWith(".ts.gz");
  }

  /// Whether the cells of a column are arrays.
  private static boolean hasArrays(Table table, String name) {
    var column = table.column(name);
    for (int row = 0; row < column.rows(); row++) {
      if (!column.text(row).stripLeading().startsWith("[")) {
        return false;
      }
    }
    return true;
  }
}

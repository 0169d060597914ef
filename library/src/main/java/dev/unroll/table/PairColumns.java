package dev.unroll.table;

import dev.unroll.data.DataException;
import dev.unroll.data.text.Excerpt;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Which columns have the sources and the targets: those that are named; else by the usual names;
/// else the first two.
///
/// @param source the column of the sources
/// @param target that of the targets
record PairColumns(Column source, Column target) {
  private static final List<String> SOURCES = List.of("source", "src", "input", "text", "word",
      "spelling", "grapheme", "graphemes", "letters", "from", "question", "sentence", "sentence1",
      "original", "x");
  private static final List<String> TARGETS = List.of("target", "tgt", "trg", "output",
      "translation", "phones", "phonemes", "pronunciation", "ipa", "to", "answer", "label",
      "result",
      "sentence2", "y");

  /// Whether the cells of a line are names of columns.
  ///
  /// @param source a name that was given; null for none
  /// @param target likewise
  static boolean isHead(List<String> cells, @Nullable String source, @Nullable String target) {
    var names = cells.stream().map(String::strip).toList();
    var small = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    return source != null && names.contains(source) || target != null && names.contains(target)
        || small.stream().anyMatch(SOURCES::contains) && small.stream().anyMatch(TARGETS::contains);
  }

  /// @param reasons gets why a column was chosen
  static PairColumns of(Table table, @Nullable String source, @Nullable String target,
      List<String> reasons) {
    var columns = table.columns();
    if (columns.size() < 2) {
      throw new DataException("%s has one column only, \"%s\"; expected a source and a target."
          .formatted(table.name(), Excerpt.of(columns.getFirst().name())));
    }
    var from = source == null ? null : given(table, source);
    var to = target == null ? null : given(table, target);
    from = from == null ? named(table, SOURCES, to, reasons) : from;
    to = to == null ? named(table, TARGETS, from, reasons) : to;
    var first = from == null ? next(table, to, reasons) : from;
    var second = to == null ? next(table, first, reasons) : to;
    if (first == second) {
      throw new DataException(
          "%s: the column \"%s\" cannot be both source and target; name another one.".formatted(
              table.name(), Excerpt.of(first.name())));
    }
    return new PairColumns(first, second);
  }

  private static Column given(Table table, String name) {
    if (table.find(name).isEmpty() && name.matches("[1-9][0-9]{0,3}")
        && Integer.parseInt(name) <= table.columns().size()) {
      return table.columns().get(Integer.parseInt(name) - 1);
    }
    return table.column(name);
  }

  private static @Nullable Column named(Table table, List<String> names, @Nullable Column not,
      List<String> reasons) {
    for (var name : names) {
      for (var column : table.columns()) {
        if (column != not && column.name().toLowerCase(Locale.ROOT).equals(name)) {
          reasons.add("\"%s\" by its name".formatted(Excerpt.of(column.name())));
          return column;
        }
      }
    }
    return null;
  }

  private static Column next(Table table, @Nullable Column not, List<String> reasons) {
    var columns = table.columns();
    var next = columns.getFirst() == not ? columns.get(1) : columns.getFirst();
    reasons.add("\"%s\" by its place".formatted(Excerpt.of(next.name())));
    return next;
  }
}

package dev.unroll.table;

import dev.unroll.data.DataException;
import dev.unroll.data.text.Excerpt;
import java.util.ArrayList;
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

  /// Names that columns of pairs have, besides.
  private static final List<String> OTHERS = List.of("english", "german", "french", "spanish",
      "italian", "en", "de", "fr", "es", "it", "date", "iso", "name", "written");

  /// Whether both cells of a line could be names of columns, as well as texts.
  static boolean namesPairs(List<String> cells) {
    return cells.stream().map(String::strip).distinct().count() == 2
        && cells.stream().map(cell -> cell.strip().toLowerCase(Locale.ROOT)).allMatch(
            cell -> SOURCES.contains(cell) || TARGETS.contains(cell) || OTHERS.contains(cell));
  }

  /// The column of the sources, for which no targets are needed: the one that is named, that of the
  /// training, or one as in training.
  ///
  /// @param source the name of a column, or its number from 1; null to choose it
  /// @param trained the name of that of the training
  static Column source(Table table, @Nullable String source, String trained) {
    if (source != null) {
      return given(table, source);
    }
    var known = table.find(trained);
    if (known.isPresent()) {
      return known.get();
    }
    var usual = named(table, SOURCES, null, new ArrayList<>());
    return usual == null ? table.columns().getFirst() : usual;
  }

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
      throw new DataException(("%s has one column only, \"%s\"; expected a source and a target, "
          + "in two columns or in two files.")
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

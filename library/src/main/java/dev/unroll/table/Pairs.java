package dev.unroll.table;

import dev.unroll.data.DataException;
import dev.unroll.data.text.Excerpt;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Pairs of texts, a source and what becomes of it: two columns of a table, the lines of two files,
/// or lists. A source may occur several times: then each of its targets is right. A view: texts are
/// created on demand.
///
/// ```java
/// var words = Pairs.tsv(Path.of("words.tsv"));             // naked<tab>N EY K AH D
/// var sentences = Pairs.lines(Path.of("a.fr"), Path.of("a.en"));
/// ```
///
/// Pairs with an empty side are left out ([#skipped]).
public final class Pairs {
  /// Files whose names say that they have columns.
  private static final Pattern NAMED = Pattern.compile("(?i).*\\.(csv|tsv|tab|jsonl|json)(\\.gz)?");

  private static final Pattern UNEVEN = Pattern.compile(", line \\d+: \\d+ fields?, but the head");

  private final String name;

  /// The table of both columns; null for the lines of two files.
  private final @Nullable Table table;
  private final Column source;
  private final Column target;
  private final List<String> reasons;

  /// The rows of the view, those without an empty side.
  private final int[] rows;
  private final List<String> skipped;

  private Pairs(String name, @Nullable Table table, Column source, Column target,
      List<String> reasons) {
    this.name = name;
    this.table = table;
    this.source = source;
    this.target = target;
    this.reasons = reasons;
    skipped = new ArrayList<>();
    int[] full = new int[source.rows()];
    int n = 0;
    for (int row = 0; row < full.length; row++) {
      if (source.text(row).isBlank() || target.text(row).isBlank()) {
        skipped.add((source.text(row).isBlank() ? source : target).where(row));
      } else {
        full[n++] = row;
      }
    }
    if (n == 0) {
      throw new DataException(
          "%s: each pair has an empty side, expected at least one with a source and a target."
              .formatted(name));
    }
    rows = Arrays.copyOf(full, n);
  }

  private Pairs(Pairs all, int[] rows) {
    name = all.name;
    table = all.table;
    source = all.source;
    target = all.target;
    reasons = all.reasons;
    skipped = List.of();
    this.rows = rows;
  }

  /// Reads cells between tabs, without quoting. The first line is a head if two of its cells are
  /// usual names such as `source`, `word`, `target` or `translation`; else it is a pair.
  ///
  /// @throws DataException one sentence with the line, if it cannot be read or has one column only
  public static Pairs tsv(Path file) {
    return read(file, null, null, true);
  }

  /// Reads CSV with a head; the separator is detected.
  ///
  /// @throws DataException one sentence with the line
  public static Pairs csv(Path file) {
    return of(Table.csv(file), null, null);
  }

  /// Reads JSON Lines: an object in each line, with two fields.
  ///
  /// @throws DataException one sentence with the line
  public static Pairs jsonLines(Path file) {
    return of(Table.jsonLines(file), null, null);
  }

  /// Reads a file in the format of its name, as [Table#read], but `.tsv`, `.tab` and `.txt` as
  /// [#tsv].
  ///
  /// @param source the name of its column, or its number from 1; null to choose it
  /// @param target likewise
  /// @throws DataException one sentence
  public static Pairs read(Path file, @Nullable String source, @Nullable String target) {
    return read(file, source, target, PlainTabs.is(file));
  }

  private static Pairs read(Path file, @Nullable String source, @Nullable String target,
      boolean tabs) {
    var first = new ArrayList<String>();
    Table table;
    try {
      table = tabs ? PlainTabs.read(file, source, target, first) : Table.read(file);
    } catch (DataException e) {
      if (!tabs && !NAMED.matcher(String.valueOf(file.getFileName())).matches()
          && UNEVEN.matcher(String.valueOf(e.getMessage())).find()) {
        throw new DataException(("%s has no columns of sources and targets; give a file with two "
            + "columns, or the file of the targets as well.").formatted(file), e);
      }
      throw e;
    }
    var reasons = new ArrayList<String>();
    var choice = PairColumns.of(table, source, target, reasons);
    reasons.addAll(first);
    return new Pairs(table.name(), table, choice.source(), choice.target(), List.copyOf(reasons));
  }

  /// The column of sources of a file, for which no targets are needed.
  ///
  /// @param source the name of the column, or its number from 1; null to choose it
  /// @param trained the name of that of the training, which is taken if there is one
  /// @throws DataException one sentence, if it cannot be read, or there is no such column
  public static Column sources(Path file, @Nullable String source, String trained) {
    return PairColumns.source(
        PlainTabs.is(file) ? PlainTabs.sources(file, source == null ? trained : source)
            : Table.read(file),
        source, trained);
  }

  /// Reads the lines of two files, which belong together.
  ///
  /// @throws DataException one sentence, if one cannot be read, or they have not as many lines
  public static Pairs lines(Path sources, Path targets) {
    var source = PlainLines.read(sources, "source");
    var target = PlainLines.read(targets, "target");
    if (source.rows() != target.rows()) {
      throw new DataException(
          "%s has %d lines, but %s has %d; expected as many, line by line the same pair.".formatted(
              sources, source.rows(), targets, target.rows()));
    }
    return new Pairs("%s and %s".formatted(sources, targets.getFileName()), null, source,
        target, List.of());
  }

  /// Pairs from memory.
  ///
  /// @param targets one for each source
  /// @throws DataException if there is none, or their numbers differ
  public static Pairs of(List<String> sources, List<String> targets) {
    DataException.refuseNullIn(sources, "source");
    DataException.refuseNullIn(targets, "target");
    if (sources.size() != targets.size()) {
      throw new DataException("There are %d sources and %d targets, expected as many."
          .formatted(sources.size(), targets.size()));
    }
    if (sources.isEmpty()) {
      throw new DataException("There are no pairs, expected at least one.");
    }
    var columns = new LinkedHashMap<String, List<String>>();
    columns.put("source", sources);
    columns.put("target", targets);
    return of(Table.of("the list of pairs", columns), "source", "target");
  }

  /// Two columns of a table.
  ///
  /// @param source the name of its column, or its number from 1; null to choose it
  /// @param target likewise
  /// @throws DataException one sentence, if there is no such column or none to choose
  public static Pairs of(Table table, @Nullable String source, @Nullable String target) {
    var reasons = new ArrayList<String>();
    var choice = PairColumns.of(table, source, target, reasons);
    return new Pairs(table.name(), table, choice.source(), choice.target(),
        List.copyOf(reasons));
  }

  /// All pairs of other columns of the same table, if it has them.
  public Optional<Pairs> named(String source, String target) {
    return table == null || table.find(source).isEmpty() || table.find(target).isEmpty()
        ? Optional.empty()
        : Optional.of(of(table, source, target));
  }

  /// A selection of the pairs.
  ///
  /// @param chosen their indices, each from 0 to `size() − 1`
  public Pairs rows(int... chosen) {
    int[] some = new int[chosen.length];
    for (int i = 0; i < some.length; i++) {
      some[i] = rows[chosen[i]];
    }
    return new Pairs(this, some);
  }

  /// The number of pairs.
  public int size() {
    return rows.length;
  }

  /// Their name in messages.
  public String name() {
    return name;
  }

  /// The names of the columns of sources and targets.
  public List<String> columns() {
    return List.of(source.name(), target.name());
  }

  /// Why columns that were not named were chosen, a part of a sentence for each.
  public List<String> reasons() {
    return reasons;
  }

  /// The sources, without blanks around them.
  public List<String> sources() {
    return new View(source);
  }

  /// The targets, without blanks around them.
  public List<String> targets() {
    return new View(target);
  }

  /// The places of pairs that were left out, as a side of them is empty.
  public List<String> skipped() {
    return List.copyOf(skipped);
  }

  /// The place of a pair, for the beginning of a message.
  public String where(int pair) {
    return source.place(rows[pair]);
  }

  @Override
  public String toString() {
    return "%d pairs of %s".formatted(size(), Excerpt.of(name));
  }

  private final class View extends AbstractList<String> implements RandomAccess {
    private final Column column;

    View(Column column) {
      this.column = column;
    }

    @Override
    public String get(int pair) {
      return column.text(rows[pair]).strip();
    }

    @Override
    public int size() {
      return rows.length;
    }
  }
}

package dev.unroll.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.data.DataException;
import dev.unroll.data.Utf8Lines;
import dev.unroll.table.text.Characters;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.RandomAccess;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Texts with their labels and groups: columns of a [Table], or lists. A view: texts are created on
/// demand.
///
/// ```java
/// var reviews = Table.csv(path).text("review").label("sentiment").group("author");
/// ```
public final class Texts {
  private final Table table;
  private final Column text;
  private final @Nullable Column label;
  private final @Nullable Column group;

  /// The rows of the view; null for all.
  private final int @Nullable [] rows;

  Texts(Table table, Column text, @Nullable Column label, @Nullable Column group,
      int @Nullable [] rows) {
    this.table = table;
    this.text = text;
    this.label = label;
    this.group = group;
    this.rows = rows;
  }

  /// The lines of a file, each decoded on its own: plain or gzip, UTF-8, or UTF-16 if it has that
  /// byte order mark.
  ///
  /// @throws IOException if it cannot be read
  /// @throws DataException one sentence, if it is a folder, or damaged UTF-16
  public static Utf8Lines lines(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new DataException("%s is a folder; give the path of one file.".formatted(file));
    }
    var in = Characters.unpacked(new BufferedInputStream(Files.newInputStream(file)));
    in.mark(3);
    byte[] first = in.readNBytes(3);
    in.reset();
    if (Characters.mark(first) != 2) {
      return new Utf8Lines(in, file.toString());
    }
    in.close();
    try (var wide = new BufferedReader(Characters.of(file))) {
      var text = wide.lines().collect(Collectors.joining("\n"));
      return new Utf8Lines(new ByteArrayInputStream(text.getBytes(UTF_8)), file.toString());
    }
  }

  /// Texts from memory.
  ///
  /// @param labels one for each text
  /// @throws DataException if there is none, or their numbers differ
  public static Texts of(List<String> texts, List<String> labels) {
    if (texts.size() != labels.size()) {
      throw new DataException("There are %d texts and %d labels, expected a label for each text."
          .formatted(texts.size(), labels.size()));
    }
    if (texts.isEmpty()) {
      throw new DataException("There are no texts, expected at least one.");
    }
    var columns = new LinkedHashMap<String, List<String>>();
    columns.put("text", texts);
    columns.put("label", labels);
    return Table.of("the list of texts", columns).text("text").label("label");
  }

  /// The same with labels from a column.
  ///
  /// Rows whose label is empty are left out; [#unlabeled] counts them.
  ///
  /// @throws DataException if there is no such column, it is that of the texts, or all its cells
  ///     are empty
  public Texts label(String column) {
    var labels = table.column(column);
    if (labels == text) {
      throw new DataException(
          "%s: the column \"%s\" cannot be both text and label; name another one."
              .formatted(table.name(), column));
    }
    int[] labeled = IntStream.range(0, size()).map(this::row)
        .filter(row -> !labels.text(row).isBlank()).toArray();
    if (labeled.length == 0) {
      throw new DataException("%s: no row has a label in the column \"%s\"; name another one."
          .formatted(table.name(), column));
    }
    return new Texts(table, text, labels, group, labeled.length == size() ? rows : labeled);
  }

  /// The same with groups from a column: rows of one group are never divided between training and
  /// validation.
  ///
  /// @throws DataException if there is no such column
  public Texts group(String column) {
    return new Texts(table, text, label, table.column(column), rows);
  }

  /// A selection of the texts.
  ///
  /// @param chosen their indices, each from 0 to `size() − 1`
  public Texts rows(int... chosen) {
    int[] some = chosen.clone();
    for (int i = 0; i < some.length; i++) {
      some[i] = row(some[i]);
    }
    return new Texts(table, text, label, group, some);
  }

  private int row(int number) {
    return rows == null ? number : rows[number];
  }

  /// The number of rows of the table whose label is empty, which are left out.
  public int unlabeled() {
    int blank = 0;
    for (int row = 0; label != null && row < table.rows(); row++) {
      blank += label.text(row).isBlank() ? 1 : 0;
    }
    return blank;
  }

  /// The number of texts.
  public int size() {
    return rows == null ? table.rows() : rows.length;
  }

  /// Their name in messages.
  public String name() {
    return table.name();
  }

  /// The texts.
  public List<String> texts() {
    return new View(text);
  }

  /// The text column.
  public Column textColumn() {
    return text;
  }

  /// Whether there are labels.
  public boolean hasLabels() {
    return label != null;
  }

  /// The labels, without blanks around them.
  ///
  /// @throws DataException if no column was named
  public List<String> labels() {
    return new View(labelColumn());
  }

  /// The label column.
  ///
  /// @throws DataException if none was named
  public Column labelColumn() {
    if (label == null) {
      throw new DataException(
          "%s: which column has the labels is not said; name it by label(…).".formatted(name()));
    }
    return label;
  }

  /// The group of each row; null if no column was named.
  public @Nullable List<String> groups() {
    return group == null ? null : new View(group);
  }

  /// The place of a text, for the beginning of a message.
  public String where(int row) {
    return table.where(row(row));
  }

  @Override
  public String toString() {
    return "%d texts of %s".formatted(size(), name());
  }

  private final class View extends AbstractList<String> implements RandomAccess {
    private final Column column;

    View(Column column) {
      this.column = column;
    }

    @Override
    public String get(int row) {
      return column.text(row(row)).strip();
    }

    @Override
    public int size() {
      return Texts.this.size();
    }
  }
}

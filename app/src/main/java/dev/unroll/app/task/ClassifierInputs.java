package dev.unroll.app.task;

import dev.unroll.data.DataException;
import dev.unroll.data.Utf8Lines;
import dev.unroll.data.Values.Features;
import dev.unroll.data.text.Excerpt;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.Json;
import dev.unroll.table.Column;
import dev.unroll.table.Pairs;
import dev.unroll.table.Sequences;
import dev.unroll.table.Table;
import dev.unroll.table.Texts;
import dev.unroll.task.ColumnChoice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the inputs of a classifier or transducer, one by one; an input that cannot be read is
/// reported with its place, and does not delay the others.
///
/// | given | inputs |
/// | --- | --- |
/// | standard input, a file of no known kind | a line each: an object if it begins with `{`, else the text itself |
/// | `.jsonl` | an object a line, of which one field is taken |
/// | `.csv`, `.tsv`, `.parquet`, `.mat`, a folder | a column |
/// | `.ts` | its sequences |
public final class ClassifierInputs {
  private static final List<String> FIELDS = List.of("input", "text", "source");

  private final boolean texts;
  private final @Nullable String column;
  private final boolean named;
  private final Taker taker;

  /// Of a transducer, the column of the sources of its training; else null.
  private final @Nullable String source;

  /// Receives the inputs.
  public interface Taker {
    /// A text.
    void text(String text, String where);

    /// A sequence of numbers.
    void sequence(Features steps, String where);

    /// An input that cannot be read; the message has its place.
    void wrong(String sentence);

    /// Called when no more input is waiting: the inputs received so far should be answered.
    void flush();
  }

  /// @param texts whether texts are wanted; else numbers
  /// @param given the name of the column or field; null for that of the training
  /// @param trained that of the training; null if it had none
  public ClassifierInputs(boolean texts, @Nullable String given, @Nullable String trained,
      Taker taker) {
    this(texts, given, trained, taker, null);
  }

  private ClassifierInputs(boolean texts, @Nullable String given, @Nullable String trained,
      Taker taker, @Nullable String source) {
    this.texts = texts;
    column = given != null ? given : trained;
    named = given != null;
    this.taker = taker;
    this.source = source;
  }

  /// The inputs of a transducer, whose columns are found as those of pairs are.
  ///
  /// @param given the name of the column or field; null for that of the training
  /// @param trained that of the training
  public static ClassifierInputs ofTransducer(@Nullable String given, String trained,
      Taker taker) {
    return new ClassifierInputs(true, given, trained, taker, trained);
  }

  /// Reads a file or folder.
  ///
  /// @throws DataException if it cannot be read at all
  public void read(Path file) throws IOException {
    if (ClassifierData.isTs(file)) {
      var sequences = Sequences.ts(file);
      for (int i = 0; i < sequences.size(); i++) {
        taker.sequence(sequences.sequences().get(i), sequences.where(i));
      }
    } else
      if (source != null && !Files.isDirectory(file)
          && (isTable(file) || PairFiles.hasTabs(file))) {
            cells(Pairs.sources(file, named ? column : null, source));
          } else
        if (isTable(file)) {
          table(Table.read(file), Files.isDirectory(file) ? "text" : column);
        } else {
          try (var in = Texts.lines(file)) {
            lines(in);
          }
        }
    taker.flush();
  }

  private static boolean isTable(Path file) {
    var name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return Files.isDirectory(file) || name.matches(".*\\.((csv|tsv|tab)(\\.gz)?|parquet|pq|mat)")
        || name.endsWith(".jsonl.gz");
  }

  private void table(Table table, @Nullable String column) {
    if (!named && column != null && table.find(column).isEmpty()) {
      throw new DataException(
          "%s has no column \"%s\", which the classifier was trained on, only %s; name the one to"
              .formatted(table.name(), Excerpt.of(column), Excerpt.of(table.names().toString()))
              + " read by --text");
    }
    var cells = column == null ? ColumnChoice.input(table) : table.column(column);
    for (int row = 0; row < cells.rows(); row++) {
      one(cells.text(row), table.where(row), cells.where(row));
    }
  }

  private void cells(Column cells) {
    for (int row = 0; row < cells.rows(); row++) {
      one(cells.text(row), cells.where(row), cells.where(row));
    }
  }

  private void one(String text, String where, String place) {
    if (text.isBlank()) {
      taker.wrong("%s: %s".formatted(where, texts ? "the text is empty" : "there are no numbers"));
    } else if (texts) {
      taker.text(text, where);
    } else {
      try {
        taker.sequence(Sequences.parse(text, place), where);
      } catch (DataException e) {
        taker.wrong(String.valueOf(e.getMessage()));
      }
    }
  }

  /// Reads one input per line; they are answered as soon as no more lines are waiting.
  ///
  /// @param name of the input
  public void lines(InputStream in, String name) throws IOException {
    lines(new Utf8Lines(in, name));
  }

  private void lines(Utf8Lines lines) throws IOException {
    var blank = new ArrayList<String>();
    for (boolean more = true; more;) {
      String line = null;
      String wrong = null;
      try {
        line = lines.next();
        more = line != null;
      } catch (DataException e) {
        wrong = String.valueOf(e.getMessage());
      }
      if (line != null && line.isBlank()) {
        // At the end it means nothing, between others it asks for an answer.
        blank.add(lines.where());
      } else if (more) {
        blank.forEach(where -> one("", where, where));
        blank.clear();
        if (line == null) {
          taker.wrong(String.valueOf(wrong));
        } else {
          line(line, lines.where());
        }
      }
      if (!more || !lines.ready()) {
        taker.flush();
      }
    }
  }

  private void line(String line, String where) {
    var begin = line.strip();
    if (!begin.startsWith("{")) {
      one(texts ? unquoted(begin, where) : line, where, where);
      return;
    }
    try {
      var value = field(Json.object(line, where), where);
      one(value instanceof String text ? text : Json.write(value), where, where);
    } catch (FormatException | DataException e) {
      taker.wrong(String.valueOf(e.getMessage()));
    }
  }

  /// A text, or one that is written as a JSON string.
  private static String unquoted(String line, String where) {
    if (line.length() > 1 && line.startsWith("\"") && line.endsWith("\"")) {
      try {
        return Json.parse(line, where) instanceof String text ? text : line;
      } catch (FormatException _) {
        return line; // a text that begins and ends with quotes
      }
    }
    return line;
  }

  private Object field(Map<String, @Nullable Object> object, String where) {
    var value = column == null ? null : object.get(column);
    if (!named) {
      for (var name : FIELDS) {
        value = value == null ? object.get(name) : value;
      }
    }
    if (value == null) {
      throw new DataException(
          "%s: there is no field \"%s\"; write it, or name another one by --text."
              .formatted(where, column == null ? "input" : column));
    }
    return value;
  }
}

package dev.unroll.table;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import dev.unroll.data.DataException;
import dev.unroll.format.file.FileFailure;
import dev.unroll.table.text.Characters;
import dev.unroll.table.text.Delimiters;
import dev.unroll.table.text.PackedTexts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Reads a file with a header and a row in each line (RFC 4180: a quoted cell may have line
/// breaks), cell by cell into columns.
final class Delimited extends AbstractBaseCsvCallbackHandler<Boolean> {
  /// The number of characters that are examined to find the separator.
  private static final int BEGINNING = 1 << 16;

  private final String name;
  private final String separator;
  private final List<String> head = new ArrayList<>();
  private final List<PackedTexts> columns = new ArrayList<>();
  private final RowPlaces places;
  private boolean headIsRead;
  private long line;
  private int fields;

  private Delimited(String name, char separator) {
    this.name = name;
    this.separator = separator == '\t' ? "tab" : Character.toString(separator);
    places = new RowPlaces(name, separator == ',');
  }

  /// Reads a file.
  ///
  /// @param separator null to detect it
  /// @throws DataException one sentence with the line
  static Table read(Path file, @Nullable Character separator) {
    try (var in = new BufferedReader(Characters.of(file), BEGINNING)) {
      char between = separator != null ? separator : separator(in);
      var handler = new Delimited(file.toString(), between);
      try (var reader = CsvReader.builder()
          .fieldSeparator(between)
          .allowUnclosedQuote(false)
          .build(handler, in)) {
        reader.forEach(_ -> {
        });
      }
      return handler.table();
    } catch (CsvParseException | UncheckedIOException e) {
      throw failure(file, e);
    } catch (IOException e) {
      throw new DataException(FileFailure.reading(file, e).getMessage() + ".", e);
    }
  }

  private static char separator(BufferedReader in) throws IOException {
    in.mark(BEGINNING + 1);
    char[] beginning = new char[BEGINNING];
    int length = 0;
    for (int n = 0; n >= 0 && length < BEGINNING; length += Math.max(n, 0)) {
      n = in.read(beginning, length, BEGINNING - length);
    }
    in.reset();
    return Delimiters.of(new String(beginning, 0, length));
  }

  /// The exception thrown while rows were read: our own message, if it is one.
  private static DataException failure(Path file, RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof DataException ours) {
        return ours;
      }
      if (cause instanceof IOException io) {
        return new DataException(FileFailure.reading(file, io).getMessage() + ".", e);
      }
    }
    return new DataException(
        "%s is not CSV: %s; close every quote.".formatted(file, e.getMessage()), e);
  }

  @Override
  protected void handleBegin(long startingLine) {
    line = startingLine;
    fields = 0;
  }

  @Override
  protected void handleField(int index, char[] buffer, int from, int length, boolean quoted) {
    fields++;
    if (!headIsRead) {
      head.add(new String(buffer, from, length).strip());
    } else if (index < columns.size()) {
      columns.get(index).add(buffer, from, length);
    }
  }

  @Override
  protected @Nullable Boolean buildRecord() {
    if (fields == 0) {
      return null; // an empty line
    }
    if (!headIsRead) {
      headIsRead = true;
      Header.check(name, head);
      head.forEach(_ -> columns.add(new PackedTexts()));
    } else if (fields == head.size()) {
      places.add(line);
    } else {
      throw new DataException(
          "%s, line %d: %d field%s, but the head has %d; %s.".formatted(name, line, fields,
              fields == 1 ? "" : "s", head.size(),
              fields < head.size() ? "add those that are missing"
                  : "quote fields that contain a "
                      + (separator.equals(",") ? "comma" : separator)));
    }
    return Boolean.TRUE;
  }

  private Table table() {
    if (!headIsRead) {
      throw new DataException("%s is empty; give a file with a head and rows.".formatted(name));
    }
    columns.forEach(PackedTexts::trim);
    var all = IntStream.range(0, head.size())
        .mapToObj(i -> new Column(places, i, Header.name(head, i), columns.get(i))).toList();
    return new Table(places, all);
  }
}

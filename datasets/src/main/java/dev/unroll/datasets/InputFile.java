package dev.unroll.datasets;

import dev.unroll.data.DataException;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Inputs of a user's own, to predict from: as in an [ExampleFile], whose targets are not looked at and
/// may be left out.
///
/// @param name of the file
/// @param inputs in the order of the file
/// @param lines the line of each
public record InputFile(String name, List<Values> inputs, List<Long> lines) {

  /// Reads a file: CSV if its name says so, else JSON Lines.
  ///
  /// @param tokens what the symbols are; `null` if they are numbers
  /// @throws DataException one sentence with the number of the line
  public static InputFile read(Path file, As as, @Nullable Tokens tokens) {
    var source = Source.of(file);
    if (Looks.isCsv(file)) {
      var table = CsvTable.of(source);
      var side = new CsvSide("input", table.column("input"), as);
      return of(source, table.rows(), side::cell, tokens);
    }
    return jsonLines(source, as, tokens);
  }

  /// Reads JSON Lines to the end.
  ///
  /// @param name for messages
  /// @throws DataException one sentence with the number of the line
  public static InputFile jsonLines(InputStream in, String name, As as, @Nullable Tokens tokens)
      throws IOException {
    return jsonLines(new Source(name, in.readAllBytes()), as, tokens);
  }

  private static InputFile jsonLines(Source source, As as, @Nullable Tokens tokens) {
    return of(source, JsonLine.all(source), new JsonSide("input", as)::cell, tokens);
  }

  private static <R extends Numbered> InputFile of(
      Source source, List<R> rows, Function<R, Cell> inputOf, @Nullable Tokens tokens) {
    var inputs = new ArrayList<Values>(rows.size());
    for (var row : rows) {
      try {
        inputs.add(inputOf.apply(row).values(tokens));
      } catch (DataException e) {
        throw new DataException(
            "%s, line %d: %s".formatted(source.name(), row.line(), e.getMessage()), e);
      }
    }
    return new InputFile(source.name(), inputs, rows.stream().map(Numbered::line).toList());
  }
}

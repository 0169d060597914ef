package dev.unroll.datasets;

import dev.unroll.data.DataException;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A user's inputs for prediction: as in an [ExampleFile], whose targets are ignored and may be
/// missing.
///
/// @param name of the file
/// @param inputs in the order of the file
/// @param lines the line of each
public record InputFile(String name, List<Values> inputs, List<Long> lines) {

  /// Reads a file: CSV if its name says so, else JSON Lines.
  ///
  /// @param tokens the tokens of the symbols; `null` for numbers
  /// @throws DataException one sentence with the number of the line
  public static InputFile read(Path file, As as, @Nullable Tokens tokens) {
    var source = SourceBytes.of(file);
    if (Looks.isCsv(file)) {
      var table = CsvTable.of(source);
      var side = new CsvSide("input", table.column("input"), as);
      return of(source.name(), table.rows(), side::cell, tokens);
    }
    return of(source.name(), JsonLine.all(source, JsonLine.INPUT), new JsonSide("input", as)::cell,
        tokens);
  }

  /// A file with one of the inputs only.
  public InputFile only(int i) {
    return new InputFile(name, List.of(inputs.get(i)), List.of(lines.get(i)));
  }

  static <R extends Numbered> InputFile of(
      String name, List<R> rows, Function<R, Side> inputOf, @Nullable Tokens tokens) {
    var inputs = new ArrayList<Values>(rows.size());
    for (var row : rows) {
      try {
        inputs.add(inputOf.apply(row).values(tokens));
      } catch (DataException e) {
        throw new DataException(
            "%s, line %d: %s".formatted(name, row.line(), e.getMessage()), e);
      }
    }
    return new InputFile(name, inputs, rows.stream().map(Numbered::line).toList());
  }
}

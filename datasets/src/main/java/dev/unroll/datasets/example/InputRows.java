package dev.unroll.datasets.example;

import dev.unroll.data.DataException;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.datasets.format.SourceBytes;
import dev.unroll.table.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Reads inputs from the rows of a table, or from the objects of an array.
final class InputRows implements InputReader {
  private final String name;
  private final List<? extends Numbered> rows;
  private final IntFunction<SideValue> cells;
  private final @Nullable Tokens tokens;
  private int at;

  private InputRows(String name, List<? extends Numbered> rows, IntFunction<SideValue> cells,
      @Nullable Tokens tokens) {
    this.name = name;
    this.rows = rows;
    this.cells = cells;
    this.tokens = tokens;
  }

  static InputRows of(Path file, @Nullable String field, As as, @Nullable Tokens tokens) {
    var table = Table.read(file);
    var rows = TableSide.Row.all(table);
    var side = new TableSide("input", TableSide.column(table, Side.INPUT, field), as);
    return new InputRows(table.name(), rows, i -> side.cell(rows.get(i)), tokens);
  }

  static InputRows ofArray(Path file, @Nullable String field, As as, @Nullable Tokens tokens) {
    var source = SourceBytes.of(file);
    var lines = JsonLine.all(source, JsonLine.INPUT);
    var side = new JsonSide("input", field, as);
    return new InputRows(source.name(), lines, i -> side.cell(lines.get(i)), tokens);
  }

  @Override
  public InputFile next(int most) {
    var inputs = new ArrayList<Values>();
    var lines = new ArrayList<Long>();
    for (; at < rows.size() && inputs.size() < most; at++) {
      long line = rows.get(at).line();
      try {
        inputs.add(cells.apply(at).values(tokens));
        lines.add(line);
      } catch (DataException e) {
        if (!inputs.isEmpty()) {
          break; // read again, once those before it are answered
        }
        at++;
        throw new DataException("%s, line %d: %s".formatted(name, line, e.getMessage()), e);
      }
    }
    return new InputFile(name, inputs, lines);
  }

  @Override
  public void close() {
    // the file was read as a whole
  }
}

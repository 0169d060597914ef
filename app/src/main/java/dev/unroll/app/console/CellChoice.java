package dev.unroll.app.console;

import dev.unroll.cell.Cells;
import dev.unroll.cell.VariationalDropout;
import dev.unroll.expr.Cell;
import dev.unroll.expr.CellException;
import dev.unroll.expr.Initializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Finds the cell that a user named.
public final class CellChoice {
  private CellChoice() {}

  /// A published cell by its name, with heads if there is a number behind it (`slstm:4`), or one
  /// from a file.
  ///
  /// @throws CellException if there is neither, the file holds no cell, or the cell cannot have
  ///     heads
  public static Cell of(Path folder, String nameOrFile) throws IOException {
    if (isPublished(nameOrFile)) {
      return Cells.find(nameOrFile);
    }
    int colon = nameOrFile.lastIndexOf(':');
    if (colon > 0 && isPublished(nameOrFile.substring(0, colon))) {
      return withHeads(Cells.find(nameOrFile.substring(0, colon)),
          nameOrFile.substring(colon + 1));
    }
    var file = folder.resolve(nameOrFile);
    if (Files.exists(file) || nameOrFile.matches(".*[./\\\\].*")) {
      return Cell.read(file);
    }
    return Cells.find(nameOrFile);
  }

  private static boolean isPublished(String name) {
    return Cells.all().stream().anyMatch(cell -> cell.name().equals(name));
  }

  private static Cell withHeads(Cell cell, String heads) {
    if (!heads.matches("[1-9]\\d{0,8}")) {
      throw new CellException(
          "%s:%s: expected a number of heads, 1 or more, behind the colon, as in %s:4"
              .formatted(cell.name(), heads, cell.name()),
          null);
    }
    int n = Integer.parseInt(heads);
    return n == 1 ? cell : cell.heads(n).named(cell.name() + "-" + n);
  }

  /// Prints warnings about a cell, such as parameters that never learn.
  ///
  /// @return the cell
  public static Cell remarked(Terminal terminal, Cell cell) {
    cell.remarks().forEach(remark -> terminal.err().println("note: " + remark));
    terminal.err().flush();
    return cell;
  }

  /// The cell with other initializers.
  ///
  /// @throws CellException if a parameter or the text of an initializer is not known
  public static Cell withInitializers(Cell cell, Map<String, String> init) {
    var changed = cell;
    for (var entry : init.entrySet()) {
      var parameter = entry.getKey();
      changed =
          changed.initializer(
              parameter, Initializer.parse("--init " + parameter, entry.getValue()));
    }
    return changed;
  }

  /// The cell with variational dropout, unless it names masks itself.
  public static Cell withMasks(Cell cell) {
    return cell.shapes().masks().isEmpty()
        ? VariationalDropout.of(cell, VariationalDropout.Masks.TIED)
        : cell;
  }
}

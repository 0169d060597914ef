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

  /// A published cell by its name, or one from a file.
  ///
  /// @throws CellException if there is neither, or the file holds no cell
  public static Cell of(Path folder, String nameOrFile) throws IOException {
    boolean known = Cells.all().stream().anyMatch(cell -> cell.name().equals(nameOrFile));
    if (known) {
      return Cells.find(nameOrFile);
    }
    var file = folder.resolve(nameOrFile);
    if (Files.exists(file) || nameOrFile.matches(".*[./\\\\].*")) {
      return Cell.read(file);
    }
    return Cells.find(nameOrFile);
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

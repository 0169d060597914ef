package dev.unroll.app;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Initializer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/// The cell that a user means.
final class CellChoice {
  private CellChoice() {}

  private static final String LSTM =
      """
      i  = σ(Wi x + Ui h + bi)
      f  = σ(Wf x + Uf h + bf)
      g  = tanh(Wg x + Ug h + bg)
      o  = σ(Wo x + Uo h + bo)
      c' = f * c + i * g
      h' = o * tanh(c')
      init bf = 1
      """;

  /// The LSTM by its name, or a cell from a file.
  ///
  /// @throws dev.unroll.expr.CellException if the file holds no cell
  static Cell of(Path folder, String nameOrFile) throws IOException {
    return nameOrFile.equals("lstm")
        ? Cell.parse("lstm", LSTM)
        : Cell.read(folder.resolve(nameOrFile));
  }

  /// The cell with other first values.
  ///
  /// @throws dev.unroll.expr.CellException if a parameter or the text of an initializer is not known
  static Cell withInitializers(Cell cell, Map<String, String> init) {
    var changed = cell;
    for (var entry : init.entrySet()) {
      var parameter = entry.getKey();
      changed =
          changed.withInitializer(
              parameter, Initializer.parse("--init " + parameter, entry.getValue()));
    }
    return changed;
  }
}

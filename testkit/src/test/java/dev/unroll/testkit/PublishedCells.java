package dev.unroll.testkit;

import dev.unroll.cell.Cells;
import dev.unroll.cell.VariationalDropout;
import dev.unroll.cell.VariationalDropout.Masks;
import dev.unroll.expr.Cell;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Named;

/// The cells of the library, as they are and with each rewrite.
final class PublishedCells {
  private PublishedCells() {}

  static List<Named<Cell>> plain() {
    return Cells.all().stream().map(p -> Named.of(p.name(), p.cell())).toList();
  }

  static List<Named<Cell>> rewritten() {
    var cells = new ArrayList<Named<Cell>>();
    for (var published : Cells.all()) {
      for (var masks : Masks.values()) {
        cells.add(
            Named.of(
                "%s, %s masks".formatted(published.name(), masks),
                VariationalDropout.of(published.cell(), masks)));
      }
    }
    return cells;
  }

  static List<Named<Cell>> all() {
    var cells = new ArrayList<>(plain());
    cells.addAll(rewritten());
    return cells;
  }
}

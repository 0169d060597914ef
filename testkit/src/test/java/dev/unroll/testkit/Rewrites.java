package dev.unroll.testkit;

import dev.unroll.cell.VariationalDropout;
import dev.unroll.cell.VariationalDropout.Masks;
import dev.unroll.cell.rewrite.LayerNormalized;
import dev.unroll.cell.rewrite.Lengths;
import dev.unroll.cell.rewrite.Restart;
import dev.unroll.cell.rewrite.Zoneout;
import dev.unroll.expr.Cell;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.provider.Arguments;

/// All rewrites of cells, by name.
final class Rewrites {
  static final SequencedMap<String, UnaryOperator<Cell>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("lengths", Lengths::of);
    ALL.put("restart from zero", cell -> Restart.of(cell, false));
    ALL.put("restart from learned states", cell -> Restart.of(cell, true));
    ALL.put("zoneout", Zoneout::of);
    ALL.put("layer norm", LayerNormalized::of);
    ALL.put("tied masks", cell -> VariationalDropout.of(cell, Masks.TIED));
    ALL.put("untied masks", cell -> VariationalDropout.of(cell, Masks.UNTIED));
  }

  private Rewrites() {}

  /// Each of these cells with each rewrite.
  static List<Arguments> of(List<Named<Cell>> cells) {
    return cells.stream().flatMap(cell -> ALL.entrySet().stream().map(rewrite -> Arguments.of(
        Named.of(cell.getName() + ", " + rewrite.getKey(),
            rewrite.getValue().apply(cell.getPayload())))))
        .toList();
  }
}

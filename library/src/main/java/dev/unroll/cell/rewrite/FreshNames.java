package dev.unroll.cell.rewrite;

import dev.unroll.expr.Cell;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Unused names for equations that a rewrite adds to a cell.
public final class FreshNames {
  /// Leaves room for suffixes and prefixes within the length that a cell allows.
  private static final int LONGEST = 50;

  private final Set<String> taken = new HashSet<>();

  public FreshNames(Cell cell) {
    var shapes = cell.shapes();
    for (Map<String, ?> named : List.of(shapes.matrices(), shapes.vectors(), shapes.masks(),
        shapes.states(), shapes.values())) {
      taken.addAll(named.keySet());
    }
  }

  /// The name, with as many `_` appended as make it unique.
  public String of(String name) {
    var free = name;
    while (!taken.add(free)) {
      free += "_";
    }
    return free;
  }

  /// A name for the tangent of a value: `d_h` for `h` or `h'`.
  String tangent(String name) {
    var base = name.endsWith("'") ? name.substring(0, name.length() - 1) : name;
    return of(base.length() <= LONGEST ? "d_" + base : "d_long");
  }
}

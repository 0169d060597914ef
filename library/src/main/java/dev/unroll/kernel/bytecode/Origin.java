package dev.unroll.kernel.bytecode;

import dev.unroll.expr.Cell;
import java.util.List;

/// Where a stage comes from, for stack traces and dumps.
///
/// @param cell the name of the cell
/// @param pass `forward` or `backward`
/// @param equations the equations of the cell as text
public record Origin(String cell, String pass, List<String> equations) {

  /// Copies its list.
  public Origin {
    equations = List.copyOf(equations);
  }

  /// A pass of a cell.
  public static Origin of(Cell cell, String pass) {
    return new Origin(cell.name(), pass, cell.toString().lines().limit(cell.equations().size())
        .map(line -> line.replaceAll(" +", " ")).toList());
  }
}

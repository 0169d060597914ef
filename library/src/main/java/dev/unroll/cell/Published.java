package dev.unroll.cell;

import dev.unroll.expr.Cell;

/// A cell that comes with the library.
///
/// @param name what [Cells#find] knows it by, the name of the cell
/// @param title what it is, in one line
/// @param source where it is from: author, year, arXiv number where there is one
/// @param cell its equations
public record Published(String name, String title, String source, Cell cell) {

  Published(String title, String source, Cell cell) {
    this(cell.name(), title, source, cell);
  }
}

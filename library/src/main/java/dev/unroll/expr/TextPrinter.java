package dev.unroll.expr;

/// Writes a cell as text.
final class TextPrinter {
  private TextPrinter() {}

  static String print(Cell cell) {
    return cell.name();
  }
}

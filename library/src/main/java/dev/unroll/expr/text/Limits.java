package dev.unroll.expr.text;

/// Limits on the size of a cell. They hold for cells from text and from Java alike, are far above
/// any published cell (an LSTM has 6 equations, 43 parts and 5 levels), and keep every
/// pass over an expression, all of which recurse, within the smallest stack.
final class Limits {
  /// The number of characters of a cell as text.
  static final int TEXT = 64 * 1024;

  static final int EQUATIONS = 500;

  /// The number of names, numbers, functions and operators of all equations together.
  static final int PARTS = 5_000;

  /// The depth of an expression as a tree: `a + b + c` has three.
  static final int DEPTH = 100;

  /// The nesting of parentheses, signs and matrices in the text. An expression of [#DEPTH] levels
  /// needs at most two of them for a level.
  static final int NESTING = 2 * DEPTH;

  private Limits() {}
}

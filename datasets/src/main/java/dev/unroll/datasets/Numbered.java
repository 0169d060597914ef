package dev.unroll.datasets;

/// What stands in a line of a file.
interface Numbered {
  /// The number of the line, from 1.
  long line();
}

package dev.unroll.datasets;

/// The content of a line of a file.
interface Numbered {
  /// The number of the line, from 1.
  long line();
}

package dev.unroll.datasets.example;

/// The content of a line of a file.
interface Numbered {
  /// The number of the line, from 1.
  long line();
}

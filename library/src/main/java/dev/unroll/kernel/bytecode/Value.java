package dev.unroll.kernel.bytecode;

/// An operand of an operation of a stage.
sealed interface Value {

  /// A value in memory before the stage runs: a row, or one number.
  record Loaded(int slot) implements Value {}

  /// A constant of the cell.
  record Literal(float number) implements Value {}

  /// The number of elements of the vectors of a size.
  record Count(int size) implements Value {}

  /// The result of an operation of the stage, by its number.
  record Computed(int operation) implements Value {}
}

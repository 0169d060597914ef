package dev.unroll.kernel.bytecode;

/// What an operation of a stage works on.
sealed interface Value {

  /// What stands in memory before the stage runs: a row, or one number.
  record Loaded(int slot) implements Value {}

  /// A number that the cell names.
  record Literal(float number) implements Value {}

  /// How many elements the vectors of a size have.
  record Count(int size) implements Value {}

  /// The result of an operation of the stage, by its number.
  record Computed(int operation) implements Value {}
}

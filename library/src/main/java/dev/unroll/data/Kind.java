package dev.unroll.data;

/// The kind of steps of one side of an example.
public sealed interface Kind {

  /// Symbols or classes `0 … count − 1`.
  record Symbols(int count) implements Kind {
    @Override
    public String toString() {
      return "symbols 0 … %d".formatted(count - 1);
    }
  }

  /// Words `0 … count − 1` of letters `0 … letters − 1`.
  record Words(int count, int letters) implements Kind {
    @Override
    public String toString() {
      return "words 0 … %d of letters 0 … %d".formatted(count - 1, letters - 1);
    }
  }

  /// Vectors of `columns` finite numbers.
  record Features(int columns) implements Kind {
    @Override
    public String toString() {
      return "rows of %d %s".formatted(columns, columns == 1 ? "number" : "numbers");
    }
  }
}

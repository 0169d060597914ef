package dev.unroll.model;

/// What a model reads: vectors, or symbols that get a vector each.
///
/// @param symbols V, the number of symbols; 0 for vectors
/// @param size the length of a step's vector
/// @param drop the probability with which a symbol's vector is dropped in training, the same for all
///     places of the symbol in a sequence (Gal and Ghahramani 2016, arXiv 1512.05287)
public record Inputs(int symbols, int size, double drop) {

  /// @throws IllegalArgumentException if a size is not at least 1 or a probability is not one
  public Inputs {
    if (symbols < 0 || size < 1) {
      throw new IllegalArgumentException(
          "inputs of %d symbols and size %d, expected at least 1".formatted(symbols, size));
    }
    Body.requireProbability("the dropout of symbols", drop);
    if (drop > 0 && symbols == 0) {
      throw new IllegalArgumentException(
          "vectors have no symbols to drop; use the body's inputDropout");
    }
  }

  /// Vectors of F features.
  public static Inputs features(int features) {
    return new Inputs(0, features, 0);
  }

  /// Symbols, each with a learned vector.
  ///
  /// @param symbols V
  /// @param size of the vectors
  public static Inputs symbols(int symbols, int size) {
    if (symbols < 1) {
      throw new IllegalArgumentException(symbols + " symbols, expected at least 1");
    }
    return new Inputs(symbols, size, 0);
  }

  /// The same with vectors of symbols dropped by type in training.
  public Inputs dropout(double drop) {
    return new Inputs(symbols, size, drop);
  }
}

package dev.unroll.expr;

/// How a parameter gets its first values.
///
/// Written in a cell file as `init bf = 1`, `init U = orthogonal`, `init u = uniform(0, 1)`.
public sealed interface Initializer {

  /// Every element is `value`.
  record Constant(double value) implements Initializer {}

  /// Uniform on `±sqrt(6 / (rows + columns))` (Glorot and Bengio 2010).
  record Glorot() implements Initializer {}

  /// `gain` times a matrix with orthonormal rows or columns (Saxe, McClelland and Ganguli 2014).
  record Orthogonal(double gain) implements Initializer {}

  /// `scale` on the diagonal, zero elsewhere (Le, Jaitly and Hinton 2015).
  record Identity(double scale) implements Initializer {}

  /// Uniform on `[low, high)`.
  record Uniform(double low, double high) implements Initializer {}

  /// Normal with mean zero and standard deviation `deviation`.
  record Normal(double deviation) implements Initializer {}
}

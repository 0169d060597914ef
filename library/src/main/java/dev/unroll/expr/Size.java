package dev.unroll.expr;

/// The symbolic length of a vector: `F` (input features), `H` (hidden), a name from a `size` line,
/// or 1 for one number for each row.
public record Size(String name) {
  /// One number for each row.
  public static final Size ONE = new Size("1");

  /// The size of `x`.
  public static final Size INPUT = new Size("F");

  /// The default size of a vector whose size is not determined.
  public static final Size HIDDEN = new Size("H");

  @Override
  public String toString() {
    return name;
  }
}

package dev.unroll.app.console;

/// Formats a loss for reading: four decimals, and those that are beyond six digits, as of numbers
/// that are not scaled, by their power of ten.
public final class ShortNumber {
  private static final double LARGE = 1e6;

  private ShortNumber() {}

  /// Such as `0.3941` or `5.805e+32`.
  public static String of(double loss) {
    return (Math.abs(loss) < LARGE ? "%.4f" : "%.3e").formatted(loss);
  }
}

package dev.unroll.datasets.example;

import java.util.Locale;

/// The two sides of an example.
enum Side {
  INPUT, TARGET;

  /// Whether a column has the name of a side.
  static boolean isName(String column) {
    var name = column.toLowerCase(Locale.ROOT);
    return name.equals(INPUT.toString()) || name.equals(TARGET.toString());
  }

  /// Its name in a file.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

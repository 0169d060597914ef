package dev.unroll.train.notation;

/// Checks the ranges of numbers in settings.
public final class Numbers {
  private Numbers() {}

  public static void requireShare(String what, double value) {
    require(value >= 0 && value < 1, what, value, "a number from 0 up to but not 1");
  }

  public static void requirePositive(String what, double value) {
    require(value > 0 && value < Double.POSITIVE_INFINITY, what, value, "a positive number");
  }

  public static void requireNotNegative(String what, double value) {
    require(value >= 0 && value < Double.POSITIVE_INFINITY, what, value,
        "a positive number, or 0 for none");
  }

  public static void requireAtLeastOne(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s is %d, expected at least 1".formatted(what, value));
    }
  }

  public static void require(boolean fine, String what, double value, String expected) {
    if (!fine) {
      throw new IllegalArgumentException(
          "%s is %s, expected %s".formatted(what, value, expected));
    }
  }
}

package dev.unroll.app;

import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/// Numbers on the command line, with messages for people who do not write Java.
final class Values {
  private Values() {}

  static void register(CommandLine line) {
    line.registerConverter(int.class, Values::integer);
    line.registerConverter(Integer.class, Values::integer);
    line.registerConverter(long.class, Values::longInteger);
    line.registerConverter(Long.class, Values::longInteger);
    line.registerConverter(double.class, Values::number);
    line.registerConverter(Double.class, Values::number);
  }

  private static Integer integer(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException(
          "'%s' is not a whole number of at most %,d".formatted(text, Integer.MAX_VALUE));
    }
  }

  private static Long longInteger(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'%s' is not a whole number of 64 bits".formatted(text));
    }
  }

  private static Double number(String text) {
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'%s' is not a number".formatted(text));
    }
  }

  /// @throws IllegalArgumentException that names the option, if the value is not in the range
  static int inRange(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s is %d, expected a number from %d to %,d".formatted(option, value, least, most));
    }
    return value;
  }

  /// @throws IllegalArgumentException that names the option, if the value is below 0 or no number
  static double atLeastZero(String option, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "%s is %s, expected a number of 0 or more".formatted(option, value));
    }
    return value;
  }
}

package dev.unroll.app.console;

import dev.unroll.task.TextForm;
import dev.unroll.task.transduce.Segmentation;
import dev.unroll.train.text.TextCoding;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/// Numbers on the command line, with messages for users who do not know Java.
public final class OptionValues {
  private OptionValues() {}

  /// How the values of all options are read.
  public static void register(CommandLine line) {
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.registerConverter(TextCoding.Unit.class, new UnitWords<>(TextCoding.Unit.class));
    line.registerConverter(Segmentation.Unit.class, new UnitWords<>(Segmentation.Unit.class));
    line.registerConverter(TextForm.Unit.class, new UnitWords<>(TextForm.Unit.class));
    line.registerConverter(int.class, OptionValues::integer);
    line.registerConverter(Integer.class, OptionValues::integer);
    line.registerConverter(long.class, OptionValues::longInteger);
    line.registerConverter(Long.class, OptionValues::longInteger);
    line.registerConverter(double.class, OptionValues::number);
    line.registerConverter(Double.class, OptionValues::number);
  }

  private static Integer integer(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException(wrong(text));
    }
  }

  private static Long longInteger(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException(wrong(text));
    }
  }

  /// The limits of an option are reported by the code that knows them.
  private static String wrong(String text) {
    return text.matches("[-+]?\\d+")
        ? "'%s' is too %s".formatted(text, text.startsWith("-") ? "small" : "large")
        : "'%s' is not a whole number".formatted(text);
  }

  private static Double number(String text) {
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'%s' is not a number".formatted(text));
    }
  }

  /// The value, if it is in the range.
  ///
  /// @throws IllegalArgumentException that names the option, if the value is not in the range
  public static int inRange(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s is %d, expected a number from %d to %,d".formatted(option, value, least, most));
    }
    return value;
  }

  /// The value, if it is in the range.
  ///
  /// @throws IllegalArgumentException that names the option, if the value is not in the range or no
  ///     number
  public static double inRange(String option, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          "%s is %s, expected a number from %.0f to %.0f".formatted(option, value, least, most));
    }
    return value;
  }

  /// A learning rate.
  ///
  /// @throws IllegalArgumentException that names the option, if it is not above 0 and below 1000
  public static double rate(double rate) {
    if (!(rate > 0 && rate < 1000)) {
      throw new IllegalArgumentException(
          "--lr is %s, expected a number above 0 and below 1000, such as 0.002".formatted(rate));
    }
    return rate;
  }

  /// The value, if it is at least 1.
  ///
  /// @throws IllegalArgumentException that names the option, if the value is below 1
  public static int atLeastOne(String option, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s is %d, expected at least 1".formatted(option, value));
    }
    return value;
  }

  /// The value, if it is not negative.
  ///
  /// @throws IllegalArgumentException that names the option, if the value is below 0 or not a
  ///     number
  public static double atLeastZero(String option, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "%s is %s, expected a number of 0 or more".formatted(option, value));
    }
    return value;
  }
}

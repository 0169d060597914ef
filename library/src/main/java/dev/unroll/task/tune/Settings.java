package dev.unroll.task.tune;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// Settings of a model and its training that replace defaults, by name: `hidden=96,rate=0.004`. A
/// value.
///
/// @param values in order
public record Settings(SequencedMap<String, Double> values) {
  /// The defaults.
  public static final Settings NONE = new Settings(new LinkedHashMap<>());

  /// Copies the map.
  public Settings {
    values = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(values));
  }

  /// Reads them as they are written.
  ///
  /// @throws IllegalArgumentException that says what is not understood
  public static Settings parse(String text) {
    var values = new LinkedHashMap<String, Double>();
    for (var part : text.isBlank() ? new String[0] : text.split(",", -1)) {
      int equals = part.indexOf('=');
      double value = number(part.substring(equals + 1).strip());
      if (equals < 1 || !Double.isFinite(value)) {
        throw new IllegalArgumentException(
            "\"%s\" is no setting; expected a name and a number, such as hidden=96,rate=0.004"
                .formatted(part));
      }
      if (values.put(part.substring(0, equals).strip(), value) != null) {
        throw new IllegalArgumentException("the setting %s is given twice, expected once"
            .formatted(part.substring(0, equals).strip()));
      }
    }
    return new Settings(values);
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException _) {
      return Double.NaN;
    }
  }

  /// The same with one more, or another value of one.
  public Settings with(String name, double value) {
    var copy = new LinkedHashMap<>(values);
    copy.put(name, value);
    return new Settings(copy);
  }

  /// The same with all of others.
  public Settings with(Settings others) {
    var copy = new LinkedHashMap<>(values);
    copy.putAll(others.values);
    return new Settings(copy);
  }

  /// The value of a setting, or a default.
  public double number(String name, double otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  /// The value of a setting that is a whole number of at least 1, or a default.
  ///
  /// @throws IllegalArgumentException if it is not
  public int whole(String name, int otherwise) {
    double value = number(name, otherwise);
    if (value != Math.rint(value) || value < 1 || value > 1e6) {
      throw new IllegalArgumentException("the setting %s is %s, expected a whole number from 1 on"
          .formatted(name, text(value)));
    }
    return (int) value;
  }

  /// Checks that there are no others than these.
  ///
  /// @param names the defaults, by name
  /// @throws IllegalArgumentException that names the first other one
  public void requireAmong(Map<String, Double> names) {
    for (var name : values.keySet()) {
      if (!names.containsKey(name)) {
        throw new IllegalArgumentException("there is no setting %s; the settings here are %s"
            .formatted(name, String.join(", ", names.keySet())));
      }
    }
  }

  /// Checks that none changes the size of a model that is trained further.
  ///
  /// @param sizes of the model, by name
  /// @throws IllegalArgumentException that names both
  public void requireSizes(Map<String, Integer> sizes) {
    sizes.forEach((name, size) -> {
      double given = number(name, size);
      if (given != size) {
        throw new IllegalArgumentException(
            "the setting %s is %s, but the model that the training begins with has %d; leave it out"
                .formatted(name, text(given), size));
      }
    });
  }

  /// A number as it is written: without `.0` and without an exponent.
  public static String text(double value) {
    return Double.isFinite(value) ? new BigDecimal(Double.toString(value)).stripTrailingZeros()
        .toPlainString() : Double.toString(value);
  }

  /// As it is written for [#parse].
  @Override
  public String toString() {
    return values.entrySet().stream().map(one -> one.getKey() + "=" + text(one.getValue()))
        .collect(Collectors.joining(","));
  }
}

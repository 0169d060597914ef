package dev.unroll.stream;

import dev.unroll.data.DataException;
import dev.unroll.data.Tokens;
import dev.unroll.data.text.Excerpt;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The features of one event, which [Features] sets. The row is reused for the next event.
public final class FeatureRow {
  private final List<String> names;
  private final Scored model;
  private final @Nullable Tokens tokens;
  private final int symbols;
  private final float[] values;
  private double gap;
  private boolean first;

  FeatureRow(Scored model) {
    this.model = model;
    names = model.features();
    symbols = model.symbols();
    tokens = model.tokens();
    values = new float[names.size()];
  }

  /// Begins an event.
  void begin(boolean first, double gap) {
    this.first = first;
    this.gap = gap;
    Arrays.fill(values, Float.NaN);
  }

  float[] values() {
    return values;
  }

  /// The names of the features, in the order of the model; one name if it reads symbols.
  public List<String> names() {
    return names;
  }

  /// F, the number of features.
  public int size() {
    return names.size();
  }

  /// The milliseconds since the last event of the key, never below 0; 0 for the first event.
  public double gap() {
    return gap;
  }

  /// Whether this is the first event of its key, or no earlier event of the key had a time.
  public boolean isFirst() {
    return first;
  }

  /// Sets a feature; NaN for one that is missing.
  ///
  /// @param i `0 … size() − 1`
  /// @throws DataException if there is no such feature, or the model reads symbols and this is none
  public FeatureRow set(int i, double value) {
    if (i < 0 || i >= values.length) {
      throw new DataException("there is no feature %d; the model reads %d, from 0 on: %s"
          .formatted(i, values.length, names));
    }
    if (symbols > 0 && !Double.isNaN(value)
        && !(value >= 0 && value < symbols && value == Math.rint(value))) {
      throw new DataException("%s is %s, expected a symbol of 0 to %d"
          .formatted(names.get(i), value, symbols - 1));
    }
    values[i] = (float) value;
    return this;
  }

  /// Sets a feature by its name.
  ///
  /// @throws DataException as [#set(int, double)]
  public FeatureRow set(String name, double value) {
    int i = names.indexOf(name);
    if (i < 0) {
      throw new DataException("there is no feature %s; the model reads %s".formatted(name, names));
    }
    return set(i, value);
  }

  /// Sets all features.
  ///
  /// @param features `[F]`
  /// @throws DataException if there are more or fewer
  public FeatureRow set(float[] features) {
    DataException.refuseNull(features, "the array of features");
    if (features.length != values.length) {
      throw new DataException("the event has %d features, expected %d: %s"
          .formatted(features.length, values.length, names));
    }
    for (int i = 0; i < features.length; i++) {
      set(i, features[i]);
    }
    return this;
  }

  /// Sets the token, for a model that reads symbols; one that it does not know is `<unk>` if there
  /// is such a symbol.
  ///
  /// @throws DataException if the model reads numbers or does not know what its symbols are, or
  ///     the token is unknown and there is no `<unk>`
  public FeatureRow symbol(String token) {
    DataException.refuseNull(token, "the token");
    if (tokens == null) {
      throw new DataException(symbols == 0
          ? "the event is a token, but the model reads numbers: %s".formatted(names)
          : "the event is a token, but the model does not know what its symbols are; give the "
              + "number of the symbol, 0 to %d".formatted(symbols - 1));
    }
    values[0] = tokens.number(model.written(token));
    return this;
  }

  /// Sets a feature from a value of whatever type; null for one that is missing.
  ///
  /// @throws DataException if it cannot be read as a number, or as a token of the model
  FeatureRow set(int i, @Nullable Object value) {
    return switch (value) {
      case null -> this;
      case Number number -> set(i, number.doubleValue());
      case Boolean truth -> set(i, truth ? 1 : 0);
      default -> tokens == null ? set(i, number(names.get(i), value.toString()))
          : symbol(value.toString());
    };
  }

  private static double number(String name, String text) {
    var trimmed = text.strip();
    try {
      return switch (trimmed) {
        case "" -> Double.NaN;
        case "true" -> 1;
        case "false" -> 0;
        default -> Double.parseDouble(trimmed);
      };
    } catch (NumberFormatException e) {
      throw new DataException("%s is \"%s\", expected a number".formatted(name,
          Excerpt.of(text)), e);
    }
  }
}

package dev.unroll.task.tune;

import dev.unroll.tensor.CounterRandom;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;

/// Where to search: for each setting its default and the values around it. Settings are drawn by
/// counters: the same seed and number give the same ones, however many are drawn. Immutable.
///
/// | setting | values | drawn |
/// | --- | --- | --- |
/// | `rate` | a quarter of the default to four times | evenly in the logarithm, two digits |
/// | `hidden`, `embedding`, `letters` | half of the default to twice | likewise, multiples of 8 |
/// | `batch` | half of the default to twice | likewise, multiples of 4 |
/// | `dropout` | 0 to 0.7 | evenly, two decimals |
/// | `layers` | 1 to 2 | evenly |
public final class Space {
  private static final double MOST_DROPOUT = 0.7;
  private static final int MOST_LAYERS = 2;
  private static final MathContext TWO_DIGITS = new MathContext(2);

  private final SequencedMap<String, Double> defaults;

  private Space(SequencedMap<String, Double> defaults) {
    this.defaults = defaults;
  }

  /// The space around defaults.
  ///
  /// @param defaults by the names above
  /// @throws IllegalArgumentException if there is a name that is not above
  public static Space around(SequencedMap<String, Double> defaults) {
    defaults.keySet().forEach(name -> value(name, 1, 0));
    return new Space(new LinkedHashMap<>(defaults));
  }

  /// The defaults, by name.
  public SequencedMap<String, Double> defaults() {
    return new LinkedHashMap<>(defaults);
  }

  /// The space without settings that are given.
  public Space without(Set<String> given) {
    var rest = new LinkedHashMap<>(defaults);
    rest.keySet().removeAll(given);
    return new Space(rest);
  }

  /// The candidates of a search: the first one has the defaults, each other one a value for every
  /// setting.
  ///
  /// @param seed of all draws
  public List<Settings> draw(long seed, int count) {
    return IntStream.range(0, count)
        .mapToObj(number -> number == 0 ? Settings.NONE : draw(seed, (long) number)).toList();
  }

  private Settings draw(long seed, long number) {
    var random = CounterRandom.of(seed).stream("tune");
    var values = new LinkedHashMap<String, Double>();
    defaults.forEach((name, usual) ->
    // A stream for each name: one that is added or given changes no other.
    values.put(name, value(name, usual, random.stream(name).uniform(number, 0))));
    return new Settings(values);
  }

  /// @param u from 0 to 1
  private static double value(String name, double usual, double u) {
    return switch (name) {
      case "rate" -> new BigDecimal(between(usual / 4, usual * 4, u)).round(TWO_DIGITS)
          .doubleValue();
      case "hidden", "embedding", "letters" -> multiple(8, between(usual / 2, usual * 2, u));
      case "batch" -> multiple(4, between(usual / 2, usual * 2, u));
      case "dropout" -> Math.rint(100 * MOST_DROPOUT * u) / 100;
      case "layers" -> 1 + Math.min(MOST_LAYERS - 1, Math.floor(MOST_LAYERS * u));
      default -> throw new IllegalArgumentException("there is no setting %s to search"
          .formatted(name));
    };
  }

  /// Evenly in the logarithm.
  private static double between(double low, double high, double u) {
    return low * StrictMath.pow(high / low, u);
  }

  private static double multiple(int of, double value) {
    return Math.max(1, Math.rint(value / of)) * of;
  }

  /// The names of the settings.
  @Override
  public String toString() {
    return String.join(", ", new ArrayList<>(defaults.keySet()));
  }
}

package dev.unroll.task.window;

import dev.unroll.data.DataException;
import dev.unroll.series.Track;
import org.jspecify.annotations.Nullable;

/// The split of one series in time: its first steps are for training, the next for validation, the
/// last ones for test. Steps after the test part are not used.
///
/// @param train the end of the training part
/// @param validation the end of the part that validates
/// @param test the end of the part that tests
public record TimeSplit(int train, int validation, int test) {

  /// The lengths of the parts in steps; where null, a tenth of the series each to validate and to
  /// test, at least a horizon, and the rest to train.
  public record Lengths(@Nullable Integer train, @Nullable Integer validation,
      @Nullable Integer test) {
    /// By the rule.
    public static final Lengths DEFAULT = new Lengths(null, null, null);
  }

  /// Cuts a series.
  ///
  /// @param length the steps of the series
  /// @param horizon N
  /// @throws DataException if nothing is left to train on, or a part is shorter than a horizon
  public static TimeSplit of(int length, int horizon, Lengths lengths, Track track) {
    int validation = lengths.validation == null ? share(length, horizon) : lengths.validation;
    int test = lengths.test == null ? share(length, horizon) : lengths.test;
    int train = lengths.train == null ? length - validation - test : lengths.train;
    if (train < 1 || (long) train + validation + test > length) {
      throw new DataException(
          ("%s has %d steps, too few for %s to train, %d to validate and %d to test; bring a longer"
              + " series, or give a shorter horizon or smaller parts")
              .formatted(name(track), length, train < 1 ? "any" : train, validation, test));
    }
    if (validation < horizon || test < horizon) {
      throw new DataException(
          "%s: %d steps validate and %d test, expected at least a horizon of %d steps each"
              .formatted(name(track), validation, test, horizon));
    }
    return new TimeSplit(train, train + validation, train + validation + test);
  }

  private static int share(int length, int horizon) {
    return Math.max(horizon, length / 10);
  }

  /// What a series is called in a message.
  public static String name(Track track) {
    return track.id().isEmpty() ? "the series" : "the series " + track.id();
  }
}

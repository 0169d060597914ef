package dev.unroll.app.reproduce;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What a user chooses about an experiment.
///
/// @param quick whether every row runs in a tiny setting, which shows that it runs and no more
/// @param seed of initial values, masks, order and made-up data
/// @param data where data are that are not shipped; null where none was given
public record Options(boolean quick, long seed, @Nullable Path data) {
  /// One of two settings: the real one, or the tiny one.
  public int of(int real, int tiny) {
    return quick ? tiny : real;
  }

  /// The folder with data that are not shipped.
  ///
  /// @param what the data are, and where to get them
  /// @throws IllegalArgumentException if none was given
  public Path requireData(String what) {
    if (data == null) {
      throw new IllegalArgumentException(
          "it needs %s; give their folder as --data".formatted(what));
    }
    return data;
  }
}

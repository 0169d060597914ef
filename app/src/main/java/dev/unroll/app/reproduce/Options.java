package dev.unroll.app.reproduce;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The user's options of an experiment.
///
/// @param quick whether every row runs in a tiny setting, which shows that it runs and no more
/// @param seed of initial values, masks, order and synthetic data
/// @param data the folder of data that does not ship with the program; null if none was given
public record Options(boolean quick, long seed, @Nullable Path data) {
  /// One of two settings: the real one, or the tiny one.
  public int of(int real, int tiny) {
    return quick ? tiny : real;
  }

  /// The folder with data that does not ship with the program.
  ///
  /// @param what a description of the data, and where to get it
  /// @throws IllegalArgumentException if none was given
  public Path requireData(String what) {
    if (data == null) {
      throw new IllegalArgumentException(
          "it needs %s; give their folder as --data".formatted(what));
    }
    return data;
  }
}

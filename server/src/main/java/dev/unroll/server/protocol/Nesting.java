package dev.unroll.server.protocol;

import java.util.Arrays;

/// How the arrays of a tensor lie in each other: all arrays of a level have to be of one size, and
/// all elements of one level.
final class Nesting {
  private static final int NONE = -1;

  private final String name;
  private final int[] counts = new int[JsonFormat.DEEPEST + 1];
  private final int[] sizes = new int[JsonFormat.DEEPEST + 1];
  private int deepest = 1;
  private int elements = NONE;

  /// @param name of the input
  /// @param before elements of the outermost array that have come before the first inner one
  Nesting(String name, int before) {
    this.name = name;
    Arrays.fill(sizes, NONE);
    if (before > 0) {
      throw uneven();
    }
  }

  /// An array begins.
  ///
  /// @param level of the array that it lies in, 1 for the outermost
  void begin(int level) {
    counts[level]++;
    counts[level + 1] = 0;
    deepest = Math.max(deepest, level + 1);
  }

  /// An element comes.
  ///
  /// @param level of its array
  void element(int level) {
    if (elements != NONE && elements != level) {
      throw uneven();
    }
    elements = level;
    counts[level]++;
  }

  /// An array ends.
  ///
  /// @param level of it
  void end(int level) {
    if (sizes[level] != NONE && sizes[level] != counts[level]) {
      throw uneven();
    }
    sizes[level] = counts[level];
  }

  /// The sizes of the levels, the outermost first.
  int[] sizes() {
    if (elements != NONE && elements != deepest) {
      throw uneven();
    }
    return Arrays.copyOfRange(sizes, 1, deepest + 1);
  }

  private RefusedException uneven() {
    return RefusedException.invalid(
        "the data of the input %s has arrays of different sizes beside each other", Shown.of(name));
  }
}

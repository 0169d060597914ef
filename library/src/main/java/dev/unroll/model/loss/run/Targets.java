package dev.unroll.model.loss.run;

import dev.unroll.tensor.Rows;

/// What is asked of the rows of an output: a class, or numbers, or nothing.
///
/// @param rows how many rows there are
/// @param classes `[rows]`, −1 where nothing is asked; unused for numbers
/// @param values `[rows, n]`; unused for classes
/// @param asked `[rows]`, whether numbers are asked; unused for classes
public record Targets(int rows, int[] classes, Rows values, boolean[] asked) {
  private static final Rows NO_VALUES = new Rows(new float[0], 0, 1);
  private static final int[] NO_CLASSES = {};
  private static final boolean[] NOTHING = {};

  /// Of each sample the row of one step alone.
  ///
  /// @param steps `[B]`, for each sample its step
  public Targets only(int[] steps) {
    int batch = steps.length;
    var some = classes.clone();
    var counts = asked.clone();
    for (int row = 0; row < rows; row++) {
      boolean other = row / batch != steps[row % batch];
      if (other && row < some.length) {
        some[row] = -1;
      }
      if (other && row < counts.length) {
        counts[row] = false;
      }
    }
    return new Targets(rows, some, values, counts);
  }

  /// A class of each row; −1 asks nothing.
  public static Targets classes(int[] classes, int rows) {
    return new Targets(rows, classes, NO_VALUES, NOTHING);
  }

  /// Numbers of each row where `asked`.
  public static Targets values(Rows values, boolean[] asked, int rows) {
    return new Targets(rows, NO_CLASSES, values, asked);
  }
}

package dev.unroll.model.loss.run;

import dev.unroll.tensor.Rows;

/// The targets of the rows of an output: a class, or numbers, or none.
///
/// @param rows how many rows there are
/// @param classes `[rows]`, −1 where there is no target; unused for numbers
/// @param values `[rows, n]`; unused for classes
/// @param asked `[rows]`, the target mask: whether a row counts; unused for classes
public record Targets(int rows, int[] classes, Rows values, boolean[] asked) {
  private static final Rows NO_VALUES = new Rows(new float[0], 0, 1);
  private static final int[] NO_CLASSES = {};
  private static final boolean[] NOTHING = {};

  /// The same with a mask of one step of each sample.
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

  /// Targets of a class for each row; −1 for none.
  public static Targets classes(int[] classes, int rows) {
    return new Targets(rows, classes, NO_VALUES, NOTHING);
  }

  /// Targets of numbers for each row, with the mask `asked`.
  public static Targets values(Rows values, boolean[] asked, int rows) {
    return new Targets(rows, NO_CLASSES, values, asked);
  }
}

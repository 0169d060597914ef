package dev.unroll.train.step;

import dev.unroll.Engine;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.lookup.LateRows;
import dev.unroll.tensor.lookup.TouchedRows;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Steps of the rows of looked-up matrices, which are taken when somebody wants to see the row: a
/// row that a batch does not touch is changed by its optimizer all the same, as its averages fade,
/// but nobody looks. What a step does to an element depends on nothing else, so the steps that a
/// row has missed are taken one after the other, each as it would have been, while the row is in
/// the first-level cache: the same bits.
final class LateSteps implements LateRows {
  /// A step for elements whose gradient is zero, or what was added to it.
  interface Step {
    /// Takes it for the elements `[from, to)`, and makes their gradients zero.
    void take(int from, int to);

    /// Whether it changes nothing where the gradient is zero and the arrays of the optimizer are.
    boolean rests();
  }

  /// The elements from which on a matrix is worth it.
  static final int LARGE = 1 << 20;

  /// The steps that a row may miss; then all rows take theirs.
  private static final int MOST = 1024;

  private final Parameters parameters;
  private final List<TouchedRows> matrices;
  private final float[][] arrays;
  private final WorkSplit touched;
  private final WorkSplit all;

  /// The steps since all rows were up to date, and how many of them each row has taken.
  private final @Nullable Step[] steps = new Step[MOST];
  private final int[][] taken;
  private int count;

  /// The matrix that threads work on.
  private int matrix;

  /// Steps of the large looked-up matrices of a model; null if there are none.
  ///
  /// @param arrays of the optimizer
  /// @param large the elements from which on a matrix is large
  static @Nullable LateSteps of(Engine engine, Parameters parameters, float[][] arrays,
      int large) {
    var matrices = parameters.lookedUp().stream()
        .filter(rows -> rows.length() >= large).toList();
    return matrices.isEmpty() ? null : new LateSteps(engine, parameters, matrices, arrays);
  }

  private LateSteps(Engine engine, Parameters parameters, List<TouchedRows> matrices,
      float[][] arrays) {
    this.parameters = parameters;
    this.arrays = arrays;
    this.matrices = matrices;
    taken = new int[matrices.size()][];
    Arrays.setAll(taken, i -> new int[matrices.get(i).rows()]);
    touched = engine.split(1, this::takeTouched);
    all = engine.split(1, this::takeAll);
  }

  /// The element from `at` on at which a looked-up matrix begins or ends, at most `to`.
  int next(int at, int to) {
    int next = to;
    for (var rows : matrices) {
      int from = rows.offset();
      int end = from + rows.length();
      next = Math.min(next, at < from ? from : at < end ? end : to);
    }
    return next;
  }

  /// Whether an element is in a looked-up matrix.
  boolean has(int at) {
    for (var rows : matrices) {
      if (rows.contains(at, at + 1)) {
        return true;
      }
    }
    return false;
  }

  /// A step of the touched rows; the others miss it.
  void step(Step step) {
    if (parameters.storage().late() != this) {
      parameters.values();
      parameters.storage().late(this);
    }
    if (count == MOST) {
      takeAllSteps();
    }
    steps[count++] = step;
    for (matrix = 0; matrix < taken.length; matrix++) {
      touched.run(taken[matrix].length);
    }
  }

  private void takeTouched(int from, int to) {
    for (int row = from; row < to; row++) {
      if (matrices.get(matrix).isTouched(row)) {
        take(matrix, row);
      }
    }
  }

  /// Takes the steps that a row has missed. Its gradient is zero until the last one.
  private void take(int matrix, int row) {
    int[] done = taken[matrix];
    var rows = matrices.get(matrix);
    int columns = rows.columns();
    int at = rows.offset() + row * columns;
    for (int i = done[row]; i < count; i++) {
      var step = Objects.requireNonNull(steps[i]);
      boolean idle = i == done[row] && !rows.isTouched(row) && step.rests();
      if (idle && rests(at, at + columns)) {
        break;
      }
      step.take(at, at + columns);
    }
    done[row] = count;
  }

  private boolean rests(int from, int to) {
    for (var array : arrays) {
      for (int i = from; i < to; i++) {
        if (array[i] != 0) {
          return false;
        }
      }
    }
    return true;
  }

  private void takeAll(int from, int to) {
    for (int row = from; row < to; row++) {
      take(matrix, row);
    }
  }

  private void takeAllSteps() {
    for (matrix = 0; matrix < taken.length; matrix++) {
      all.run(taken[matrix].length);
      Arrays.fill(taken[matrix], 0);
    }
    Arrays.fill(steps, null);
    count = 0;
  }

  @Override
  public void bringUpToDate() {
    takeAllSteps();
    parameters.storage().late(null);
  }

  @Override
  public void bringUpToDate(TouchedRows rows, int row) {
    int number = matrices.indexOf(rows);
    if (number >= 0 && taken[number][row] < count) {
      take(number, row);
    }
  }
}

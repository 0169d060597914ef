package dev.unroll.data;

import dev.unroll.data.Form.Kind;
import dev.unroll.data.Values.Features;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A linear scaling of each column, `y = (x − shift) / scale`, fitted on the training data and then
/// applied to all other data; a constant column has scale 1. The arrays must not be changed.
///
/// All of it is computed in `double`, from the original numbers ([Features#exact]), and rounded to
/// floats once, at the end: times of 1,700,000,000 seconds that are ten seconds apart stay apart.
///
/// @param shift what is subtracted, `[F]`
/// @param scale the divisor, `[F]`, not 0
public record Scaling(double[] shift, double[] scale) {
  /// @throws IllegalArgumentException if the two differ in length
  public Scaling {
    if (shift.length != scale.length) {
      throw new IllegalArgumentException(
          "Scaling: %d shifts, but %d scales.".formatted(shift.length, scale.length));
    }
  }

  /// To mean 0 and variance 1 in each column: shift is the mean, scale the standard deviation
  /// `√(Σ (x − mean)² / n)`.
  ///
  /// @throws DataException if there is no row, widths differ, or a number is not finite
  public static Scaling standard(List<Features> data) {
    int columns = columns(data);
    long rows = 0;
    double[] mean = new double[columns];
    double[] squares = new double[columns];
    for (var sequence : data) {
      for (int at = 0; at < sequence.values().length; at += columns) {
        rows++; // Welford's update, which loses no digits where the mean is large
        for (int c = 0; c < columns; c++) {
          double value = sequence.exact(at + c);
          double away = value - mean[c];
          mean[c] += away / rows;
          squares[c] += away * (value - mean[c]);
        }
      }
    }
    double[] scale = new double[columns];
    for (int c = 0; c < columns; c++) {
      scale[c] = usable(Math.sqrt(squares[c] / rows), mean[c]);
    }
    return new Scaling(mean, scale);
  }

  /// To `0 … 1` in each column: shift is the smallest number, scale the range.
  ///
  /// @throws DataException if there is no row, widths differ, or a number is not finite
  public static Scaling minMax(List<Features> data) {
    int columns = columns(data);
    double[] least = new double[columns];
    double[] most = new double[columns];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    Arrays.fill(most, Double.NEGATIVE_INFINITY);
    for (var sequence : data) {
      for (int i = 0; i < sequence.values().length; i++) {
        least[i % columns] = Math.min(least[i % columns], sequence.exact(i));
        most[i % columns] = Math.max(most[i % columns], sequence.exact(i));
      }
    }
    double[] scale = new double[columns];
    for (int c = 0; c < columns; c++) {
      scale[c] = usable(most[c] - least[c], least[c]);
    }
    return new Scaling(least, scale);
  }

  /// What remains of a constant column are rounding errors, which must not be magnified.
  private static double usable(double scale, double shift) {
    return scale > 4 * Math.ulp(shift) && (float) scale > 0 ? scale : 1;
  }

  private static int columns(List<Features> data) {
    if (data.stream().allMatch(sequence -> sequence.length() == 0)) {
      throw new DataException("Scaling: there is no row to fit to, expected at least one.");
    }
    int columns = data.getFirst().columns();
    int number = 0;
    for (var sequence : data) {
      var check = SampleCheck.of(number++);
      check.side("data", sequence, new Kind.Features(columns), 0);
    }
    return columns;
  }

  /// F, the number of columns.
  public int columns() {
    return shift.length;
  }

  /// The scaled rows, a copy.
  ///
  /// @throws DataException if they have other columns
  public Features apply(Features data) {
    require(data);
    float[] values = new float[data.values().length];
    for (int i = 0; i < values.length; i++) {
      int c = i % columns();
      values[i] = (float) ((data.exact(i) - shift[c]) / scale[c]);
    }
    return new Features(values, columns());
  }

  /// The rows in the units of the data, a copy: `x = scale · y + shift`.
  ///
  /// @throws DataException if they have other columns
  public Features invert(Features scaled) {
    require(scaled);
    double[] numbers = new double[scaled.values().length];
    for (int i = 0; i < numbers.length; i++) {
      int c = i % columns();
      numbers[i] = scale[c] * scaled.exact(i) + shift[c];
    }
    return Features.exact(numbers, columns());
  }

  /// The number in the units of the data: `x = scale · y + shift`.
  public float invert(int column, float scaled) {
    return (float) (scale[column] * scaled + shift[column]);
  }

  /// Scales a row, `y = (x − shift) / scale`; nothing is allocated.
  ///
  /// @param x `[F]` from `from` on
  /// @param y gets `[F]` from `to` on; may be `x`
  public void apply(float[] x, int from, float[] y, int to) {
    for (int c = 0; c < columns(); c++) {
      y[to + c] = (float) ((x[from + c] - shift[c]) / scale[c]);
    }
  }

  private void require(Features data) {
    if (data.columns() != columns()) {
      throw new DataException(
          "Scaling: the data have %d columns, but the scale was fitted to %d."
              .formatted(data.columns(), columns()));
    }
  }

  /// The scaling of some of the columns, for a model that predicts only those.
  public Scaling of(int... columns) {
    double[] shifts = new double[columns.length];
    double[] scales = new double[columns.length];
    for (int c = 0; c < columns.length; c++) {
      shifts[c] = shift[columns[c]];
      scales[c] = scale[columns[c]];
    }
    return new Scaling(shifts, scales);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Scaling(var shifts, var scales) && Arrays.equals(shift, shifts)
        && Arrays.equals(scale, scales);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shift) + Arrays.hashCode(scale);
  }

  @Override
  public String toString() {
    return "Scaling(shift %s, scale %s)".formatted(Arrays.toString(shift), Arrays.toString(scale));
  }
}

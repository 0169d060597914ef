package dev.unroll.data;

import dev.unroll.data.Values.Features;
import java.util.Arrays;
import java.util.List;

/// A linear scale for each column, `y = (x − shift) / scale`, fitted on the data to train on and then
/// applied to all other data; a constant column has scale 1. The arrays are not to be changed.
///
/// @param shift what is subtracted, `[F]`
/// @param scale what is divided by, `[F]`, not 0
public record Scaling(float[] shift, float[] scale) {
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
      float[] values = sequence.values();
      for (int at = 0; at < values.length; at += columns) {
        rows++; // Welford's update, which loses no digits where the mean is large
        for (int c = 0; c < columns; c++) {
          double away = values[at + c] - mean[c];
          mean[c] += away / rows;
          squares[c] += away * (values[at + c] - mean[c]);
        }
      }
    }
    float[] shift = new float[columns];
    float[] scale = new float[columns];
    for (int c = 0; c < columns; c++) {
      shift[c] = (float) mean[c];
      scale[c] = usable(Math.sqrt(squares[c] / rows));
    }
    return new Scaling(shift, scale);
  }

  /// To `0 … 1` in each column: shift is the smallest number, scale the range.
  ///
  /// @throws DataException if there is no row, widths differ, or a number is not finite
  public static Scaling minMax(List<Features> data) {
    int columns = columns(data);
    float[] least = new float[columns];
    float[] most = new float[columns];
    Arrays.fill(least, Float.POSITIVE_INFINITY);
    Arrays.fill(most, Float.NEGATIVE_INFINITY);
    for (var sequence : data) {
      float[] values = sequence.values();
      for (int i = 0; i < values.length; i++) {
        least[i % columns] = Math.min(least[i % columns], values[i]);
        most[i % columns] = Math.max(most[i % columns], values[i]);
      }
    }
    float[] scale = new float[columns];
    for (int c = 0; c < columns; c++) {
      scale[c] = usable((double) most[c] - least[c]);
    }
    return new Scaling(least, scale);
  }

  private static float usable(double scale) {
    return (float) scale > 0 ? (float) scale : 1;
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

  /// F.
  public int columns() {
    return shift.length;
  }

  /// The scaled rows, a copy.
  ///
  /// @throws DataException if they have other columns
  public Features apply(Features data) {
    float[] values = copy(data);
    for (int i = 0; i < values.length; i++) {
      int c = i % columns();
      values[i] = (values[i] - shift[c]) / scale[c];
    }
    return new Features(values, columns());
  }

  /// The rows in the units of the data, a copy: `x = scale · y + shift`.
  ///
  /// @throws DataException if they have other columns
  public Features invert(Features scaled) {
    float[] values = copy(scaled);
    for (int i = 0; i < values.length; i++) {
      int c = i % columns();
      values[i] = scale[c] * values[i] + shift[c];
    }
    return new Features(values, columns());
  }

  private float[] copy(Features data) {
    if (data.columns() != columns()) {
      throw new DataException(
          "Scaling: the data have %d columns, but the scale was fitted to %d."
              .formatted(data.columns(), columns()));
    }
    return data.values().clone();
  }

  /// The scale of some of the columns, for a model that predicts those alone.
  public Scaling of(int... columns) {
    float[] shifts = new float[columns.length];
    float[] scales = new float[columns.length];
    for (int c = 0; c < columns.length; c++) {
      shifts[c] = shift[columns[c]];
      scales[c] = scale[columns[c]];
    }
    return new Scaling(shifts, scales);
  }

  @Override
  public String toString() {
    return "Scaling(shift %s, scale %s)".formatted(Arrays.toString(shift), Arrays.toString(scale));
  }
}

package dev.unroll.task.window;

import dev.unroll.data.DataException;

/// Mean and standard deviation of a column within the training part, and the error of the seasonal
/// naive forecast there.
///
/// @param id of the series
/// @param column its name
/// @param mean of the training part
/// @param deviation its standard deviation; 1 where it is constant
/// @param seasonal the mean absolute error of the seasonal naive forecast, in the units of the
///     data; NaN of covariates and where it is zero or not known
public record Scale(String id, String column, double mean, double deviation, double seasonal) {

  /// The scale of the values before `train`; NaN is left out.
  ///
  /// @throws DataException if there is no value
  public static Scale of(String id, String column, double[] values, int train, double seasonal) {
    long n = 0;
    double mean = 0;
    double squares = 0;
    for (int t = 0; t < train; t++) {
      // Welford's update, which loses no digits where the mean is large.
      if (!Double.isNaN(values[t])) {
        n++;
        double away = values[t] - mean;
        mean += away / n;
        squares += away * (values[t] - mean);
      }
    }
    if (n == 0) {
      throw new DataException("%s%s has no value within the training part of %d steps"
          .formatted(id.isEmpty() ? "" : id + ": ", column, train));
    }
    double deviation = Math.sqrt(squares / n);
    boolean constant = !(deviation > 4 * Math.ulp(mean)) || (float) deviation == 0;
    return new Scale(id, column, mean, constant ? 1 : deviation, seasonal);
  }

  /// The same with the error of the seasonal naive forecast; one that is rounding alone is not
  /// known.
  public Scale seasonal(double error) {
    return new Scale(id, column, mean, deviation, error > 1e-9 * deviation ? error : Double.NaN);
  }

  /// A value in the scale.
  public float apply(double value) {
    return (float) ((value - mean) / deviation);
  }

  /// A value in the units of the data.
  public double invert(double scaled) {
    return mean + deviation * scaled;
  }
}

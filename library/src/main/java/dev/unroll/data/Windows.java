package dev.unroll.data;

import dev.unroll.data.Values.Features;
import java.util.ArrayList;
import java.util.List;

/// Cuts one long series into examples for forecasting: from T steps the next N.
///
/// @param input T, the steps of the input
/// @param horizon N, the steps of the target
/// @param stride from the first step of one window to that of the next
/// @param columns the columns of the series in the target; none: all
public record Windows(int input, int horizon, int stride, int... columns) {
  /// @throws IllegalArgumentException if T, N or the stride is below 1
  public Windows {
    if (input < 1 || horizon < 1 || stride < 1) {
      throw new IllegalArgumentException(
          "Windows: input %d, horizon %d, stride %d, expected at least 1 each."
              .formatted(input, horizon, stride));
    }
  }

  /// A window at each step, with all columns as target.
  public static Windows of(int input, int horizon) {
    return new Windows(input, horizon, 1);
  }

  /// Encoder – decoder: the next N steps as a sequence `[N, C]`.
  ///
  /// @throws DataException if the series is shorter than T + N steps, or lacks a column
  public List<Example> sequences(Features series) {
    return cut(series, false);
  }

  /// Sequence → vector: the next N steps as one vector `[1, N·C]`, step after step.
  ///
  /// @throws DataException if the series is shorter than T + N steps, or lacks a column
  public List<Example> vectors(Features series) {
    return cut(series, true);
  }

  private List<Example> cut(Features series, boolean asVector) {
    var asked = asked(series);
    int windows = (series.length() - input - horizon) / stride + 1;
    var examples = new ArrayList<Example>(windows);
    for (int w = 0; w < windows; w++) {
      var target = asked.rows(w * stride + input, horizon);
      examples.add(
          new Example(
              series.rows(w * stride, input),
              asVector ? new Features(target.values(), target.values().length, target.exact())
                  : target));
    }
    return examples;
  }

  /// Sequence → sequence: at each of the T steps the row N steps later.
  ///
  /// @throws DataException if the series is shorter than T + N steps, or lacks a column
  public List<Example> stepByStep(Features series) {
    var asked = asked(series);
    int windows = (series.length() - input - horizon) / stride + 1;
    var examples = new ArrayList<Example>(windows);
    for (int w = 0; w < windows; w++) {
      examples.add(
          new Example(
              series.rows(w * stride, input), asked.rows(w * stride + horizon, input)));
    }
    return examples;
  }

  private Features asked(Features series) {
    long needed = (long) input + horizon;
    if (series.length() < needed) {
      throw new DataException(
          ("The series has %,d steps, but input %d and horizon %d need at least %,d; lower them, or"
              + " bring a longer series.")
              .formatted(series.length(), input, horizon, needed));
    }
    if (columns.length == 0) {
      return series;
    }
    double[] values = new double[series.length() * columns.length];
    for (int c = 0; c < columns.length; c++) {
      if (columns[c] < 0 || columns[c] >= series.columns()) {
        throw new DataException(
            "Windows: column %d is wanted as target, but the series has columns 0 … %d."
                .formatted(columns[c], series.columns() - 1));
      }
      for (int t = 0; t < series.length(); t++) {
        values[t * columns.length + c] = series.exact(t * series.columns() + columns[c]);
      }
    }
    return Features.exact(values, columns.length);
  }
}

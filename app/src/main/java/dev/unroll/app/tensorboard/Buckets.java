package dev.unroll.app.tensorboard;

import dev.unroll.format.protobuf.WireWriter;
import java.util.Arrays;

/// A histogram of values: equal buckets from the smallest to the largest.
///
/// @param limits the upper limit of each bucket
/// @param counts how many values lie in each
record Buckets(double min, double max, double count, double sum, double squares, double[] limits,
    double[] counts) {
  private static final int MOST = 30;

  // HistogramProto of summary.proto
  private static final int MIN = 1;
  private static final int MAX = 2;
  private static final int NUM = 3;
  private static final int SUM = 4;
  private static final int SUM_SQUARES = 5;
  private static final int BUCKET_LIMIT = 6;
  private static final int BUCKET = 7;

  /// The histogram of the finite ones of n values from one on.
  static Buckets of(float[] values, int from, int n) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    double sum = 0;
    double squares = 0;
    long count = 0;
    for (int i = from; i < from + n; i++) {
      float value = values[i];
      if (Float.isFinite(value)) {
        min = Math.min(min, value);
        max = Math.max(max, value);
        sum += value;
        squares += (double) value * value;
        count++;
      }
    }
    if (count == 0) {
      return new Buckets(0, 0, 0, 0, 0, new double[] {0}, new double[] {0});
    }
    int buckets = max > min ? MOST : 1;
    double width = (max - min) / buckets;
    var limits = new double[buckets];
    double low = min;
    Arrays.setAll(limits, i -> low + (i + 1) * width);
    limits[buckets - 1] = max;
    var counts = new double[buckets];
    for (int i = from; i < from + n; i++) {
      if (Float.isFinite(values[i])) {
        counts[width > 0 ? (int) Math.min(buckets - 1L, (long) ((values[i] - min) / width)) : 0]++;
      }
    }
    return new Buckets(min, max, count, sum, squares, limits, counts);
  }

  void write(WireWriter message) {
    message.real(MIN, min).real(MAX, max).real(NUM, count).real(SUM, sum)
        .real(SUM_SQUARES, squares).reals(BUCKET_LIMIT, limits).reals(BUCKET, counts);
  }
}

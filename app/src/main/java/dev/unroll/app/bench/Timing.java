package dev.unroll.app.bench;

import java.util.List;

/// Milliseconds of a call, over samples.
///
/// @param median half of the samples took longer
/// @param min the fastest sample
/// @param p90 a tenth of the samples took longer
/// @param calls all calls timed
record Timing(double median, double min, double p90, long calls) {

  /// The statistics of samples.
  ///
  /// @param samples milliseconds of a call, at least one
  public static Timing of(List<Double> samples, long calls) {
    var sorted = samples.stream().sorted().toList();
    int n = sorted.size();
    return new Timing(
        (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2,
        sorted.getFirst(),
        sorted.get(Math.min(n - 1, (int) (0.9 * n))),
        calls);
  }
}

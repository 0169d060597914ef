package dev.unroll.app.bench;

import dev.unroll.app.bench.WorkloadCost.Bound;

/// The measurement of a workload, with the roofs that were measured in turns with it.
///
/// @param bound the least time at those roofs
/// @param peak floating-point operations a second of multiply-adds in registers
/// @param bandwidth bytes a second of reading the working set of the bound
/// @param bytes the memory that the layers planned
record Measurement(Workload workload, WorkloadCost cost, Timing timing, Bound bound, double peak,
    double bandwidth, long bytes) {

  /// Billions of floating-point operations a second, of the matrix products alone.
  double gflops() {
    return cost.flops() / timing.median() / 1e6;
  }

  /// Time steps of all samples, or of all keys, a second.
  double stepsPerSecond() {
    return 1e3 * workload.shape().batch() * workload.shape().time() / timing.median();
  }

  /// The share of the roof: the least time over the median.
  public double share() {
    return bound.seconds() * 1e3 / timing.median();
  }
}

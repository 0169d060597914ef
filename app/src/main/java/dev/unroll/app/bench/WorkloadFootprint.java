package dev.unroll.app.bench;

import dev.unroll.app.run.Footprint;

/// The memory of a workload, estimated from its plan before allocation.
final class WorkloadFootprint {
  private WorkloadFootprint() {}

  /// Checks that a workload fits into the memory that Java may take, and that its input fits into
  /// an array.
  ///
  /// @throws IllegalArgumentException that says what is needed, what is available and what to do
  public static void require(Workload workload) {
    var shape = workload.shape();
    var plan = workload.plan();
    double samples = (double) shape.batch() * shape.time();
    double bytes = Footprint.PER_PARAMETER * (double) WorkloadCost.of(workload).weights();
    for (int layer = 0; layer < shape.layers(); layer++) {
      bytes +=
          Float.BYTES * Footprint.floats(plan, workload.sizes(layer), shape.batch(), shape.time());
    }
    long most = Runtime.getRuntime().maxMemory();
    if (bytes > most || samples * Math.max(shape.input(), shape.hidden()) > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          ("%s %s takes about %,.0f MiB for B = %d, T = %d, F = %d, H = %d, L = %d, but Java may"
              + " take %,d MiB, and an array %,d MiB; choose smaller sizes, or allow more with"
              + " UNROLL_JAVA_OPTS=-Xmx%.0fg")
              .formatted(workload.label(), workload.mode().lowerCase(), bytes / (1 << 20),
                  shape.batch(), shape.time(), shape.input(), shape.hidden(), shape.layers(),
                  most >> 20, (long) Integer.MAX_VALUE * Float.BYTES >> 20,
                  Math.ceil(1.2 * bytes / (1 << 30))));
    }
  }
}

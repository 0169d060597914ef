package dev.unroll.kernel;

import java.util.Arrays;

/// The time of one stage on each thread of a team.
public final class StageClock {
  /// The distance that keeps threads from writing to the same cache line.
  private static final int APART = 16;

  private final long[] nanos;
  private final double[] multiplyAdds;
  private final int threads;

  StageClock(int threads) {
    this.threads = threads;
    nanos = new long[threads * APART];
    multiplyAdds = new double[threads * APART];
  }

  /// Adds the time of a stage until now.
  ///
  /// @param start the time at which a thread began
  public void add(int thread, long start, double work) {
    nanos[thread * APART] += System.nanoTime() - start;
    multiplyAdds[thread * APART] += work;
  }

  boolean ran() {
    return Arrays.stream(nanos).anyMatch(n -> n > 0);
  }

  double seconds() {
    return Arrays.stream(nanos).sum() / 1e9 / threads;
  }

  double multiplyAdds() {
    return Arrays.stream(multiplyAdds).sum();
  }

  void reset() {
    Arrays.fill(nanos, 0);
    Arrays.fill(multiplyAdds, 0);
  }
}

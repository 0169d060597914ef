package dev.unroll.kernel.provider;

/// Whether this machine has an instruction for `a·b + c` with one rounding, which all products use.
/// Without it, or if Java was told not to use it, [Math#fma(float, float, float)] is computed with
/// `BigDecimal`: the same bits, at several hundred times the time.
final class HardwareFma {
  private static final int TERMS = 64;
  private static final int TRIALS = 5;

  /// With the instruction the two sums below take about the same time, 10 times at most (under
  /// `-Xcomp`); without it the ratio is above 400.
  private static final double RATIO = 60;

  /// Keeps the sums from being eliminated.
  @SuppressWarnings("UnusedVariable")
  private static volatile float kept;

  private HardwareFma() {}

  /// Decides by timing a few, some microseconds: the JVM has no property for it that every runtime
  /// supports. The fastest trial counts, so that a busy machine does not matter.
  static boolean isThere() {
    long fused = Long.MAX_VALUE;
    long plain = Long.MAX_VALUE;
    for (int i = 0; i < TRIALS; i++) {
      long start = System.nanoTime();
      kept = fused(0.7f);
      long middle = System.nanoTime();
      kept = plain(0.7f);
      plain = Math.min(plain, System.nanoTime() - middle);
      fused = Math.min(fused, middle - start);
    }
    return fused < RATIO * Math.max(1, plain);
  }

  private static float fused(float a) {
    float sum = 0.5f;
    for (int i = 0; i < TERMS; i++) {
      sum = Math.fma(a, sum, 0.3f);
    }
    return sum;
  }

  private static float plain(float a) {
    float sum = 0.5f;
    for (int i = 0; i < TERMS; i++) {
      sum = a * sum + 0.3f;
    }
    return sum;
  }
}

package dev.unroll.kernel.bytecode;

/// The end of a sum: running sums folded in halves, as [dev.unroll.kernel.Kernels#sum] fixes it.
public final class RunningSums {
  private RunningSums() {}

  /// The sum of the `n` numbers at `s[at]`, which are overwritten.
  ///
  /// @param n 4, 8 or 16
  public static float fold(float[] s, int at, int n) {
    for (int half = n / 2; half > 2; half /= 2) {
      for (int i = at; i < at + half; i++) {
        s[i] += s[i + half];
      }
    }
    return (s[at] + s[at + 2]) + (s[at + 1] + s[at + 3]);
  }
}

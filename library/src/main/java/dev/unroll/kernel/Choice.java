package dev.unroll.kernel;

import dev.unroll.kernel.scalar.ScalarKernels;

/// Which provider this JVM gets, decided once.
final class Choice {
  /// `scalar` or `vector`.
  static final String PROPERTY = "unroll.kernels";

  private Choice() {}

  static Kernels best() {
    return Lazy.BEST;
  }

  private static Kernels choose() {
    return ScalarKernels.INSTANCE;
  }

  private static final class Lazy {
    static final Kernels BEST = choose();
  }
}

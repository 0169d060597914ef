package dev.unroll.bench;

import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.provider.Providers;
import java.util.Arrays;

/// The twins: the kernels in plain Java and those of this machine's vectors, with the same bits.
public enum Provider {
  /// Plain Java.
  SCALAR,
  /// The Vector API.
  VECTOR;

  /// The JVM's option that the Vector API needs; each benchmark's fork gets it.
  static final String VECTOR_API = "--add-modules=jdk.incubator.vector";

  /// The provider's kernels.
  Kernels kernels() {
    return this == SCALAR ? Providers.scalar() : Providers.best();
  }

  /// Refuses to measure what is wrong.
  ///
  /// @throws IllegalStateException that names the first element that differs
  static void checkSameBits(String what, float[] scalar, float[] vector) {
    int at = Arrays.mismatch(scalar, vector);
    if (at >= 0) {
      throw new IllegalStateException("%s: element %d is %s in plain Java and %s in vectors"
          .formatted(what, at, scalar[at], vector[at]));
    }
  }
}

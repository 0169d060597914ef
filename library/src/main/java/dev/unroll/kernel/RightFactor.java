package dev.unroll.kernel;

/// The right-hand side of an outer product `C += AᵀB`, and where it goes: several of them share one A
/// ([Kernels#accumulateOuter]).
public interface RightFactor {
  /// Holds `B[k, j]` at `bOffset + k·bStride + j`.
  float[] b();

  /// Where B begins.
  int bOffset();

  /// How far apart the rows of B are.
  int bStride();

  /// The columns of B and of C.
  int columns();

  /// Holds `C[i, j]` at `cOffset + i·cStride + j`.
  float[] c();

  /// Where C begins.
  int cOffset();

  /// How far apart the rows of C are.
  int cStride();

  /// A factor that stays where it is.
  static RightFactor of(float[] b, int bOffset, int bStride, int columns, float[] c, int cOffset,
      int cStride) {
    record Fixed(float[] b, int bOffset, int bStride, int columns, float[] c, int cOffset,
        int cStride) implements RightFactor {}
    return new Fixed(b, bOffset, bStride, columns, c, cOffset, cStride);
  }
}

package dev.unroll.kernel;

/// The right-hand side B of an outer product `C += AᵀB`, and its result C: several of them share
/// one A ([Kernels#accumulateOuter]).
public interface RightFactor {
  /// Holds `B[k, j]` at `bOffset + k·bStride + j`.
  float[] b();

  /// The start of B.
  int bOffset();

  /// The stride of the rows of B.
  int bStride();

  /// The columns of B and of C.
  int columns();

  /// Holds `C[i, j]` at `cOffset + i·cStride + j`.
  float[] c();

  /// The start of C.
  int cOffset();

  /// The stride of the rows of C.
  int cStride();

  /// A factor at a fixed place.
  static RightFactor of(float[] b, int bOffset, int bStride, int columns, float[] c, int cOffset,
      int cStride) {
    record Fixed(float[] b, int bOffset, int bStride, int columns, float[] c, int cOffset,
        int cStride) implements RightFactor {}
    return new Fixed(b, bOffset, bStride, columns, c, cOffset, cStride);
  }
}

package dev.unroll.kernel;

/// The right-hand side of an outer product `C += AᵀB`, and where it goes: several of them share one A
/// ([Kernels#accumulateOuter]).
///
/// @param b holds `B[k, j]` at `bOffset + k·bStride + j`
/// @param columns the columns of B and of C
/// @param c holds `C[i, j]` at `cOffset + i·cStride + j`
public record RightFactor(
    float[] b, int bOffset, int bStride, int columns, float[] c, int cOffset, int cStride) {}

package dev.unroll.onnx.operator;

import dev.unroll.kernel.FloatPanels;
import dev.unroll.kernel.Kernels;
import dev.unroll.onnx.array.NdArray;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The right-hand side of products, laid out for the kernels: once for weights, as arrays do not
/// change, and else before each product.
final class PackedMatrix {
  private final Kernels kernels;
  private @Nullable NdArray known;
  private int knownOffset;
  private int depth;
  private int columns;
  private @Nullable FloatPanels panels;

  PackedMatrix(Kernels kernels) {
    this.kernels = kernels;
  }

  /// Lays out `B[k, j] = b[offset + k·depthStride + j·columnStride]`.
  void of(NdArray b, int offset, int depth, int columns, int depthStride, int columnStride) {
    if (known == b && knownOffset == offset) {
      return;
    }
    if (depth > 0 && columns > 0) {
      var into = panels;
      if (into == null || into.depth() != depth || into.columns() != columns) {
        into = kernels.panels(depth, columns);
        panels = into;
      }
      kernels.pack(b.asFloats(), offset, depthStride, columnStride, into);
    }
    this.depth = depth;
    this.columns = columns;
    known = b;
    knownOffset = offset;
  }

  /// `C[i, j] = Σ A[i, k] B[k, j]`, with `A[i, k]` at `from + i·stride + k` and C likewise.
  void multiply(float[] a, int from, int stride, int rows, float[] c, int to, int toStride) {
    if (columns == 0 || rows == 0) {
      return;
    }
    var b = panels;
    if (depth == 0 || b == null) {
      for (int i = 0; i < rows; i++) {
        Arrays.fill(c, to + i * toStride, to + i * toStride + columns, 0);
      }
      return;
    }
    kernels.multiply(a, from, stride, rows, b, 0, columns, c, to, toStride, false);
  }
}

package dev.unroll.onnx.operator;

import dev.unroll.kernel.FloatPanels;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Panels;
import dev.unroll.kernel.SmallKind;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.SmallValues;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The right-hand side of products, laid out for the kernels: once for weights, as arrays do not
/// change, and else before each product. Small weights stay small.
final class PackedMatrix {
  private final Kernels kernels;
  private @Nullable NdArray known;
  private int knownOffset;
  private int depth;
  private int columns;
  private @Nullable Panels panels;

  PackedMatrix(Kernels kernels) {
    this.kernels = kernels;
  }

  /// Lays out `B[k, j] = b[offset + k·depthStride + j·columnStride]`.
  void of(NdArray b, int offset, int depth, int columns, int depthStride, int columnStride) {
    if (known == b && knownOffset == offset) {
      return;
    }
    if (depth > 0 && columns > 0) {
      switch (b.small()) {
        case SmallValues.Halves halves -> {
          var into = kernels.panels(depth, columns, SmallKind.BFLOAT16);
          for (int k = 0; k < depth; k++) {
            for (int j = 0; j < columns; j++) {
              into.set(k, j, halves.upper()[offset + k * depthStride + j * columnStride]);
            }
          }
          panels = into;
        }
        case SmallValues.Scaled scaled when scaled.isScaledAlong(offset, depth, depthStride,
            columnStride) -> {
          var into = kernels.panels(depth, columns,
              scaled.isExact() ? SmallKind.INT8 : SmallKind.SCALED_INT8);
          for (int j = 0; j < columns; j++) {
            int at = offset + j * columnStride;
            into.scales()[j] = scaled.scale(at);
            for (int k = 0; k < depth; k++, at += depthStride) {
              into.set(k, j, scaled.integer(at));
            }
          }
          panels = into;
        }
        case null, default -> {
          var into = panels instanceof FloatPanels floats && floats.depth() == depth
              && floats.columns() == columns ? floats : kernels.panels(depth, columns);
          kernels.pack(b.asFloats(), offset, depthStride, columnStride, into);
          panels = into;
        }
      }
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

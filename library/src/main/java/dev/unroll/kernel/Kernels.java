package dev.unroll.kernel;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import dev.unroll.tensor.Precision;
import java.util.List;

/// The primitive operations that stages are made of. There are two providers, which give the same
/// bits, for any vector width, any number of threads and any split of rows and columns:
///
/// - An element of a product is summed by fused multiply-add along k in order, in blocks of
///   [#DEPTH_BLOCK] counted from k = 0: `acc = 0; acc = fma(a, b, acc)` over the block, then
///   `C = C + acc` (`C = acc` for the first block unless accumulating).
/// - `σ`, `tanh`, `exp`, `log`, `sin`, `cos` and those made of them are our own polynomials
///   ([Polynomials]), the rest is IEEE 754.
/// - A sum has a fixed tree.
/// - An element of B that is stored in less than 32 bits is the float that it stands for
///   ([Precision]).
///
/// The bit pattern of a NaN is unspecified.
///
/// All matrices are stored row by row in `float[]` with an offset and a stride, counted in
/// elements. A kernel holds no state: any number of threads may call it at once, on outputs that do
/// not overlap. An output must not overlap an input unless stated. An index outside an array throws
/// [IndexOutOfBoundsException], when part of the output may have been written already.
public interface Kernels {
  /// The length of the blocks in which the sums of a product are accumulated.
  int DEPTH_BLOCK = 512;

  /// `scalar`, or `vector` and its width: `vector 256 bit`.
  String name();

  /// The number of floats of a vector for which elementwise stages are emitted as code; 0 if the
  /// stages run on [#apply], [#combine] and [#sum].
  default int lanes() {
    return 0;
  }

  /// Allocates memory for a matrix `[depth, columns]` as right-hand operand `B`, in this provider's
  /// layout.
  FloatPanels panels(int depth, int columns);

  /// The same for small weights.
  SmallPanels panels(int depth, int columns, SmallKind kind);

  /// The same for elements of a precision.
  default Panels panels(int depth, int columns, Precision precision) {
    return precision == Precision.FLOAT32 ? panels(depth, columns)
        : panels(depth, columns, SmallKind.of(precision));
  }

  /// `B[k, j] = source[offset + k·depthStride + j·columnStride]` for all k, j.
  default void pack(
      float[] source, int offset, int depthStride, int columnStride, FloatPanels into) {
    pack(source, offset, depthStride, columnStride, into, 0, into.count());
  }

  /// The same for a range of panels; different ranges may be filled at once.
  ///
  /// @param from the first panel
  /// @param to the panel behind the last one
  default void pack(float[] source, int offset, int depthStride, int columnStride, FloatPanels into,
      int from, int to) {
    into.pack(source, offset, depthStride, columnStride, from, to);
  }

  /// The same, over the columns in ascending order.
  default void multiply(
      float[] a,
      int aOffset,
      int aStride,
      int rows,
      Panels b,
      int columnFrom,
      int columnTo,
      float[] c,
      int cOffset,
      int cStride,
      boolean accumulate) {
    multiply(a, aOffset, aStride, rows, b, columnFrom, columnTo, c, cOffset, cStride, accumulate,
        false);
  }

  /// `C[i, j] (+)= Σₖ A[i, k]·B[k, j]` for `i < rows` and j in `[columnFrom, columnTo)`.
  ///
  /// @param a holds `A[i, k]` at `aOffset + i·aStride + k`
  /// @param b panels of this provider; k runs over its depth
  /// @param columnFrom a multiple of the panel width
  /// @param columnTo a multiple of the panel width, or the end
  /// @param c holds `C[i, j]` at `cOffset + i·cStride + j`; need not be zeroed
  /// @param accumulate whether to add to C instead of setting it
  /// @param descending whether few rows pass over the last panels of B first. The bits are the
  ///     same; after a call in ascending order, these panels are still in the caches
  void multiply(
      float[] a,
      int aOffset,
      int aStride,
      int rows,
      Panels b,
      int columnFrom,
      int columnTo,
      float[] c,
      int cOffset,
      int cStride,
      boolean accumulate,
      boolean descending);

  /// `C[i, j] += Σₖ A[k, i]·B[k, j]` for `k < depth`, i in `[rowFrom, rowTo)` and all columns j of
  /// each factor: weight gradients `dW = daᵀ x`, `dU = daᵀ h` over all time steps.
  ///
  /// @param a holds `A[k, i]` at `aOffset + k·aStride + i`
  /// @param factors each B with its C, which do not overlap
  /// @param workspace scratch memory that no other thread uses during the call
  void accumulateOuter(
      float[] a,
      int aOffset,
      int aStride,
      int depth,
      int rowFrom,
      int rowTo,
      List<? extends RightFactor> factors,
      Workspace workspace);

  /// `y[yo + i] = f(a[ao + i])` for `i < n`; y may be a, at the same offset.
  void apply(Function f, float[] a, int ao, float[] y, int yo, int n);

  /// `y[yo + i] = a op b` for `i < n`; y may be a or b, at the same offset.
  ///
  /// @param aScalar whether a is the one number `a[ao]` for all i, else `a[ao + i]`
  /// @param bScalar likewise for b
  void combine(
      Operator op,
      float[] a,
      int ao,
      boolean aScalar,
      float[] b,
      int bo,
      boolean bScalar,
      float[] y,
      int yo,
      int n);

  /// `Σ a[ao + i]` for `i < n`: 16 running sums `s[i mod 16]`, each in order, folded in halves:
  /// `s[i] += s[i + 8]`, then 4, 2 and 1.
  float sum(float[] a, int ao, int n);

  /// `y[yo + j] += Σᵢ a[ao + i·aStride + j]` for `i < rows` and `j < n`; each column is summed from
  /// 0 in order, then added.
  void addRows(float[] a, int ao, int aStride, int rows, float[] y, int yo, int n);

  /// One step of Adam for elements `[from, to)`: see [AdamStep].
  ///
  /// @param values the parameters, changed in place
  /// @param gradients unchanged
  /// @param m the first moments, changed in place
  /// @param v the second moments, changed in place
  default void adam(AdamStep step, float[] values, float[] gradients, float[] m, float[] v,
      int from, int to) {
    step.update(values, gradients, m, v, from, to);
  }
}

package dev.unroll.onnx.operator;

import dev.unroll.expr.Expr;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Two arrays of float32, broadcast and combined row by row.
final class Combination {
  /// Plain Java, which is fast from the first call on and has the same bits.
  private static final Kernels KERNELS = Providers.scalar();

  private final Expr.Operator operator;
  private final Reused memory;
  private @Nullable Rows known;

  Combination(Expr.Operator operator, Operator.Setting setting) {
    this.operator = operator;
    memory = new Reused(setting);
  }

  NdArray of(NdArray a, NdArray b) {
    var rows = known;
    if (rows == null || !Arrays.equals(rows.left, a.shape())
        || !Arrays.equals(rows.right, b.shape())) {
      rows = Rows.of(a.shape(), b.shape());
      known = rows;
    }
    var x = a.floats();
    var y = b.floats();
    var to = memory.floats(NdShape.elements(rows.shape));
    for (int i = 0; i < rows.leftAt.length; i++) {
      KERNELS.combine(operator, x, rows.leftAt[i], rows.leftOne, y, rows.rightAt[i], rows.rightOne,
          to, i * rows.length, rows.length);
    }
    return NdArray.of(ElementType.FLOAT, rows.shape, to);
  }

  /// The result as rows of neighbours, for which each side has as many neighbours or one number.
  ///
  /// @param leftAt where each row begins in the left array
  /// @param leftOne whether the left side has one number for a row
  private record Rows(int[] left, int[] right, int[] shape, int length, int[] leftAt,
      int[] rightAt, boolean leftOne, boolean rightOne) {

    static Rows of(int[] left, int[] right) {
      var shape = NdShape.broadcast(left, right);
      var a = wide(left, shape.length);
      var b = wide(right, shape.length);
      int axis = shape.length;
      int length = 1;
      boolean leftOne = false;
      boolean rightOne = false;
      while (axis > 0) {
        int i = axis - 1;
        boolean leftRepeats = a[i] < shape[i];
        boolean rightRepeats = b[i] < shape[i];
        boolean fits = length == 1
            || shape[i] == 1 || leftRepeats == leftOne && rightRepeats == rightOne;
        if (!fits) {
          break;
        }
        if (shape[i] != 1) {
          leftOne = leftRepeats;
          rightOne = rightRepeats;
        }
        length *= shape[i];
        axis--;
      }
      if (NdShape.elements(shape) == 0) {
        return new Rows(left, right, shape, 0, new int[0], new int[0], false, false);
      }
      var outer = Arrays.copyOf(shape, axis);
      return new Rows(left, right, shape, length, places(a, outer), places(b, outer), leftOne,
          rightOne);
    }

    private static int[] wide(int[] shape, int axes) {
      var wide = new int[axes];
      Arrays.fill(wide, 1);
      System.arraycopy(shape, 0, wide, axes - shape.length, shape.length);
      return wide;
    }

    private static int[] places(int[] shape, int[] outer) {
      var strides = NdShape.strides(shape);
      var steps = new int[outer.length];
      for (int i = 0; i < steps.length; i++) {
        steps[i] = shape[i] == 1 ? 0 : strides[i];
      }
      return NdShape.indices(outer, steps, 0);
    }
  }
}

package dev.unroll.onnx.operator;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.NodeDef;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// Matrix products: MatMul and Gemm, in float32.
final class Products {
  private Products() {}

  static Map<String, Operator.Factory> all() {
    var all = new TreeMap<String, Operator.Factory>();
    all.put("MatMul", (_, _) -> Operator.one(in -> matMul(in.get(0), in.get(1))));
    all.put("Gemm", Products::gemm);
    return all;
  }

  private static NdArray matMul(NdArray a, NdArray b) {
    if (a.axes() == 0 || b.axes() == 0) {
      throw Refusal.of("%s times %s: each needs an axis", a, b);
    }
    var left = a.axes() == 1 ? a.reshaped(1, a.size(0)) : a;
    var right = b.axes() == 1 ? b.reshaped(b.size(0), 1) : b;
    int rows = left.size(left.axes() - 2);
    int inner = left.size(left.axes() - 1);
    int columns = right.size(right.axes() - 1);
    if (inner != right.size(right.axes() - 2)) {
      throw Refusal.of("%s times %s: the inner sizes differ", a, b);
    }
    var before = Arrays.copyOf(left.shape(), left.axes() - 2);
    var behind = Arrays.copyOf(right.shape(), right.axes() - 2);
    var batch = NdShape.broadcast(before, behind);
    var ofLeft = NdShape.repeated(before, batch);
    var ofRight = NdShape.repeated(behind, batch);
    var whole = Arrays.copyOf(batch, batch.length + 2);
    whole[batch.length] = rows;
    whole[batch.length + 1] = columns;
    var to = (float[]) NdArray.allocate(ElementType.FLOAT, NdShape.elements(whole));
    var x = left.asFloats();
    var y = right.asFloats();
    for (int i = 0; i < ofLeft.length; i++) {
      add(x, ofLeft[i] * rows * inner, y, ofRight[i] * inner * columns, to, i * rows * columns,
          rows, inner, columns);
    }
    var shape = whole;
    if (a.axes() == 1) {
      shape = without(shape, shape.length - 2);
    }
    if (b.axes() == 1) {
      shape = without(shape, shape.length - 1);
    }
    return NdArray.real(a.type(), shape, to);
  }

  private static int[] without(int[] shape, int axis) {
    var less = new int[shape.length - 1];
    System.arraycopy(shape, 0, less, 0, axis);
    System.arraycopy(shape, axis + 1, less, axis, less.length - axis);
    return less;
  }

  /// `to += a b`, row by row of b, so that the inner loop runs over neighbours.
  static void add(float[] a, int fromA, float[] b, int fromB, float[] to, int fromTo, int rows,
      int inner, int columns) {
    for (int i = 0; i < rows; i++) {
      int row = fromTo + i * columns;
      for (int k = 0; k < inner; k++) {
        float factor = a[fromA + i * inner + k];
        int from = fromB + k * columns;
        for (int j = 0; j < columns; j++) {
          to[row + j] += factor * b[from + j];
        }
      }
    }
  }

  private static Operator gemm(NodeDef node, Operator.Setting setting) {
    var attributes = node.attributes();
    float alpha = attributes.real("alpha", 1);
    float beta = attributes.real("beta", 1);
    boolean turnA = attributes.flag("transA", false);
    boolean turnB = attributes.flag("transB", false);
    return Operator.one(in -> {
      var a = turned(in.get(0), turnA);
      var b = turned(in.get(1), turnB);
      if (a.size(1) != b.size(0)) {
        throw Refusal.of("%s times %s: the inner sizes differ", a, b);
      }
      var shape = new int[] {a.size(0), b.size(1)};
      var to = (float[]) NdArray.allocate(ElementType.FLOAT, NdShape.elements(shape));
      add(a.asFloats(), 0, b.asFloats(), 0, to, 0, shape[0], a.size(1), shape[1]);
      if (in.has(2)) {
        var c = in.get(2);
        if (!Arrays.equals(NdShape.broadcast(c.shape(), shape), shape)) {
          throw Refusal.of("%s cannot be added to a product of shape %s", c,
              NdShape.text(shape));
        }
        var places = NdShape.repeated(c.shape(), shape);
        var addend = c.asFloats();
        for (int i = 0; i < to.length; i++) {
          to[i] = alpha * to[i] + beta * addend[places[i]];
        }
      } else if (alpha != 1) {
        for (int i = 0; i < to.length; i++) {
          to[i] *= alpha;
        }
      }
      return NdArray.real(in.get(0).type(), shape, to);
    });
  }

  private static NdArray turned(NdArray a, boolean turn) {
    if (a.axes() != 2) {
      throw Refusal.of("%s is no matrix", a);
    }
    return turn ? a.take(new int[] {a.size(1), a.size(0)},
        NdShape.indices(new int[] {a.size(1), a.size(0)}, new int[] {1, a.size(1)}, 0)) : a;
  }
}

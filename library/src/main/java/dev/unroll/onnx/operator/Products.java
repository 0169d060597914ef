package dev.unroll.onnx.operator;

import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.NodeDef;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Matrix products: MatMul and Gemm, in float32.
final class Products {
  private Products() {}

  static Map<String, Operator.Factory> all() {
    var all = new TreeMap<String, Operator.Factory>();
    all.put("MatMul", (_, setting) -> new MatMul(setting));
    all.put("Gemm", Gemm::new);
    return all;
  }

  /// The product of the last two axes, of which those before are broadcast.
  private static final class MatMul implements Operator {
    private final PackedMatrix matrix;
    private final Reused memory;

    MatMul(Setting setting) {
      matrix = new PackedMatrix(setting.engine().kernels());
      memory = new Reused(setting);
    }

    @Override
    public @Nullable Streams runStreams(Inputs inputs, boolean[] stacked, int streams) {
      int left = inputs.get(0).axes() - (stacked[0] ? 1 : 0);
      int right = inputs.get(1).axes() - (stacked[1] ? 1 : 0);
      if (left < 2 || right < 2) {
        // A stack of vectors is a matrix.
        return stacked[1] || left == 1 && right > 2 ? null : new Streams(run(inputs), true);
      }
      return new Streams(run(Broadcasting.aligned(inputs, stacked)), true);
    }

    @Override
    public NdArray[] run(Inputs in) {
      var a = in.get(0);
      var b = in.get(1);
      if (a.axes() == 0 || b.axes() == 0) {
        throw Refusal.of("%s times %s: each needs an axis", a, b);
      }
      var left = a.axes() == 1 ? a.reshaped(1, a.size(0)) : a;
      int inner = left.size(left.axes() - 1);
      int depth = b.size(Math.max(0, b.axes() - 2));
      int columns = b.axes() == 1 ? 1 : b.size(b.axes() - 1);
      if (inner != depth) {
        throw Refusal.of("%s times %s: the inner sizes differ", a, b);
      }
      int rows = left.size(left.axes() - 2);
      var before = Arrays.copyOf(left.shape(), left.axes() - 2);
      var behind = Arrays.copyOf(b.shape(), Math.max(0, b.axes() - 2));
      var batch = NdShape.broadcast(before, behind);
      var shape = Arrays.copyOf(batch, batch.length + 2);
      shape[batch.length] = rows;
      shape[batch.length + 1] = columns;
      var to = memory.floats(NdShape.elements(shape));
      var x = left.asFloats();
      if (behind.length == 0) {
        matrix.of(b, 0, depth, columns, columns, 1);
        matrix.multiply(x, 0, inner, NdShape.elements(before) * rows, to, 0, columns);
      } else {
        var ofLeft = NdShape.repeated(before, batch);
        var ofRight = NdShape.repeated(behind, batch);
        for (int i = 0; i < ofLeft.length; i++) {
          matrix.of(b, ofRight[i] * depth * columns, depth, columns, columns, 1);
          matrix.multiply(x, ofLeft[i] * rows * inner, inner, rows, to, i * rows * columns,
              columns);
        }
      }
      if (a.axes() == 1) {
        shape = without(shape, shape.length - 2);
      }
      if (b.axes() == 1) {
        shape = without(shape, shape.length - 1);
      }
      return new NdArray[] {NdArray.real(a.type(), shape, to)};
    }

    private static int[] without(int[] shape, int axis) {
      var less = new int[shape.length - 1];
      System.arraycopy(shape, 0, less, 0, axis);
      System.arraycopy(shape, axis + 1, less, axis, less.length - axis);
      return less;
    }
  }

  /// `α A B + β C`, each of A and B as it is or transposed.
  private static final class Gemm implements Operator {
    private final PackedMatrix matrix;
    private final Reused memory;
    private final float alpha;
    private final float beta;
    private final boolean turnA;
    private final boolean turnB;

    Gemm(NodeDef node, Setting setting) {
      var attributes = node.attributes();
      alpha = attributes.real("alpha", 1);
      beta = attributes.real("beta", 1);
      turnA = attributes.flag("transA", false);
      turnB = attributes.flag("transB", false);
      matrix = new PackedMatrix(setting.engine().kernels());
      memory = new Reused(setting);
    }

    @Override
    public @Nullable Streams runStreams(Inputs inputs, boolean[] stacked, int streams) {
      var a = inputs.get(0);
      var c = inputs.orNull(2);
      boolean plain = !turnA && stacked[0] && !stacked[1] && a.axes() == 3
          && (c == null || !stacked[2] && (c.axes() < 2 || c.axes() == 2 && c.size(0) == 1));
      if (!plain) {
        return null;
      }
      var folded = inputs.toArray();
      folded[0] = a.reshaped(Math.multiplyExact(streams, a.size(1)), a.size(2));
      var y = run(new Inputs(folded))[0];
      return new Streams(new NdArray[] {y.reshaped(streams, a.size(1), y.size(1))}, true);
    }

    @Override
    public NdArray[] run(Inputs in) {
      var a = turned(matrix(in.get(0)), turnA);
      var b = matrix(in.get(1));
      int depth = b.size(turnB ? 1 : 0);
      int columns = b.size(turnB ? 0 : 1);
      if (a.size(1) != depth) {
        throw Refusal.of("%s times %s: the inner sizes differ", in.get(0), in.get(1));
      }
      var shape = new int[] {a.size(0), columns};
      var to = memory.floats(NdShape.elements(shape));
      matrix.of(b, 0, depth, columns, turnB ? 1 : columns, turnB ? depth : 1);
      matrix.multiply(a.asFloats(), 0, depth, shape[0], to, 0, columns);
      if (in.has(2)) {
        add(in.get(2), shape, to);
      } else if (alpha != 1) {
        for (int i = 0; i < to.length; i++) {
          to[i] *= alpha;
        }
      }
      return new NdArray[] {NdArray.real(in.get(0).type(), shape, to)};
    }

    private void add(NdArray c, int[] shape, float[] to) {
      if (!Arrays.equals(NdShape.broadcast(c.shape(), shape), shape)) {
        throw Refusal.of("%s cannot be added to a product of shape %s", c, NdShape.text(shape));
      }
      var addend = c.asFloats();
      boolean row = c.length() == shape[1] && (c.axes() == 1 || c.axes() == 2 && c.size(0) == 1);
      var places = row ? new int[0] : NdShape.repeated(c.shape(), shape);
      for (int i = 0; i < shape[0]; i++) {
        for (int j = 0, at = i * shape[1]; j < shape[1]; j++, at++) {
          to[at] = alpha * to[at] + beta * addend[row ? j : places[at]];
        }
      }
    }

    private static NdArray matrix(NdArray a) {
      if (a.axes() != 2) {
        throw Refusal.of("%s is no matrix", a);
      }
      return a;
    }

    private static NdArray turned(NdArray a, boolean turn) {
      return turn ? a.take(new int[] {a.size(1), a.size(0)},
          NdShape.indices(new int[] {a.size(1), a.size(0)}, new int[] {1, a.size(1)}, 0)) : a;
    }
  }
}

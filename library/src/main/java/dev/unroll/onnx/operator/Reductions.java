package dev.unroll.onnx.operator;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.NodeDef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Operators that make one number of many: ReduceMax, ReduceMean, ReduceMin, ReduceProd, ReduceSum,
/// and the Softmax along an axis. Sums are added up in double.
final class Reductions {
  private Reductions() {}

  static Map<String, Operator.Factory> all() {
    var all = new TreeMap<String, Operator.Factory>();
    reduction(all, "ReduceSum", 0, (a, b) -> a + b, (a, b) -> a + b);
    reduction(all, "ReduceProd", 1, (a, b) -> a * b, (a, b) -> a * b);
    reduction(all, "ReduceMax", Double.NEGATIVE_INFINITY, Math::max, Math::max);
    reduction(all, "ReduceMin", Double.POSITIVE_INFINITY, Math::min, Math::min);
    all.put("ReduceMean",
        (node, _) -> new Reduction(node, 0, (a, b) -> a + b, null));
    all.put("Softmax", (node, setting) -> softmax(node, setting, false));
    all.put("LogSoftmax", (node, setting) -> softmax(node, setting, true));
    return all;
  }

  private static void reduction(Map<String, Operator.Factory> to, String name, double start,
      ElementOperators.OfReals reals, ElementOperators.OfIntegers integers) {
    to.put(name, (node, _) -> new Reduction(node, start, reals, integers));
  }

  /// @param integers null for a mean
  private record Reduction(NodeDef node, double start, ElementOperators.OfReals reals,
      ElementOperators.@Nullable OfIntegers integers) implements Operator {

    @Override
    public NdArray[] run(Inputs inputs) {
      return new NdArray[] {
        reduce(node, inputs.get(0), Layouts.axes(node, inputs, 1), start, reals, integers)};
    }

    @Override
    public @Nullable Streams runStreams(Inputs inputs, boolean[] stacked, int streams) {
      var named = Layouts.axes(node, inputs, 1);
      if (!stacked[0] || stacked.length > 1 && stacked[1] || named == null || named.isEmpty()) {
        return null;
      }
      int axes = inputs.get(0).axes() - 1;
      var own = NdShape.axes(named, axes);
      var behind = Arrays.stream(own).mapToObj(axis -> axis + 1L).toList();
      return new Streams(
          new NdArray[] {reduce(node, inputs.get(0), behind, start, reals, integers)}, true);
    }
  }

  private static NdArray reduce(NodeDef node, NdArray a, @Nullable List<Long> named, double start,
      ElementOperators.OfReals reals, ElementOperators.@Nullable OfIntegers integers) {
    if ((named == null || named.isEmpty())
        && node.attributes().flag("noop_with_empty_axes", false)) {
      return a;
    }
    var axes = named == null || named.isEmpty() ? IntStream.range(0, a.axes()).toArray()
        : NdShape.axes(named, a.axes());
    boolean keeps = node.attributes().flag("keepdims", true);
    var wide = a.shape().clone();
    for (int axis : axes) {
      wide[axis] = 1;
    }
    int length = NdShape.elements(wide);
    boolean rows = a.type() == ElementType.FLOAT && areLast(axes, a.axes());
    var places = rows ? new int[0] : places(a, wide);
    var shape = new ArrayList<Integer>();
    for (int i = 0; i < wide.length; i++) {
      if (keeps || Arrays.binarySearch(axes, i) < 0) {
        shape.add(wide[i]);
      }
    }
    var sizes = shape.stream().mapToInt(i -> i).toArray();
    if (!a.type().isReal()) {
      if (integers == null || length > 0 && a.length() == 0 && Double.isInfinite(start)) {
        throw Refusal.of("%s has no such reduction", a);
      }
      return ofIntegers(a, places, length, sizes, start, integers);
    }
    var sums = new double[length];
    Arrays.fill(sums, start);
    if (rows) {
      rows(a.floats(), sums, reals);
    }
    for (int i = 0; i < places.length; i++) {
      sums[places[i]] = reals.of(sums[places[i]], a.number(i));
    }
    if (integers == null) {
      double count = (double) a.length() / Math.max(length, 1);
      for (int i = 0; i < length; i++) {
        sums[i] /= count;
      }
    }
    return Casting.cast(NdArray.of(sizes, sums), a.type());
  }

  private static boolean areLast(int[] axes, int count) {
    for (int i = 0; i < axes.length; i++) {
      if (axes[i] != count - axes.length + i) {
        return false;
      }
    }
    return true;
  }

  /// Rows of neighbours, each to one number.
  private static void rows(float[] from, double[] sums, ElementOperators.OfReals reals) {
    int each = sums.length == 0 ? 0 : from.length / sums.length;
    for (int row = 0, at = 0; row < sums.length; row++) {
      double sum = sums[row];
      for (int i = 0; i < each; i++) {
        sum = reals.of(sum, from[at++]);
      }
      sums[row] = sum;
    }
  }

  private static NdArray ofIntegers(NdArray a, int[] places, int length, int[] shape,
      double start, ElementOperators.OfIntegers integers) {
    var sums = new long[length];
    Arrays.fill(sums, (long) start);
    for (int i = 0; i < a.length(); i++) {
      sums[places[i]] = a.type().wrap(integers.of(sums[places[i]], a.longs()[i]));
    }
    return NdArray.of(a.type(), shape, sums);
  }

  /// The place in an array of shape `wide` that each element goes to.
  private static int[] places(NdArray a, int[] wide) {
    return NdShape.repeated(wide, a.shape());
  }

  private static Operator softmax(NodeDef node, Operator.Setting setting, boolean log) {
    boolean flattens = setting.opset() < 13;
    long axis = node.attributes().integer("axis", flattens ? 1 : -1);
    return Operator.one(in -> {
      var a = in.get(0);
      int along = NdShape.axis(axis, a.axes());
      int inner = flattens ? 1
          : NdShape.elements(Arrays.copyOfRange(a.shape(), along + 1, a.axes()));
      int size = flattens ? NdShape.elements(Arrays.copyOfRange(a.shape(), along, a.axes()))
          : a.size(along);
      var to = new double[a.length()];
      int rows = size == 0 ? 0 : a.length() / size;
      for (int row = 0; row < rows; row++) {
        int from = row / inner * size * inner + row % inner;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < size; i++) {
          most = Math.max(most, a.number(from + i * inner));
        }
        double sum = 0;
        for (int i = 0; i < size; i++) {
          sum += Math.exp(a.number(from + i * inner) - most);
        }
        for (int i = 0; i < size; i++) {
          double above = a.number(from + i * inner) - most;
          to[from + i * inner] = log ? above - Math.log(sum) : Math.exp(above) / sum;
        }
      }
      return Casting.cast(NdArray.of(a.shape(), to), a.type());
    });
  }
}

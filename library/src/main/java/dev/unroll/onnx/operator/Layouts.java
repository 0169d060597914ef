package dev.unroll.onnx.operator;

import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.operator.Operator.Inputs;
import dev.unroll.onnx.proto.NodeDef;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Operators that move elements or change axes: Concat, Expand, Flatten, Gather, Reshape, Shape,
/// Size, Squeeze, Transpose, Unsqueeze.
final class Layouts {
  private Layouts() {}

  static Map<String, Operator.Factory> all() {
    var all = new TreeMap<String, Operator.Factory>();
    all.put("Concat", Movement.of(Integer.MAX_VALUE, Layouts::concat));
    all.put("Expand", Movement.of(1, (_, _) -> Operator.one(in -> expand(in.get(0), in.get(1)))));
    all.put("Flatten", Movement.of(1, Layouts::flatten));
    all.put("Gather", Movement.of(1, Layouts::gather));
    all.put("Reshape", Movement.of(1, Layouts::reshape));
    all.put("Shape", (node, _) -> new ShapeOperator(false,
        node.attributes().integer("start", 0), node.attributes().integer("end", Long.MAX_VALUE)));
    all.put("Size", (_, _) -> new ShapeOperator(true, 0, 0));
    all.put("Squeeze", Movement.of(1, Layouts::squeeze));
    all.put("Transpose", Movement.of(1, Layouts::transpose));
    all.put("Unsqueeze", Movement.of(1, Layouts::unsqueeze));
    return all;
  }

  /// Axes given as an attribute in older versions, and as an input in newer ones.
  static @Nullable List<Long> axes(NodeDef node, Inputs in, int input) {
    var axes = in.orNull(input);
    return axes != null ? axes.list() : node.attributes().integers("axes");
  }

  private static Operator concat(NodeDef node, Operator.Setting setting) {
    long axis = node.attributes().integer("axis", 0);
    return Operator.one(in -> {
      var first = in.get(0);
      int along = NdShape.axis(axis, first.axes());
      var shape = first.shape().clone();
      for (int i = 1; i < in.count(); i++) {
        var next = in.get(i).shape().clone();
        if (next.length != shape.length || in.get(i).type() != first.type()) {
          throw Refusal.of("%s and %s cannot be joined", first, in.get(i));
        }
        int size = next[along];
        next[along] = shape[along];
        if (!Arrays.equals(next, shape)) {
          throw Refusal.of("%s and %s cannot be joined along axis %d", first, in.get(i), along);
        }
        shape[along] = Math.addExact(shape[along], size);
      }
      int outer = NdShape.elements(Arrays.copyOf(shape, along));
      var to = NdArray.allocate(first.type(), NdShape.elements(shape));
      int at = 0;
      for (int o = 0; o < outer; o++) {
        for (int i = 0; i < in.count(); i++) {
          int length = in.get(i).length() / outer;
          System.arraycopy(in.get(i).elements(), o * length, to, at, length);
          at += length;
        }
      }
      return NdArray.of(first.type(), shape, to);
    });
  }

  /// The elements of two arrays of one type, one after the other.
  static NdArray joined(NdArray a, NdArray b) {
    int length = Math.addExact(a.length(), b.length());
    var to = NdArray.allocate(a.type(), length);
    System.arraycopy(a.elements(), 0, to, 0, a.length());
    System.arraycopy(b.elements(), 0, to, a.length(), b.length());
    return NdArray.of(a.type(), new int[] {length}, to);
  }

  static NdArray expand(NdArray a, NdArray shape) {
    var wide = NdShape.broadcast(a.shape(), NdShape.of(shape.longs()));
    return Arrays.equals(wide, a.shape()) ? a : a.take(wide, NdShape.repeated(a.shape(), wide));
  }

  private static Operator flatten(NodeDef node, Operator.Setting setting) {
    long axis = node.attributes().integer("axis", 1);
    return Operator.one(in -> {
      var a = in.get(0);
      int along = axis == a.axes() ? a.axes() : NdShape.axis(axis, a.axes());
      int outer = NdShape.elements(Arrays.copyOf(a.shape(), along));
      int inner = NdShape.elements(Arrays.copyOfRange(a.shape(), along, a.axes()));
      return a.reshaped(outer, inner);
    });
  }

  private static Operator gather(NodeDef node, Operator.Setting setting) {
    return new Gather(node.attributes().integer("axis", 0));
  }

  /// What indices choose along an axis; streams may choose each their own.
  private record Gather(long axis) implements Operator {

    @Override
    public @Nullable Streams runStreams(Inputs inputs, boolean[] stacked, int streams) {
      return axis == 0 && !stacked[0] ? new Streams(run(inputs), true) : null;
    }

    @Override
    public NdArray[] run(Inputs in) {
      var a = in.get(0);
      var chosen = in.get(1);
      int along = NdShape.axis(axis, a.axes());
      int size = a.size(along);
      var shape = new int[a.axes() - 1 + chosen.axes()];
      System.arraycopy(a.shape(), 0, shape, 0, along);
      System.arraycopy(chosen.shape(), 0, shape, along, chosen.axes());
      System.arraycopy(a.shape(), along + 1, shape, along + chosen.axes(), a.axes() - along - 1);
      int outer = NdShape.elements(Arrays.copyOf(a.shape(), along));
      int inner = NdShape.elements(Arrays.copyOfRange(a.shape(), along + 1, a.axes()));
      NdArray.requireRoom(NdShape.elements(shape));
      var indices = new int[NdShape.elements(shape)];
      int at = 0;
      for (int o = 0; o < outer; o++) {
        for (long index : chosen.longs()) {
          if (index < -size || index >= size) {
            throw Refusal.of("index %d along an axis of size %d", index, size);
          }
          int from = (o * size + (int) (index < 0 ? index + size : index)) * inner;
          for (int i = 0; i < inner && at < indices.length; i++) {
            indices[at++] = from + i;
          }
        }
      }
      return new NdArray[] {a.take(shape, indices)};
    }
  }

  private static Operator reshape(NodeDef node, Operator.Setting setting) {
    boolean zeros = node.attributes().flag("allowzero", false);
    return Operator.one(in -> {
      var a = in.get(0);
      var wanted = in.get(1).longs().clone();
      int free = -1;
      for (int i = 0; i < wanted.length; i++) {
        if (wanted[i] == 0 && !zeros) {
          if (i >= a.axes()) {
            throw Refusal.of("shape %s keeps axis %d of %s", Arrays.toString(wanted), i, a);
          }
          wanted[i] = a.size(i);
        } else if (wanted[i] == -1) {
          if (free >= 0) {
            throw Refusal.of("shape %s has two free sizes", Arrays.toString(wanted));
          }
          free = i;
          wanted[i] = 1;
        }
      }
      if (free >= 0) {
        int others = NdShape.elements(NdShape.of(wanted));
        if (others == 0 || a.length() % others != 0) {
          throw Refusal.of("%s cannot have the shape %s", a,
              Arrays.toString(in.get(1).longs()));
        }
        wanted[free] = a.length() / others;
      }
      return a.reshaped(NdShape.of(wanted));
    });
  }

  private static Operator squeeze(NodeDef node, Operator.Setting setting) {
    return Operator.one(in -> {
      var a = in.get(0);
      var axes = axes(node, in, 1);
      var gone = axes == null ? null : NdShape.axes(axes, a.axes());
      var shape = new int[a.axes()];
      int kept = 0;
      for (int i = 0; i < shape.length; i++) {
        boolean goes = gone == null ? a.size(i) == 1 : Arrays.binarySearch(gone, i) >= 0;
        if (!goes) {
          shape[kept++] = a.size(i);
        } else if (a.size(i) != 1) {
          throw Refusal.of("axis %d of %s has not size 1", i, a);
        }
      }
      return a.reshaped(Arrays.copyOf(shape, kept));
    });
  }

  private static Operator unsqueeze(NodeDef node, Operator.Setting setting) {
    return Operator.one(in -> {
      var a = in.get(0);
      var axes = axes(node, in, 1);
      if (axes == null) {
        throw new Refusal("axes are missing");
      }
      var shape = new int[a.axes() + axes.size()];
      var added = NdShape.axes(axes, shape.length);
      int next = 0;
      for (int i = 0; i < shape.length; i++) {
        shape[i] = Arrays.binarySearch(added, i) >= 0 ? 1 : a.size(next++);
      }
      return a.reshaped(shape);
    });
  }

  private static Operator transpose(NodeDef node, Operator.Setting setting) {
    var order = node.attributes().integers("perm");
    return Operator.one(in -> {
      var a = in.get(0);
      var strides = NdShape.strides(a.shape());
      if (order != null && (order.size() != a.axes()
          || order.stream().distinct().count() != order.size())) {
        throw Refusal.of("perm is %s, expected each of the %d axes once", order, a.axes());
      }
      var shape = new int[a.axes()];
      var steps = new int[a.axes()];
      for (int i = 0; i < shape.length; i++) {
        int from = order == null ? shape.length - 1 - i
            : NdShape.axis(order.get(i), a.axes());
        shape[i] = a.size(from);
        steps[i] = strides[from];
      }
      return a.take(shape, NdShape.indices(shape, steps, 0));
    });
  }
}

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
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Operators that cut arrays, add a border, or make new ones: ConstantOfShape, Pad, Range, Slice,
/// Split.
final class Cuts {
  private Cuts() {}

  static Map<String, Operator.Factory> all() {
    var all = new TreeMap<String, Operator.Factory>();
    all.put("ConstantOfShape", Cuts::constantOfShape);
    all.put("Pad", Movement.filling(Cuts::pad));
    all.put("Range", (_, _) -> Operator.one(in -> range(in.get(0), in.get(1), in.get(2))));
    all.put("Slice", Movement.of(1, Cuts::slice));
    all.put("Split", Movement.of(1, Cuts::split));
    return all;
  }

  private static Operator constantOfShape(NodeDef node, Operator.Setting setting) {
    var given = node.attributes().tensor("value");
    var value = given == null ? NdArray.of(new int[] {1}, 0f) : given;
    if (value.length() != 1) {
      throw Refusal.of("value is %s, expected one element", value);
    }
    return Operator.one(in -> {
      var shape = NdShape.of(in.get(0).longs());
      NdArray.requireRoom(NdShape.elements(shape));
      return value.take(shape, new int[NdShape.elements(shape)]);
    });
  }

  private static NdArray range(NdArray start, NdArray limit, NdArray delta) {
    double step = delta.number(0);
    double count = Math.max(0, Math.ceil((limit.number(0) - start.number(0)) / step));
    if (step == 0 || !(count <= Integer.MAX_VALUE - 8)) {
      throw Refusal.of("a range from %s to %s by %s has no end", start.number(0),
          limit.number(0), step);
    }
    var to = NdArray.allocate(start.type(), (int) count);
    for (int i = 0; i < (int) count; i++) {
      switch (to) {
        case float[] f -> f[i] = start.floats()[0] + i * delta.floats()[0];
        case double[] d -> d[i] = start.doubles()[0] + i * delta.doubles()[0];
        default -> ((long[]) to)[i] = start.longs()[0] + i * delta.longs()[0];
      }
    }
    return NdArray.of(start.type(), new int[] {(int) count}, to);
  }

  private static Operator slice(NodeDef node, Operator.Setting setting) {
    var attributes = node.attributes();
    return Operator.one(in -> {
      var a = in.get(0);
      var starts = given(in, 1, attributes.integers("starts"));
      var ends = given(in, 2, attributes.integers("ends"));
      if (starts == null || ends == null || starts.size() != ends.size()) {
        throw Refusal.of("starts are %s and ends %s, expected as many", starts, ends);
      }
      var named = given(in, 3, attributes.integers("axes"));
      var axes = named != null ? named : LongStream.range(0, starts.size()).boxed().toList();
      var steps = given(in, 4, null);
      if (axes.size() != starts.size() || steps != null && steps.size() != starts.size()) {
        throw Refusal.of("starts, axes and steps are %s, %s and %s, expected as many", starts,
            axes, steps);
      }
      NdShape.axes(axes, a.axes());
      var shape = a.shape().clone();
      var strides = NdShape.strides(a.shape());
      int offset = 0;
      for (int i = 0; i < starts.size(); i++) {
        int axis = NdShape.axis(axes.get(i), a.axes());
        long step = steps == null ? 1
            : Math.clamp(steps.get(i), -Integer.MAX_VALUE, Integer.MAX_VALUE);
        if (step == 0) {
          throw new Refusal("a step of 0");
        }
        long size = shape[axis];
        long from = starts.get(i) < 0 ? starts.get(i) + size : starts.get(i);
        long to = ends.get(i) < 0 ? ends.get(i) + size : ends.get(i);
        from = step > 0 ? Math.clamp(from, 0, size) : Math.clamp(from, -1, size - 1);
        to = step > 0 ? Math.clamp(to, 0, size) : Math.clamp(to, -1, size - 1);
        long count = step > 0 ? (to - from + step - 1) / step : (from - to - step - 1) / -step;
        shape[axis] = (int) Math.max(0, count);
        offset += shape[axis] == 0 ? 0 : (int) from * strides[axis];
        strides[axis] = shape[axis] < 2 ? 0 : (int) (strides[axis] * step);
      }
      return a.take(shape, NdShape.indices(shape, strides, offset));
    });
  }

  private static @Nullable List<Long> given(Inputs in, int input, @Nullable List<Long> attribute) {
    var value = in.orNull(input);
    return value == null ? attribute : value.list();
  }

  private static Operator split(NodeDef node, Operator.Setting setting) {
    long along = node.attributes().integer("axis", 0);
    int outputs = node.outputs().size();
    return in -> {
      var a = in.get(0);
      int axis = NdShape.axis(along, a.axes());
      int size = a.size(axis);
      var sizes = given(in, 1, node.attributes().integers("split"));
      if (sizes == null) {
        int each = (size + outputs - 1) / outputs;
        sizes = IntStream.range(0, outputs)
            .mapToObj(i -> (long) Math.clamp(size - (long) i * each, 0, each)).toList();
      }
      if (sizes.size() != outputs || sizes.stream().anyMatch(s -> s < 0 || s > size)
          || sizes.stream().mapToLong(s -> s).sum() != size) {
        throw Refusal.of("parts of %s for %d outputs of an axis of size %d", sizes, outputs, size);
      }
      var parts = new NdArray[outputs];
      int from = 0;
      for (int i = 0; i < outputs; i++) {
        var shape = a.shape().clone();
        shape[axis] = sizes.get(i).intValue();
        var strides = NdShape.strides(a.shape());
        parts[i] = a.take(shape, NdShape.indices(shape, strides, from * strides[axis]));
        from += shape[axis];
      }
      return parts;
    };
  }

  private static Operator pad(NodeDef node, Operator.Setting setting) {
    var attributes = node.attributes();
    var mode = attributes.text("mode", "constant");
    if (!List.of("constant", "reflect", "edge", "wrap").contains(mode)) {
      throw Refusal.of("mode is %s, expected constant, reflect, edge or wrap", mode);
    }
    return Operator.one(in -> {
      var a = in.get(0);
      var pads = given(in, 1, attributes.integers("pads"));
      var named = given(in, 3, null);
      var axes = named == null ? IntStream.range(0, a.axes()).toArray()
          : named.stream().mapToInt(axis -> NdShape.axis(axis, a.axes())).toArray();
      if (pads == null || pads.size() != 2 * axes.length) {
        throw Refusal.of("pads are %s, expected a beginning and an end for %d axes", pads,
            axes.length);
      }
      var before = new long[a.axes()];
      var sizes = Arrays.stream(a.shape()).asLongStream().toArray();
      for (int i = 0; i < axes.length; i++) {
        before[axes[i]] = pads.get(i);
        sizes[axes[i]] = Math.addExact(sizes[axes[i]],
            Math.addExact(pads.get(i), pads.get(axes.length + i)));
      }
      var shape = NdShape.of(sizes);
      var fill = in.has(2) ? in.get(2)
          : Casting.cast(NdArray.of(new int[0], attributes.real("value", 0)), a.type());
      if (fill.type() != a.type() || fill.length() != 1) {
        throw Refusal.of("the value to pad %s with is %s", a, fill);
      }
      return padded(a, shape, before, mode, fill);
    });
  }

  private static NdArray padded(NdArray a, int[] shape, long[] before, String mode, NdArray fill) {
    NdArray.requireRoom(NdShape.elements(shape));
    var indices = new int[NdShape.elements(shape)];
    var from = NdShape.strides(a.shape());
    var to = NdShape.strides(shape);
    for (int i = 0; i < indices.length; i++) {
      int index = 0;
      for (int axis = 0; axis < shape.length && index >= 0; axis++) {
        long place = source(i / to[axis] % shape[axis] - before[axis], a.size(axis), mode);
        index = place < 0 ? -1 : index + (int) place * from[axis];
      }
      indices[i] = index < 0 ? a.length() : index;
    }
    return Layouts.joined(a, fill).take(shape, indices);
  }

  /// The place along an axis that an element comes from; −1 for none.
  private static long source(long place, int size, String mode) {
    if (place >= 0 && place < size) {
      return place;
    }
    if (mode.equals("constant")) {
      return -1;
    }
    if (size == 0) {
      throw new Refusal("an axis of size 0 has nothing to pad with");
    }
    return switch (mode) {
      case "edge" -> Math.clamp(place, 0, size - 1);
      case "wrap" -> Math.floorMod(place, (long) size);
      default -> {
        long period = Math.max(1, 2L * (size - 1));
        long within = Math.floorMod(place, period);
        yield within < size ? within : period - within;
      }
    };
  }
}

package dev.unroll.onnx.operator;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.NodeDef;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What stands around convolutions: BatchNormalization, MaxPool, and ScatterND.
final class ChannelOperators {
  private ChannelOperators() {}

  static Map<String, Operator.Factory> all() {
    var all = new TreeMap<String, Operator.Factory>();
    all.put("BatchNormalization", Folded.of(ChannelOperators::batchNormalization));
    all.put("MaxPool", (node, _) -> node.hasOutput(1) ? maxPool(node)
        : new Folded(maxPool(node)));
    all.put("ScatterND", ChannelOperators::scatter);
    return all;
  }

  /// `y = scale (x − mean) / √(var + ε) + b` for each channel.
  private static Operator batchNormalization(NodeDef node, Operator.Setting setting) {
    if (node.attributes().flag("training_mode", false) || node.hasOutput(1)) {
      throw new Refusal("training_mode is not supported; export the model for inference");
    }
    double epsilon = node.attributes().real("epsilon", 1e-5f);
    return Operator.one(in -> {
      var x = in.get(0);
      int channels = x.axes() > 1 ? x.size(1) : 1;
      for (int i = 1; i < 5; i++) {
        if (in.get(i).length() != channels) {
          throw Refusal.of("input %d is %s, expected one number for each of %d channels", i,
              in.get(i), channels);
        }
      }
      var to = new double[x.length()];
      int inner = x.axes() < 3 ? 1
          : NdShape.elements(Arrays.copyOfRange(x.shape(), 2, x.axes()));
      for (int i = 0; i < to.length; i++) {
        int c = i / inner % channels;
        to[i] = in.get(1).number(c) * (x.number(i) - in.get(3).number(c))
            / Math.sqrt(in.get(4).number(c) + epsilon) + in.get(2).number(c);
      }
      return Casting.cast(NdArray.of(x.shape(), to), x.type());
    });
  }

  /// The largest element under the kernel, and its place in the array; what is padded does not
  /// count.
  private static Operator maxPool(NodeDef node) {
    var attributes = node.attributes();
    var kernel = attributes.integers("kernel_shape");
    if (kernel == null) {
      throw new Refusal("kernel_shape is missing");
    }
    boolean up = attributes.flag("ceil_mode", false);
    boolean byColumns = attributes.flag("storage_order", false);
    var sizes = NdShape.of(kernel.stream().mapToLong(k -> k).toArray());
    return in -> {
      var x = in.get(0);
      var window = Window.of(attributes, x, sizes);
      int height = x.axes() == 3 ? 1 : x.size(2);
      int width = x.size(x.axes() - 1);
      int rows = window.steps(0, height, up);
      int columns = window.steps(1, width, up);
      var shape = x.axes() == 3 ? new int[] {x.size(0), x.size(1), columns}
          : new int[] {x.size(0), x.size(1), rows, columns};
      NdArray.requireRoom(NdShape.elements(shape));
      var places = new int[NdShape.elements(shape)];
      for (int i = 0; i < places.length; i++) {
        places[i] = largest(x, i / rows / columns * height * width, height, width, window,
            i / columns % rows, i % columns);
      }
      var least = Casting.cast(NdArray.of(new int[] {1}, Float.NEGATIVE_INFINITY), x.type());
      var largest = Layouts.joined(x, least).take(shape, places);
      var found = new long[node.hasOutput(1) ? places.length : 0];
      int plane = height * width;
      for (int i = 0; i < found.length; i++) {
        int within = places[i] % Math.max(plane, 1);
        found[i] = !byColumns ? places[i]
            : places[i] - within + within % width * height + within / width;
      }
      return node.hasOutput(1)
          ? new NdArray[] {largest, NdArray.of(ElementType.INT64, shape, found)}
          : new NdArray[] {largest};
    };
  }

  /// The place of the largest element; that behind all if the kernel covers padding alone.
  private static int largest(NdArray x, int plane, int height, int width, Window window, int i,
      int j) {
    double most = Double.NEGATIVE_INFINITY;
    int place = -1;
    for (int k = 0; k < window.kernel()[0]; k++) {
      int row = i * window.strides()[0] + k * window.dilations()[0] - window.before()[0];
      for (int l = 0; l < window.kernel()[1] && row >= 0 && row < height; l++) {
        int column = j * window.strides()[1] + l * window.dilations()[1] - window.before()[1];
        if (column >= 0 && column < width) {
          int at = plane + row * width + column;
          double value = x.number(at);
          if (place < 0 || value > most || Double.isNaN(value) && !Double.isNaN(most)) {
            most = value;
            place = at;
          }
        }
      }
    }
    return place < 0 ? x.length() : place;
  }

  /// A copy of the data with parts replaced, or combined with what is there; of parts that are
  /// replaced twice, the last counts.
  private static Operator scatter(NodeDef node, Operator.Setting setting) {
    var reduction = node.attributes().text("reduction", "none");
    if (!List.of("none", "add", "mul", "min", "max").contains(reduction)) {
      throw Refusal.of("reduction is %s, expected none, add, mul, min or max", reduction);
    }
    return Operator.one(in -> {
      var data = in.get(0);
      var places = in.get(1);
      var updates = in.get(2);
      int depth = places.axes() == 0 ? 0 : places.size(places.axes() - 1);
      if (depth < 1 || depth > data.axes() || updates.type() != data.type()) {
        throw Refusal.of("indices are %s and updates %s, which do not fit %s", places, updates,
            data);
      }
      int inner = NdShape.elements(Arrays.copyOfRange(data.shape(), depth, data.axes()));
      int count = places.length() / depth;
      if (updates.length() != (long) count * inner) {
        throw Refusal.of("updates are %s, expected %d parts of %d elements", updates, count,
            inner);
      }
      var strides = NdShape.strides(data.shape());
      var indices = new int[data.length()];
      Arrays.setAll(indices, i -> i);
      var combined = reduction.equals("none") ? null : data.copy();
      for (int n = 0; n < count; n++) {
        int at = 0;
        for (int k = 0; k < depth; k++) {
          long index = places.longs()[n * depth + k];
          int size = data.size(k);
          if (index < -size || index >= size) {
            throw Refusal.of("index %d along an axis of size %d", index, size);
          }
          at += (int) (index < 0 ? index + size : index) * strides[k];
        }
        for (int i = 0; i < inner; i++) {
          indices[at + i] = data.length() + n * inner + i;
          if (combined != null) {
            combine(reduction, combined, at + i, updates, n * inner + i);
          }
        }
      }
      if (combined != null) {
        return combined;
      }
      return Layouts.joined(data, updates).take(data.shape(), indices);
    });
  }

  /// Changes an element of an array that nobody else has yet.
  private static void combine(String reduction, NdArray to, int at, NdArray updates, int from) {
    switch (to.elements()) {
      case float[] f -> f[at] = to.type().round((float) combine(reduction, f[at],
          updates.floats()[from]));
      case double[] d -> d[at] = combine(reduction, d[at], updates.doubles()[from]);
      case long[] l -> {
        long value = updates.longs()[from];
        l[at] = to.type().wrap(switch (reduction) {
          case "add" -> l[at] + value;
          case "mul" -> l[at] * value;
          case "min" -> Math.min(l[at], value);
          default -> Math.max(l[at], value);
        });
      }
      default -> throw Refusal.of("%s cannot be combined, only replaced", to);
    }
  }

  private static double combine(String reduction, double a, double b) {
    return switch (reduction) {
      case "add" -> a + b;
      case "mul" -> a * b;
      case "min" -> Math.min(a, b);
      default -> Math.max(a, b);
    };
  }
}

package dev.unroll.onnx.operator;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.NodeDef;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// What stands around convolutions: BatchNormalization, MaxPool, and ScatterND.
final class ChannelOperators {
  private ChannelOperators() {}

  static Map<String, Operator.Factory> all() {
    var all = new TreeMap<String, Operator.Factory>();
    all.put("BatchNormalization", ChannelOperators::batchNormalization);
    all.put("MaxPool", ChannelOperators::maxPool);
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

  /// The largest element under the kernel; what is padded does not count.
  private static Operator maxPool(NodeDef node, Operator.Setting setting) {
    var attributes = node.attributes();
    var kernel = attributes.integers("kernel_shape");
    if (kernel == null || node.hasOutput(1)) {
      throw new Refusal("kernel_shape is needed, and the second output is not supported");
    }
    boolean up = attributes.flag("ceil_mode", false);
    var sizes = NdShape.of(kernel.stream().mapToLong(k -> k).toArray());
    return Operator.one(in -> {
      var x = in.get(0);
      var window = Window.of(attributes, x, sizes);
      int height = x.axes() == 3 ? 1 : x.size(2);
      int width = x.size(x.axes() - 1);
      int rows = window.steps(0, height, up);
      int columns = window.steps(1, width, up);
      var shape = x.axes() == 3 ? new int[] {x.size(0), x.size(1), columns}
          : new int[] {x.size(0), x.size(1), rows, columns};
      var to = (float[]) NdArray.allocate(ElementType.FLOAT, NdShape.elements(shape));
      var from = x.asFloats();
      for (int p = 0; p < x.size(0) * x.size(1); p++) {
        for (int i = 0; i < rows; i++) {
          for (int j = 0; j < columns; j++) {
            to[(p * rows + i) * columns + j] =
                largest(from, p * height * width, height, width, window, i, j);
          }
        }
      }
      return NdArray.real(x.type(), shape, to);
    });
  }

  private static float largest(float[] x, int plane, int height, int width, Window window, int i,
      int j) {
    float most = Float.NEGATIVE_INFINITY;
    for (int k = 0; k < window.kernel()[0]; k++) {
      int row = i * window.strides()[0] + k * window.dilations()[0] - window.before()[0];
      for (int l = 0; l < window.kernel()[1] && row >= 0 && row < height; l++) {
        int column = j * window.strides()[1] + l * window.dilations()[1] - window.before()[1];
        if (column >= 0 && column < width) {
          most = Math.max(most, x[plane + row * width + column]);
        }
      }
    }
    return most;
  }

  /// A copy of the data with parts replaced; of parts that are replaced twice, the last counts.
  private static Operator scatter(NodeDef node, Operator.Setting setting) {
    var reduction = node.attributes().text("reduction", "none");
    if (!reduction.equals("none")) {
      throw Refusal.of("reduction %s is not supported", reduction);
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
        }
      }
      return Layouts.joined(data, updates).take(data.shape(), indices);
    });
  }
}

package dev.unroll.onnx.operator;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.Attributes;
import dev.unroll.onnx.proto.NodeDef;
import java.util.Arrays;

/// ConvTranspose over one or two axes, the transpose of a [Convolution] as a matrix, in float32:
/// every input adds a copy of the kernel to the output.
///
/// ```
/// y[n, m, i·s + k·d − p, j·s' + l·d' − p'] += w[c, m, k, l] x[n, c, i, j]        + b[m]
/// size of y = s (size of x − 1) + output_padding + (kernel − 1) d + 1 − pads
/// ```
final class TransposedConvolution {
  private TransposedConvolution() {}

  static Operator of(NodeDef node, Operator.Setting setting) {
    var attributes = node.attributes();
    long groups = attributes.integer("group", 1);
    return Operator.one(in -> {
      var x = in.get(0);
      var w = in.get(1);
      if (x.axes() != w.axes() || x.axes() < 3 || groups < 1 || w.size(0) % groups != 0
          || x.size(1) != w.size(0)) {
        throw Refusal.of("X is %s and W is %s, which do not fit with %d groups", x, w, groups);
      }
      int outputs = Math.multiplyExact(w.size(1), (int) groups);
      if (in.has(2) && !Arrays.equals(in.get(2).shape(), new int[] {outputs})) {
        throw Refusal.of("B is %s, expected one number for each of %d channels", in.get(2),
            outputs);
      }
      var kernel = Arrays.copyOfRange(w.shape(), 2, w.axes());
      var window = Window.plain(attributes, x, kernel);
      return run(x, w, in.has(2) ? in.get(2).asFloats() : new float[outputs], (int) groups, window,
          sizes(attributes, x, window));
    });
  }

  /// The sizes of the output; where they are given, the padding before each axis follows from them.
  private static int[] sizes(Attributes attributes, NdArray x, Window window) {
    int axes = x.axes() - 2;
    var automatic = attributes.text("auto_pad", "NOTSET");
    var given = attributes.integers("output_shape");
    var more = attributes.integers("output_padding");
    if (given != null && given.size() != axes || more != null && more.size() != axes) {
      throw Refusal.of("output_shape is %s and output_padding %s, expected %d numbers", given,
          more, axes);
    }
    var sizes = new int[] {1, 1};
    for (int i = 0; i < axes; i++) {
      int at = 2 - axes + i;
      long whole = window.strides()[at] * (x.size(2 + i) - 1L) + (more == null ? 0 : more.get(i))
          + (window.kernel()[at] - 1L) * window.dilations()[at] + 1;
      long size = switch (automatic) {
        case "NOTSET", "VALID" -> given != null ? given.get(i)
            : whole - window.before()[at] - window.after()[at];
        case "SAME_UPPER", "SAME_LOWER" -> given != null ? given.get(i)
            : (long) x.size(2 + i) * window.strides()[at];
        default -> throw Refusal.of("auto_pad is %s", automatic);
      };
      if (given != null || automatic.startsWith("SAME")) {
        long all = Math.max(0, whole - size);
        window.before()[at] =
            Math.toIntExact(automatic.equals("SAME_UPPER") ? all / 2 : all - all / 2);
      }
      sizes[at] = NdShape.of(size)[0];
    }
    return sizes;
  }

  private static NdArray run(NdArray x, NdArray w, float[] bias, int groups, Window window,
      int[] sizes) {
    boolean flat = x.axes() == 3;
    int height = flat ? 1 : x.size(2);
    int width = x.size(x.axes() - 1);
    int inputs = x.size(1);
    int each = w.size(1);
    var shape = flat ? new int[] {x.size(0), bias.length, sizes[1]}
        : new int[] {x.size(0), bias.length, sizes[0], sizes[1]};
    var to = (float[]) NdArray.allocate(ElementType.FLOAT, NdShape.elements(shape));
    int plane = sizes[0] * sizes[1];
    for (int p = 0; p < x.size(0) * bias.length; p++) {
      Arrays.fill(to, p * plane, (p + 1) * plane, bias[p % bias.length]);
    }
    var from = x.asFloats();
    var weights = w.asFloats();
    int kernel = window.kernel()[0] * window.kernel()[1];
    for (int n = 0; n < x.size(0); n++) {
      for (int c = 0; c < inputs; c++) {
        int group = c / (inputs / groups);
        for (int m = 0; m < each; m++) {
          add(window, weights, (c * each + m) * kernel, from, (n * inputs + c) * height * width,
              height, width, to, (n * bias.length + group * each + m) * plane, sizes);
        }
      }
    }
    return NdArray.real(x.type(), shape, to);
  }

  private static void add(Window window, float[] weights, int weight, float[] x, int from,
      int height, int width, float[] to, int plane, int[] sizes) {
    for (int k = 0; k < window.kernel()[0]; k++) {
      for (int l = 0; l < window.kernel()[1]; l++) {
        float factor = weights[weight + k * window.kernel()[1] + l];
        int shift = l * window.dilations()[1] - window.before()[1];
        for (int i = 0; i < height; i++) {
          int row = i * window.strides()[0] + k * window.dilations()[0] - window.before()[0];
          if (row < 0 || row >= sizes[0]) {
            continue;
          }
          for (int j = 0; j < width; j++) {
            int column = j * window.strides()[1] + shift;
            if (column >= 0 && column < sizes[1]) {
              to[plane + row * sizes[1] + column] += factor * x[from + i * width + j];
            }
          }
        }
      }
    }
  }
}

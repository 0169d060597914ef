package dev.unroll.onnx.operator;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.NodeDef;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Conv over one or two axes, with groups, strides and dilation, in float32.
///
/// ```
/// y[n, m, i, j] = b[m] + Σ w[m, c, k, l] x[n, c + g·C/G, i·s + k·d − p, j·s' + l·d' − p']
/// ```
///
/// Where there are few places, all channels of the output are computed at once for each place, as a
/// product of what the kernel covers there with the weights, turned once; where there are many, row
/// by row.
final class Convolution {
  private static final int FEW = 32;

  private @Nullable NdArray known;
  private float[] turned = {};

  private Convolution() {}

  static Operator conv(NodeDef node, Operator.Setting setting) {
    var attributes = node.attributes();
    long groups = attributes.integer("group", 1);
    var convolution = new Convolution();
    return Operator.one(in -> {
      var x = in.get(0);
      var w = in.get(1);
      if (x.axes() != w.axes() || x.axes() < 3 || groups < 1 || w.size(0) % groups != 0
          || x.size(1) != w.size(1) * groups) {
        throw Refusal.of("X is %s and W is %s, which do not fit with %d groups", x, w, groups);
      }
      if (in.has(2) && !Arrays.equals(in.get(2).shape(), new int[] {w.size(0)})) {
        throw Refusal.of("B is %s, expected one number for each of %d channels", in.get(2),
            w.size(0));
      }
      var window = Window.of(attributes, x, Arrays.copyOfRange(w.shape(), 2, w.axes()));
      return convolution.run(x, w, in.has(2) ? in.get(2).asFloats() : new float[w.size(0)],
          (int) groups,
          window);
    });
  }

  private NdArray run(NdArray x, NdArray w, float[] bias, int groups, Window window) {
    boolean flat = x.axes() == 3;
    int height = flat ? 1 : x.size(2);
    int width = x.size(x.axes() - 1);
    int rows = window.steps(0, height, false);
    int columns = window.steps(1, width, false);
    int outputs = w.size(0);
    int inputs = w.size(1);
    var shape = flat ? new int[] {x.size(0), outputs, columns}
        : new int[] {x.size(0), outputs, rows, columns};
    var to = (float[]) NdArray.allocate(ElementType.FLOAT, NdShape.elements(shape));
    var from = x.asFloats();
    var weights = w.asFloats();
    int kernel = window.kernel()[0] * window.kernel()[1];
    if (rows * columns < FEW && inputs * kernel > 0) {
      turn(w, groups, inputs * kernel);
      for (int n = 0; n < x.size(0); n++) {
        for (int g = 0; g < groups; g++) {
          product(window, from, (n * groups + g) * inputs * height * width,
              new int[] {inputs, height, width, rows, columns}, g, outputs / groups, bias, to,
              (n * groups + g) * (outputs / groups) * rows * columns);
        }
      }
      return NdArray.real(x.type(), shape, to);
    }
    for (int n = 0; n < x.size(0); n++) {
      for (int m = 0; m < outputs; m++) {
        int plane = (n * outputs + m) * rows * columns;
        Arrays.fill(to, plane, plane + rows * columns, bias[m]);
        int channel = n * x.size(1) + m / (outputs / groups) * inputs;
        for (int c = 0; c < inputs; c++) {
          add(window, weights, (m * inputs + c) * kernel, from, (channel + c) * height * width,
              height, width, to, plane, rows, columns);
        }
      }
    }
    return NdArray.real(x.type(), shape, to);
  }

  /// Turns the weights of each group, `[M/G, C/G · K]`, to `[C/G · K, M/G]`; arrays do not change,
  /// so those of a model are turned once.
  private void turn(NdArray w, int groups, int inner) {
    if (known == w) {
      return;
    }
    var weights = w.asFloats();
    int each = w.size(0) / groups;
    turned = new float[weights.length];
    for (int m = 0; m < w.size(0); m++) {
      for (int i = 0; i < inner; i++) {
        turned[m / each * each * inner + i * each + m % each] = weights[m * inner + i];
      }
    }
    known = w;
  }

  /// One group of one sample: place by place, what the kernel covers times the turned weights.
  ///
  /// @param sizes channels of the group, height and width of x, rows and columns of y
  private void product(Window window, float[] x, int from, int[] sizes, int group, int outputs,
      float[] bias, float[] to, int plane) {
    int kernel = window.kernel()[0] * window.kernel()[1];
    int inner = sizes[0] * kernel;
    int places = sizes[3] * sizes[4];
    var covered = new float[inner];
    var sums = new float[outputs];
    for (int place = 0; place < places; place++) {
      int top = place / sizes[4] * window.strides()[0] - window.before()[0];
      int left = place % sizes[4] * window.strides()[1] - window.before()[1];
      for (int i = 0; i < inner; i++) {
        int row = top + i % kernel / window.kernel()[1] * window.dilations()[0];
        int column = left + i % window.kernel()[1] * window.dilations()[1];
        covered[i] = row < 0 || row >= sizes[1] || column < 0 || column >= sizes[2] ? 0
            : x[from + (i / kernel * sizes[1] + row) * sizes[2] + column];
      }
      System.arraycopy(bias, group * outputs, sums, 0, outputs);
      Products.add(covered, 0, turned, group * outputs * inner, sums, 0, 1, inner, outputs);
      for (int m = 0; m < outputs; m++) {
        to[plane + m * places + place] = sums[m];
      }
    }
  }

  /// Adds what one channel gives to one plane; the inner loop runs over a row of it.
  private static void add(Window window, float[] weights, int weight, float[] x, int from,
      int height, int width, float[] to, int plane, int rows, int columns) {
    int stride = window.strides()[1];
    for (int k = 0; k < window.kernel()[0]; k++) {
      for (int l = 0; l < window.kernel()[1]; l++) {
        float factor = weights[weight + k * window.kernel()[1] + l];
        int shift = l * window.dilations()[1] - window.before()[1];
        int first = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
        int end = width - shift <= 0 ? 0
            : Math.min(columns, (width - shift + stride - 1) / stride);
        for (int i = 0; i < rows; i++) {
          int row = i * window.strides()[0] + k * window.dilations()[0] - window.before()[0];
          if (row < 0 || row >= height) {
            continue;
          }
          int at = from + row * width + shift;
          int out = plane + i * columns;
          for (int j = first; j < end; j++) {
            to[out + j] += factor * x[at + j * stride];
          }
        }
      }
    }
  }
}

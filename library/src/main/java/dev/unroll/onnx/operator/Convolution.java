package dev.unroll.onnx.operator;

import dev.unroll.kernel.Kernels;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.NodeDef;
import java.util.Arrays;

/// Conv over one or two axes, with groups, strides and dilation, in float32.
///
/// ```
/// y[n, m, i, j] = b[m] + Σ w[m, c, k, l] x[n, c + g·C/G, i·s + k·d − p, j·s' + l·d' − p']
/// ```
///
/// All channels of a group are computed at once, for many places of many samples, as a product of
/// what the kernel covers at each place with the weights. What it covers is copied together unless
/// it lies together already: with one channel and no padding, or where the kernel covers all.
/// Groups of few channels with many places, for which products are too narrow, are added up row by
/// row.
public final class Convolution {
  /// A group of fewer output channels may be added up row by row.
  public static final int FEW_CHANNELS = 4;

  private static final int MANY_PLACES = 32;

  /// The numbers that are copied together at a time.
  private static final int BLOCK = 1 << 16;

  private final PackedMatrix[] matrices;
  private final Kernels kernels;
  private final Reused memory;
  private float[] covered = {};
  private float[] sums = {};
  private int[] known = {};
  private int[] mapped = {};

  private Convolution(Operator.Setting setting, int groups) {
    kernels = setting.engine().kernels();
    memory = new Reused(setting);
    matrices = new PackedMatrix[groups];
  }

  static Operator conv(NodeDef node, Operator.Setting setting) {
    var attributes = node.attributes();
    long groups = attributes.integer("group", 1);
    if (groups < 1 || groups > 1 << 16) {
      throw Refusal.of("group is %d, expected 1 to %d", groups, 1 << 16);
    }
    var convolution = new Convolution(setting, (int) groups);
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
    var to = memory.floats(NdShape.elements(shape));
    var from = x.asFloats();
    int kernel = window.kernel()[0] * window.kernel()[1];
    if (inputs * kernel == 0 || rows * columns >= MANY_PLACES && outputs / groups < FEW_CHANNELS) {
      var weights = w.asFloats();
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
    } else {
      var sizes = new Sizes(x.size(0), groups, inputs, height, width, rows, columns,
          outputs / groups);
      for (int g = 0; g < groups; g++) {
        var matrix = matrices[g];
        if (matrix == null) {
          matrix = new PackedMatrix(kernels);
          matrices[g] = matrix;
        }
        int inner = inputs * kernel;
        matrix.of(w, g * sizes.outputs * inner, inner, sizes.outputs, 1, inner);
        products(window, from, sizes, g, matrix, bias, to);
      }
    }
    return NdArray.real(x.type(), shape, to);
  }

  /// @param inputs the channels of a group
  /// @param outputs likewise
  private record Sizes(int samples, int groups, int inputs, int height, int width, int rows,
      int columns, int outputs) {

    int places() {
      return rows * columns;
    }
  }

  /// One group of all samples.
  private void products(Window window, float[] x, Sizes sizes, int group, PackedMatrix matrix,
      float[] bias, float[] to) {
    int kernel = window.kernel()[0] * window.kernel()[1];
    int inner = sizes.inputs * kernel;
    int plane = sizes.height * sizes.width;
    int sample = sizes.groups * sizes.inputs * plane;
    int first = group * sizes.inputs * plane;
    boolean covers = sizes.places() == 1 && kernel == plane && window.isPlain();
    boolean slides = sizes.inputs == 1 && sizes.height == 1 && window.kernel()[0] == 1
        && window.isPlain();
    int all = Math.multiplyExact(sizes.samples, sizes.places());
    int most = covers ? all
        : slides ? sizes.places() : Math.clamp(BLOCK / inner, 1, Math.max(all, 1));
    for (int from = 0; from < all;) {
      int count = Math.min(most, all - from);
      sums = grown(sums, Math.multiplyExact(count, sizes.outputs));
      if (covers) {
        matrix.multiply(x, first, sample, count, sums, 0, sizes.outputs);
      } else if (slides) {
        matrix.multiply(x, first + from / sizes.places() * sample, window.strides()[1], count,
            sums, 0, sizes.outputs);
      } else {
        covered = grown(covered, Math.multiplyExact(count, inner));
        var map = map(window, sizes, inner);
        for (int i = 0; i < count; i++) {
          int start = first + (from + i) / sizes.places() * sample;
          int place = (from + i) % sizes.places();
          if (map.length > 0) {
            gather(map, place * inner, x, start, i * inner, inner);
          } else {
            cover(window, x, start, sizes, place, i * inner);
          }
        }
        matrix.multiply(covered, 0, inner, count, sums, 0, sizes.outputs);
      }
      put(sizes, group, from, count, bias, to);
      from += count;
    }
  }

  private static float[] grown(float[] array, int length) {
    return array.length >= length ? array : new float[length];
  }

  /// Where in a sample what the kernel covers at each place lies, −1 for padding; none if that is
  /// too much to keep.
  private int[] map(Window window, Sizes sizes, int inner) {
    long length = (long) sizes.places() * inner;
    if (length > BLOCK) {
      return new int[0];
    }
    var shape = new int[] {sizes.inputs, sizes.height, sizes.width, sizes.rows, sizes.columns,
      window.kernel()[0], window.kernel()[1]};
    if (!Arrays.equals(mapped, shape)) {
      var map = new int[(int) length];
      for (int i = 0; i < map.length; i++) {
        int place = i / inner;
        int k = i % inner % (window.kernel()[0] * window.kernel()[1]);
        int channel = i % inner / (window.kernel()[0] * window.kernel()[1]);
        int row = place / sizes.columns * window.strides()[0] - window.before()[0]
            + k / window.kernel()[1] * window.dilations()[0];
        int column = place % sizes.columns * window.strides()[1] - window.before()[1]
            + k % window.kernel()[1] * window.dilations()[1];
        map[i] = row < 0 || row >= sizes.height || column < 0 || column >= sizes.width ? -1
            : (channel * sizes.height + row) * sizes.width + column;
      }
      known = map;
      mapped = shape;
    }
    return known;
  }

  private void gather(int[] map, int from, float[] x, int start, int to, int count) {
    for (int i = 0; i < count; i++) {
      int place = map[from + i];
      covered[to + i] = place < 0 ? 0 : x[start + place];
    }
  }

  /// Copies what the kernel covers at a place.
  private void cover(Window window, float[] x, int first, Sizes sizes, int place, int to) {
    int top = place / sizes.columns * window.strides()[0] - window.before()[0];
    int left = place % sizes.columns * window.strides()[1] - window.before()[1];
    int wide = window.kernel()[1];
    int step = window.dilations()[1];
    boolean inside = left >= 0 && left + (wide - 1) * step < sizes.width;
    int at = to;
    for (int c = 0; c < sizes.inputs; c++) {
      for (int k = 0; k < window.kernel()[0]; k++, at += wide) {
        int row = top + k * window.dilations()[0];
        if (row < 0 || row >= sizes.height) {
          Arrays.fill(covered, at, at + wide, 0);
          continue;
        }
        int from = first + (c * sizes.height + row) * sizes.width + left;
        if (inside && step == 1 && wide > FEW_CHANNELS) {
          System.arraycopy(x, from, covered, at, wide);
          continue;
        }
        for (int l = 0; l < wide; l++) {
          int column = left + l * step;
          covered[at + l] = column < 0 || column >= sizes.width ? 0 : x[from + l * step];
        }
      }
    }
  }

  /// Writes the sums of places with their biases to the planes of the channels.
  private void put(Sizes sizes, int group, int from, int count, float[] bias, float[] to) {
    int places = sizes.places();
    int outputs = sizes.outputs;
    for (int i = 0; i < count;) {
      int n = (from + i) / places;
      int place = (from + i) % places;
      int part = Math.min(places - place, count - i);
      int plane = (n * sizes.groups + group) * outputs * places + place;
      for (int m = 0; m < outputs; m++) {
        float add = bias[group * outputs + m];
        for (int p = 0, at = i * outputs + m; p < part; p++, at += outputs) {
          to[plane + m * places + p] = sums[at] + add;
        }
      }
      i += part;
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

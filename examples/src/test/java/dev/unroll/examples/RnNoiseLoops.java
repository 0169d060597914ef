package dev.unroll.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;

/// RNNoise as plain loops in double, as `compute_rnn` of its authors has them, with exact functions
/// in place of tables.
final class RnNoiseLoops {
  private final List<double[]> arrays;

  RnNoiseLoops(Path file) throws IOException {
    arrays = Files.readAllLines(file).stream().skip(1).map(line -> Arrays.stream(line.split(" "))
        .filter(word -> !word.isEmpty()).mapToDouble(Double::parseDouble).toArray()).toList();
  }

  double[][] run(float[][] features) {
    double[][] said = new double[features.length][];
    double[] v = new double[24];
    double[] n = new double[48];
    double[] d = new double[96];
    for (int t = 0; t < said.length; t++) {
      double[] x = new double[features[t].length];
      for (int i = 0; i < x.length; i++) {
        x[i] = features[t][i];
      }
      double[] e = dense(x, 1, Math::tanh);
      v = gru(e, v, 4, Math::tanh);
      n = gru(join(e, v, x), n, 8, a -> Math.max(a, 0));
      d = gru(join(v, n, x), d, 12, Math::tanh);
      said[t] = join(dense(d, 16, RnNoiseLoops::sigmoid), dense(v, 19, RnNoiseLoops::sigmoid));
    }
    return said;
  }

  private double[] dense(double[] x, int at, DoubleUnaryOperator function) {
    double[] y = arrays.get(at + 1).clone();
    for (int i = 0; i < y.length; i++) {
      for (int j = 0; j < x.length; j++) {
        y[i] += arrays.get(at)[j * y.length + i] * x[j];
      }
      y[i] = function.applyAsDouble(y[i] / 256);
    }
    return y;
  }

  private double[] gru(double[] x, double[] h, int at, DoubleUnaryOperator function) {
    int size = h.length;
    double[] z = new double[size];
    double[] r = new double[size];
    double[] ones = new double[size];
    Arrays.fill(ones, 1);
    for (int i = 0; i < size; i++) {
      z[i] = sigmoid(sum(x, h, ones, at, i));
      r[i] = sigmoid(sum(x, h, ones, at, size + i));
    }
    double[] next = new double[size];
    for (int i = 0; i < size; i++) {
      next[i] = z[i] * h[i] + (1 - z[i]) * function.applyAsDouble(sum(x, h, r, at, 2 * size + i));
    }
    return next;
  }

  private double sum(double[] x, double[] h, double[] reset, int at, int row) {
    int rows = 3 * h.length;
    double sum = arrays.get(at + 2)[row];
    for (int j = 0; j < x.length; j++) {
      sum += arrays.get(at)[j * rows + row] * x[j];
    }
    for (int j = 0; j < h.length; j++) {
      sum += arrays.get(at + 1)[j * rows + row] * h[j] * reset[j];
    }
    return sum / 256;
  }

  private static double[] join(double[]... parts) {
    return Arrays.stream(parts).flatMapToDouble(DoubleStream::of).toArray();
  }

  private static double sigmoid(double a) {
    return 1 / (1 + Math.exp(-a));
  }
}

package dev.unroll.testkit;

import java.util.function.DoubleUnaryOperator;

/// The cells of the golden files as plain loops in `double`, for one entry of the batch. Written
/// apart from the library, which is itself compared with these files.
final class PlainCells {
  /// One step: reads `x` and the previous `h` and `c`, and replaces what `h` and `c` hold.
  interface Step {
    void apply(double[] x, double[] h, double[] c);
  }

  /// `W [G·H, F]`, `U [G·H, H]` and one bias for each, gates one block of H rows after the other.
  record Weights(double[] w, double[] u, double[] bw, double[] bu) {

    double fromInput(int row, double[] x) {
      return dot(w, row, x) + bw[row];
    }

    double fromState(int row, double[] h) {
      return dot(u, row, h) + bu[row];
    }

    double sum(int row, double[] x, double[] h) {
      return fromInput(row, x) + fromState(row, h);
    }
  }

  private PlainCells() {}

  /// @param order     places of the gates i f g o among the blocks of rows
  /// @param peepholes `Pi`, `Po`, `Pf` one after the other, or zeros
  /// @param coupled   whether f = 1 − i
  static Step lstm(Weights weights, int[] order, double[] peepholes, boolean coupled) {
    return (x, h, c) -> {
      int H = c.length;
      double[] hPrev = h.clone();
      for (int k = 0; k < H; k++) {
        double i = sigmoid(weights.sum(order[0] * H + k, x, hPrev) + peepholes[k] * c[k]);
        double f = sigmoid(weights.sum(order[1] * H + k, x, hPrev) + peepholes[2 * H + k] * c[k]);
        double g = Math.tanh(weights.sum(order[2] * H + k, x, hPrev));
        c[k] = (coupled ? 1 - i : f) * c[k] + i * g;
        double o = sigmoid(weights.sum(order[3] * H + k, x, hPrev) + peepholes[H + k] * c[k]);
        h[k] = o * Math.tanh(c[k]);
      }
    };
  }

  /// An LSTM whose `h` is `projection [P, H]` times the usual one; gates i f g o.
  static Step projectedLstm(Weights weights, double[] projection) {
    return (x, h, c) -> {
      int H = c.length;
      double[] inner = new double[H];
      for (int k = 0; k < H; k++) {
        double i = sigmoid(weights.sum(k, x, h));
        double f = sigmoid(weights.sum(H + k, x, h));
        double g = Math.tanh(weights.sum(2 * H + k, x, h));
        double o = sigmoid(weights.sum(3 * H + k, x, h));
        c[k] = f * c[k] + i * g;
        inner[k] = o * Math.tanh(c[k]);
      }
      for (int p = 0; p < h.length; p++) {
        h[p] = dot(projection, p, inner);
      }
    };
  }

  /// Reset after the product. `r` and `z` are the places of those gates; n is the third.
  static Step gruResetAfter(Weights weights, int r, int z) {
    return (x, h, c) -> {
      int H = h.length;
      double[] hPrev = h.clone();
      for (int k = 0; k < H; k++) {
        double reset = sigmoid(weights.sum(r * H + k, x, hPrev));
        double update = sigmoid(weights.sum(z * H + k, x, hPrev));
        double n =
            Math.tanh(
                weights.fromInput(2 * H + k, x) + reset * weights.fromState(2 * H + k, hPrev));
        h[k] = (1 - update) * n + update * hPrev[k];
      }
    };
  }

  /// Reset before the product, gates as above.
  static Step gruResetBefore(Weights weights, int r, int z) {
    return (x, h, c) -> {
      int H = h.length;
      double[] hPrev = h.clone();
      double[] resetH = new double[H];
      for (int k = 0; k < H; k++) {
        resetH[k] = sigmoid(weights.sum(r * H + k, x, hPrev)) * hPrev[k];
      }
      for (int k = 0; k < H; k++) {
        double update = sigmoid(weights.sum(z * H + k, x, hPrev));
        double n = Math.tanh(weights.sum(2 * H + k, x, resetH));
        h[k] = (1 - update) * n + update * hPrev[k];
      }
    };
  }

  static Step rnn(Weights weights, DoubleUnaryOperator activation) {
    return (x, h, c) -> {
      double[] hPrev = h.clone();
      for (int k = 0; k < h.length; k++) {
        h[k] = activation.applyAsDouble(weights.sum(k, x, hPrev));
      }
    };
  }

  static double sigmoid(double a) {
    return 1 / (1 + Math.exp(-a));
  }

  static double relu(double a) {
    return Math.max(0, a);
  }

  private static double dot(double[] matrix, int row, double[] vector) {
    double sum = 0;
    for (int k = 0; k < vector.length; k++) {
      sum += matrix[row * vector.length + k] * vector[k];
    }
    return sum;
  }
}

package dev.unroll.onnx;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// RNN, GRU and LSTM as the text of ONNX has them, in plain loops in `double` over single numbers:
/// what the operators are compared with. Nothing of the library is used.
record PlainRecurrent(String operator, String direction, int layout, List<String> activations,
    float[] alphas, float[] betas, double clip, boolean inputForget, boolean linearBeforeReset) {

  /// Sizes: T steps, B samples, F features, H units.
  record Sizes(int time, int batch, int features, int hidden) {}

  /// Y, Y_h, Y_c in the layout of the node.
  record Result(double[] y, double[] h, double[] c) {}

  int directions() {
    return direction.equals("bidirectional") ? 2 : 1;
  }

  int gates() {
    return operator.equals("RNN") ? 1 : operator.equals("GRU") ? 3 : 4;
  }

  Result run(Sizes n, float[] x, float[] w, float[] r, float @Nullable [] b,
      long @Nullable [] lengths, float @Nullable [] h0, float @Nullable [] c0,
      float @Nullable [] p) {
    int dirs = directions();
    var y = new double[n.time * dirs * n.batch * n.hidden];
    var yh = new double[dirs * n.batch * n.hidden];
    var yc = new double[dirs * n.batch * n.hidden];
    for (int d = 0; d < dirs; d++) {
      boolean back = direction.equals("reverse") || d == 1;
      for (int s = 0; s < n.batch; s++) {
        int length = lengths == null ? n.time : (int) lengths[s];
        var h = new double[n.hidden];
        var c = new double[n.hidden];
        for (int j = 0; j < n.hidden; j++) {
          int at = state(n, d, s) + j;
          h[j] = h0 == null ? 0 : h0[at];
          c[j] = c0 == null ? 0 : c0[at];
        }
        for (int k = 0; k < length; k++) {
          int t = back ? length - 1 - k : k;
          var xt = new double[n.features];
          for (int f = 0; f < n.features; f++) {
            xt[f] = x[(layout == 0 ? t * n.batch + s : s * n.time + t) * n.features + f];
          }
          step(n, d, xt, h, c, w, r, b, p);
          for (int j = 0; j < n.hidden; j++) {
            int row = layout == 0 ? (t * dirs + d) * n.batch + s : (s * n.time + t) * dirs + d;
            y[row * n.hidden + j] = h[j];
          }
        }
        for (int j = 0; j < n.hidden; j++) {
          yh[state(n, d, s) + j] = h[j];
          yc[state(n, d, s) + j] = c[j];
        }
      }
    }
    return new Result(y, yh, yc);
  }

  private int state(Sizes n, int d, int s) {
    return (layout == 0 ? d * n.batch + s : s * directions() + d) * n.hidden;
  }

  private void step(Sizes n, int d, double[] x, double[] h, double[] c, float[] w, float[] r,
      float @Nullable [] b, float @Nullable [] p) {
    int hidden = n.hidden;
    var next = new double[hidden];
    var memory = new double[hidden];
    if (operator.equals("RNN")) {
      for (int j = 0; j < hidden; j++) {
        next[j] = f(d, 0, ofX(n, d, 0, j, x, w) + ofH(n, d, 0, j, h, r) + bias(n, d, 0, j, b)
            + bias(n, d, 1, j, b));
      }
    } else if (operator.equals("GRU")) {
      var reset = new double[hidden];
      for (int j = 0; j < hidden; j++) {
        reset[j] = f(d, 0, ofX(n, d, 1, j, x, w) + ofH(n, d, 1, j, h, r) + bias(n, d, 1, j, b)
            + bias(n, d, 4, j, b));
      }
      var resetH = new double[hidden];
      for (int j = 0; j < hidden; j++) {
        resetH[j] = reset[j] * h[j];
      }
      for (int j = 0; j < hidden; j++) {
        double z = f(d, 0, ofX(n, d, 0, j, x, w) + ofH(n, d, 0, j, h, r) + bias(n, d, 0, j, b)
            + bias(n, d, 3, j, b));
        double candidate = linearBeforeReset
            ? f(d, 1, ofX(n, d, 2, j, x, w)
                + reset[j] * (ofH(n, d, 2, j, h, r) + bias(n, d, 5, j, b)) + bias(n, d, 2, j, b))
            : f(d, 1, ofX(n, d, 2, j, x, w) + ofH(n, d, 2, j, resetH, r) + bias(n, d, 5, j, b)
                + bias(n, d, 2, j, b));
        next[j] = (1 - z) * candidate + z * h[j];
      }
    } else {
      for (int j = 0; j < hidden; j++) {
        double i = f(d, 0, gate(n, d, 0, j, x, h, w, r, b) + peephole(n, d, 0, j, p) * c[j]);
        double forget = inputForget ? 1 - i
            : f(d, 0, gate(n, d, 2, j, x, h, w, r, b) + peephole(n, d, 2, j, p) * c[j]);
        memory[j] = forget * c[j] + i * f(d, 1, gate(n, d, 3, j, x, h, w, r, b));
        double o = f(d, 0, gate(n, d, 1, j, x, h, w, r, b) + peephole(n, d, 1, j, p) * memory[j]);
        next[j] = o * f(d, 2, memory[j]);
      }
      System.arraycopy(memory, 0, c, 0, hidden);
    }
    System.arraycopy(next, 0, h, 0, hidden);
  }

  private double gate(Sizes n, int d, int gate, int j, double[] x, double[] h, float[] w,
      float[] r, float @Nullable [] b) {
    return ofX(n, d, gate, j, x, w) + ofH(n, d, gate, j, h, r) + bias(n, d, gate, j, b)
        + bias(n, d, 4 + gate, j, b);
  }

  private double ofX(Sizes n, int d, int gate, int j, double[] x, float[] w) {
    double sum = 0;
    for (int f = 0; f < n.features; f++) {
      sum += w[((d * gates() + gate) * n.hidden + j) * n.features + f] * x[f];
    }
    return sum;
  }

  private double ofH(Sizes n, int d, int gate, int j, double[] h, float[] r) {
    double sum = 0;
    for (int k = 0; k < n.hidden; k++) {
      sum += r[((d * gates() + gate) * n.hidden + j) * n.hidden + k] * h[k];
    }
    return sum;
  }

  private double bias(Sizes n, int d, int which, int j, float @Nullable [] b) {
    return b == null ? 0 : b[(d * 2 * gates() + which) * n.hidden + j];
  }

  private static double peephole(Sizes n, int d, int which, int j, float @Nullable [] p) {
    return p == null ? 0 : p[(d * 3 + which) * n.hidden + j];
  }

  /// Activation `which` of direction d, with the values of α and β that are its turn.
  private double f(int d, int which, double value) {
    double a = Math.max(-clip, Math.min(clip, value));
    int each = operator.equals("RNN") ? 1 : operator.equals("GRU") ? 2 : 3;
    int index = d * each + which;
    int alpha = 0;
    int beta = 0;
    for (int i = 0; i < index; i++) {
      alpha += hasAlpha(activations.get(i)) ? 1 : 0;
      beta += hasBeta(activations.get(i)) ? 1 : 0;
    }
    var name = activations.get(index);
    double alphaOr = alpha < alphas.length ? alphas[alpha] : switch (name) {
      case "LeakyRelu" -> 0.01;
      case "HardSigmoid" -> 0.2;
      default -> 1;
    };
    double betaOr = beta < betas.length ? betas[beta] : switch (name) {
      case "HardSigmoid" -> 0.5;
      case "ScaledTanh" -> 1;
      default -> 0;
    };
    return switch (name) {
      case "Relu" -> Math.max(0, a);
      case "Tanh" -> Math.tanh(a);
      case "Sigmoid" -> 1 / (1 + Math.exp(-a));
      case "Affine" -> alphaOr * a + betaOr;
      case "LeakyRelu" -> a >= 0 ? a : alphaOr * a;
      case "ThresholdedRelu" -> a >= alphaOr ? a : 0;
      case "ScaledTanh" -> alphaOr * Math.tanh(betaOr * a);
      case "HardSigmoid" -> Math.min(Math.max(alphaOr * a + betaOr, 0), 1);
      case "Elu" -> a >= 0 ? a : alphaOr * Math.expm1(a);
      case "Softsign" -> a / (1 + Math.abs(a));
      case "Softplus" -> Math.log1p(Math.exp(a));
      default -> throw new AssertionError(name);
    };
  }

  private static boolean hasAlpha(String name) {
    return List.of("Affine", "LeakyRelu", "ThresholdedRelu", "ScaledTanh", "HardSigmoid", "Elu")
        .contains(name);
  }

  private static boolean hasBeta(String name) {
    return List.of("Affine", "ScaledTanh", "HardSigmoid").contains(name);
  }
}

package dev.unroll.examples;

import dev.unroll.format.json.Json;
import dev.unroll.keras.Keras;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// textgenrnn by plain loops in double over the arrays of the file, which are in the order of
/// cuDNN: the input block of a gate is read as `[H, F]`, the recurrent one stands as it is used.
final class TextGenRnnLoops {
  private static final int STEPS = 40;
  private static final int H = 128;
  private static final int E = 100;
  private static final int ALL = E + 2 * H;

  private final Keras keras;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<Integer, String> symbols = new HashMap<>();

  TextGenRnnLoops(Path folder) throws IOException {
    keras = Keras.load(folder.resolve("textgenrnn_weights.hdf5"));
    Json.object(Files.readString(folder.resolve("textgenrnn_vocab.json")), "vocabulary")
        .forEach((symbol, number) -> {
          numbers.put(symbol, ((Long) number).intValue());
          symbols.put(((Long) number).intValue(), symbol);
        });
  }

  private float[] array(String path) throws IOException {
    return keras.arrays().tensors().get(path).floats();
  }

  private static double sigmoid(double a) {
    return 1 / (1 + Math.exp(-a));
  }

  private double[][] lstm(String name, double[][] x) throws IOException {
    float[] kernel = array(name + "/" + name + "/kernel:0");
    float[] recurrent = array(name + "/" + name + "/recurrent_kernel:0");
    float[] bias = array(name + "/" + name + "/bias:0");
    int f = x[0].length;
    double[] h = new double[H];
    double[] c = new double[H];
    double[][] all = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      double[][] a = new double[4][H];
      for (int g = 0; g < 4; g++) {
        for (int k = 0; k < H; k++) {
          double sum = (double) bias[g * H + k] + bias[(4 + g) * H + k];
          for (int j = 0; j < f; j++) {
            int flat = k * f + j;
            sum += kernel[flat / H * 4 * H + g * H + flat % H] * x[t][j];
          }
          for (int j = 0; j < H; j++) {
            sum += recurrent[k * 4 * H + g * H + j] * h[j];
          }
          a[g][k] = sum;
        }
      }
      double[] next = new double[H];
      for (int k = 0; k < H; k++) {
        c[k] = sigmoid(a[1][k]) * c[k] + sigmoid(a[0][k]) * Math.tanh(a[2][k]);
        next[k] = sigmoid(a[3][k]) * Math.tanh(c[k]);
      }
      h = next;
      all[t] = next;
    }
    return all;
  }

  /// The text, greedily, up to so many symbols more.
  String write(String prompt, int longest) throws IOException {
    float[] table = array("embedding/embedding/embeddings:0");
    float[] attention = array("attention/attention/attention_W:0");
    float[] kernel = array("output/output/kernel:0");
    float[] bias = array("output/output/bias:0");
    var text = new StringBuilder(prompt);
    for (int n = 0; n < longest; n++) {
      int[] window = TextGenRnn.window(numbers, text.toString());
      double[][] x = new double[STEPS][E];
      for (int t = 0; t < STEPS; t++) {
        for (int j = 0; j < E; j++) {
          x[t][j] = table[window[t] * E + j];
        }
      }
      double[][] below = lstm("rnn_1", x);
      double[][] above = lstm("rnn_2", below);
      double[] average = new double[ALL];
      double total = 1e-7;
      double[] weight = new double[STEPS];
      double largest = Double.NEGATIVE_INFINITY;
      double[][] joined = new double[STEPS][ALL];
      for (int t = 0; t < STEPS; t++) {
        System.arraycopy(x[t], 0, joined[t], 0, E);
        System.arraycopy(below[t], 0, joined[t], E, H);
        System.arraycopy(above[t], 0, joined[t], E + H, H);
        for (int i = 0; i < ALL; i++) {
          weight[t] += joined[t][i] * attention[i];
        }
        largest = Math.max(largest, weight[t]);
      }
      for (int t = 0; t < STEPS; t++) {
        weight[t] = Math.exp(weight[t] - largest);
        total += weight[t];
      }
      for (int i = 0; i < ALL; i++) {
        for (int t = 0; t < STEPS; t++) {
          average[i] += weight[t] / total * joined[t][i];
        }
      }
      int best = -1;
      double most = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < bias.length; k++) {
        double y = bias[k];
        for (int i = 0; i < ALL; i++) {
          y += average[i] * kernel[i * bias.length + k];
        }
        if (y > most) {
          most = y;
          best = k;
        }
      }
      var next = symbols.getOrDefault(best, "");
      if (next.equals("<s>")) {
        break;
      }
      text.append(next);
    }
    return text.toString();
  }
}

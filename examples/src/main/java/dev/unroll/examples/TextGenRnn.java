package dev.unroll.examples;

import static java.util.Objects.requireNonNull;

import dev.unroll.exchange.ImportedLayers;
import dev.unroll.format.json.Json;
import dev.unroll.keras.Keras;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Text from the weights of textgenrnn (Max Woolf, <https://github.com/minimaxir/textgenrnn>),
/// which Keras has written. The network is no chain: its two LSTM layers and the embedding are put
/// side by side, and averaged with weights that the steps themselves give. So the layers are taken
/// one by one, and the rest is written here.
///
/// The folder has `textgenrnn_weights.hdf5` and `textgenrnn_vocab.json`.
final class TextGenRnn {
  private static final int STEPS = 40;
  private static final String EDGE = "<s>";
  private static final int LONGEST = 300;
  /// What Keras adds to a sum before it divides by it.
  private static final double EPSILON = 1e-7;

  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<Integer, String> symbols = new HashMap<>();
  private final ImportedLayers first;
  private final ImportedLayers second;
  private final float[] table;
  private final float[] attention;
  private final float[] kernel;
  private final float[] bias;

  private TextGenRnn(Path folder) throws IOException {
    var vocabulary = folder.resolve("textgenrnn_vocab.json");
    Json.object(Files.readString(vocabulary), vocabulary.toString()).forEach((symbol, number) -> {
      int at = ((Long) requireNonNull(number)).intValue();
      numbers.put(symbol, at);
      symbols.put(at, symbol);
    });
    var keras = Keras.load(folder.resolve("textgenrnn_weights.hdf5"));
    first = keras.recurrent("rnn_1");
    second = keras.recurrent("rnn_2");
    table = weights(keras, "embedding", 0);
    attention = weights(keras, "attention", 0);
    kernel = weights(keras, "output", 0);
    bias = weights(keras, "output", 1);
  }

  private static float[] weights(Keras keras, String layer, int which) throws IOException {
    return keras.layer(layer).tensors().values().stream().toList().get(which).floats();
  }

  static void main(String[] args) throws IOException {
    System.out.println(write(Path.of(args[0]), args.length > 1 ? args[1] : ""));
  }

  /// The most probable continuation of a text, symbol by symbol, until the network ends it.
  static String write(Path folder, String prompt) throws IOException {
    var network = new TextGenRnn(folder);
    var text = new StringBuilder(prompt);
    for (int i = 0; i < LONGEST; i++) {
      var next = network.next(text.toString());
      if (next.equals(EDGE)) {
        break;
      }
      text.append(next);
    }
    return text.toString();
  }

  /// The numbers of the last symbols; 0 in front of them, and for a symbol that is not known.
  static int[] window(Map<String, Integer> numbers, String text) {
    int[] all = new int[STEPS];
    int[] letters = text.codePoints().toArray();
    for (int i = 0; i <= Math.min(letters.length, STEPS - 1); i++) {
      var symbol = i == letters.length ? EDGE
          : Character.toString(letters[letters.length - 1 - i]);
      all[STEPS - 1 - i] = numbers.getOrDefault(symbol, 0);
    }
    return all;
  }

  private String next(String text) {
    double[] p = probabilities(window(numbers, text));
    int best = 0;
    for (int k = 1; k < p.length; k++) {
      best = p[k] > p[best] ? k : best;
    }
    return symbols.getOrDefault(best, "");
  }

  /// The probabilities of the next symbol.
  private double[] probabilities(int[] window) {
    int size = first.layer().inputSize();
    float[][] embedded = new float[STEPS][];
    for (int t = 0; t < STEPS; t++) {
      embedded[t] = Arrays.copyOfRange(table, window[t] * size, (window[t] + 1) * size);
    }
    float[][] below = first.run(embedded);
    float[][] above = second.run(below);
    double[][] steps = new double[STEPS][];
    double[] weight = new double[STEPS];
    for (int t = 0; t < STEPS; t++) {
      steps[t] = joined(embedded[t], below[t], above[t]);
      for (int i = 0; i < steps[t].length; i++) {
        weight[t] += steps[t][i] * attention[i];
      }
    }
    softmax(weight, EPSILON);
    double[] y = new double[bias.length];
    for (int k = 0; k < y.length; k++) {
      y[k] = bias[k];
    }
    for (int i = 0; i < attention.length; i++) {
      double average = 0;
      for (int t = 0; t < STEPS; t++) {
        average += weight[t] * steps[t][i];
      }
      for (int k = 0; k < y.length; k++) {
        y[k] += average * kernel[i * y.length + k];
      }
    }
    softmax(y, 0);
    return y;
  }

  private static double[] joined(float[]... parts) {
    double[] all = new double[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      for (float value : part) {
        all[at++] = value;
      }
    }
    return all;
  }

  private static void softmax(double[] a, double epsilon) {
    double largest = Arrays.stream(a).max().orElse(0);
    double sum = epsilon;
    for (int i = 0; i < a.length; i++) {
      a[i] = Math.exp(a[i] - largest);
      sum += a[i];
    }
    for (int i = 0; i < a.length; i++) {
      a[i] /= sum;
    }
  }
}

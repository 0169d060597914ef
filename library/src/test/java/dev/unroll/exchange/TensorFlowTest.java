package dev.unroll.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.format.FormatException;
import dev.unroll.format.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Folders of variables, as ml5 has them.
class TensorFlowTest {
  private static final int V = 5;
  private static final int E = 3;
  private static final int H = 4;
  private static final Offset<Float> ROUNDING = Offset.offset(1e-6f);
  /// What was computed with NumPy, to its last digit.
  private static final Offset<Double> PRINTED = Offset.offset(5e-5);

  @TempDir
  Path folder;

  private final Map<String, double[]> values = new LinkedHashMap<>();
  private final Map<String, Object> manifest = new LinkedHashMap<>();
  private final Random random = new Random(3);

  private void variable(String name, int... shape) throws IOException {
    int n = 1;
    var sizes = new ArrayList<Long>();
    for (int size : shape) {
      n *= size;
      sizes.add((long) size);
    }
    var bytes = ByteBuffer.allocate(n * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    double[] all = new double[n];
    for (int i = 0; i < n; i++) {
      float value = (float) random.nextGaussian();
      all[i] = value;
      bytes.putFloat(value);
    }
    values.put(name, all);
    var file = name.replace('/', '_');
    Files.write(folder.resolve(file), bytes.array());
    manifest.put(name, about(file, sizes.toArray(Long[]::new)));
  }

  private static Map<String, Object> about(String file, Long... shape) {
    var about = new LinkedHashMap<String, Object>();
    about.put("filename", file);
    about.put("shape", List.of(shape));
    return about;
  }

  private void write() throws IOException {
    variable("Variable");
    variable("embedding", V, E);
    for (int l = 0; l < 2; l++) {
      var cell = "rnnlm/multi_rnn_cell/cell_%d/basic_lstm_cell/".formatted(l);
      variable(cell + "biases", 4 * H);
      variable(cell + "weights", (l == 0 ? E : H) + H, 4 * H);
    }
    variable("rnnlm/softmax_b", V);
    variable("rnnlm/softmax_w", H, V);
    writeManifest();
  }

  private void writeManifest() throws IOException {
    Files.write(folder.resolve("manifest.json"), Json.write(manifest).getBytes(UTF_8));
  }

  private static double sigmoid(double a) {
    return 1 / (1 + Math.exp(-a));
  }

  /// The probabilities after each symbol, by plain loops: gates i j f o, f + 1.
  private List<double[]> loops(int... symbols) {
    double[][] h = new double[2][H];
    double[][] c = new double[2][H];
    var all = new ArrayList<double[]>();
    for (int symbol : symbols) {
      double[] x = Arrays.copyOfRange(values.get("embedding"), symbol * E,
          (symbol + 1) * E);
      for (int l = 0; l < 2; l++) {
        var cell = "rnnlm/multi_rnn_cell/cell_%d/basic_lstm_cell/".formatted(l);
        double[] w = values.get(cell + "weights");
        double[] a = values.get(cell + "biases").clone();
        for (int k = 0; k < a.length; k++) {
          for (int j = 0; j < x.length + H; j++) {
            a[k] += w[j * 4 * H + k] * (j < x.length ? x[j] : h[l][j - x.length]);
          }
        }
        double[] next = new double[H];
        for (int k = 0; k < H; k++) {
          c[l][k] = c[l][k] * sigmoid(a[2 * H + k] + 1) + sigmoid(a[k]) * Math.tanh(a[H + k]);
          next[k] = Math.tanh(c[l][k]) * sigmoid(a[3 * H + k]);
        }
        h[l] = next;
        x = next;
      }
      double[] y = values.get("rnnlm/softmax_b").clone();
      double sum = 0;
      for (int k = 0; k < V; k++) {
        for (int j = 0; j < H; j++) {
          y[k] += values.get("rnnlm/softmax_w")[j * V + k] * x[j];
        }
        y[k] = Math.exp(y[k]);
        sum += y[k];
      }
      for (int k = 0; k < V; k++) {
        y[k] /= sum;
      }
      all.add(y);
    }
    return all;
  }

  @Test
  void basicLstmCellsAnswerAsPlainLoopsDo() throws IOException {
    write();
    var imported = TensorFlow.load(folder).vocabulary(List.of("a", "b", "c", "d", "e"))
        .importAsLanguageModel();
    int[] symbols = {3, 0, 4, 4, 1, 2};
    float[][] found = imported.model().predictor().predict(symbols);
    var expected = loops(symbols);
    for (int t = 0; t < symbols.length; t++) {
      for (int k = 0; k < V; k++) {
        assertThat(found[t][k]).isCloseTo((float) expected.get(t)[k], ROUNDING);
      }
    }
    assertThat(imported.report()).contains("layer1.bf [4] = rnnlm/multi_rnn_cell/cell_1/"
        + "basic_lstm_cell/biases, elements 8 … 11, plus 1");
    assertThat(imported.model().generate("ab", 5)).hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../secret", "/etc/hostname", "..", ".", "", "missing", "link",
    "a\\\\..\\\\b"})
  void nothingOutsideTheFolderIsOpened(String file) throws IOException {
    write();
    var outside = Files.createTempFile("outside", ".bin");
    Files.createSymbolicLink(folder.resolve("link"), outside);
    manifest.put("rnnlm/softmax_b", about(file, 5L));
    writeManifest();
    assertThatThrownBy(() -> TensorFlow.load(folder)).isInstanceOf(FormatException.class)
        .hasMessageContaining("rnnlm/softmax_b").hasMessageContaining("no file of this folder");
    Files.delete(outside);
  }

  @Test
  void whatDoesNotFitIsNamed() throws IOException {
    write();
    variable("rnnlm/softmax_w", H + 1, V);
    writeManifest();
    assertThatThrownBy(() -> TensorFlow.load(folder).importAsLanguageModel())
        .isInstanceOf(FormatException.class).hasMessageContaining("rnnlm/softmax_w is [5, 5]")
        .hasMessageContaining("expected [4, 5]");
    variable("rnnlm/softmax_w", H, V);
    variable("attention", 2, 2);
    writeManifest();
    assertThatThrownBy(() -> TensorFlow.load(folder).importAsLanguageModel())
        .isInstanceOf(FormatException.class).hasMessageContaining("attention");
    manifest.put("embedding", about("embedding", 1L << 40, 1L << 40));
    writeManifest();
    assertThatThrownBy(() -> TensorFlow.load(folder)).isInstanceOf(FormatException.class)
        .hasMessageContaining("embedding has 60 bytes");
  }

  /// The erratum of its README: "  " is u and "" is U.
  @Test
  @EnabledIfEnvironmentVariable(named = "UNROLL_DATA", matches = ".+")
  void ml5sShakespeareHasTheLossThatNumPyFound() throws IOException {
    var data = Path.of(System.getenv("UNROLL_DATA"));
    var shakespeare = data.resolve("pretrained-ml5-charrnn-shakespeare");
    var numbers = new LinkedHashMap<String, Integer>();
    Json.object(Files.readString(shakespeare.resolve("vocab.json")), "vocab.json").forEach(
        (symbol, number) -> numbers.put(symbol.equals("  ") ? "u" : symbol.isEmpty() ? "U" : symbol,
            ((Long) number).intValue()));
    var text = Files.readString(data.resolve("tinyshakespeare/input.txt")).substring(0, 20_000);
    int[] symbols = text.chars().map(c -> numbers.get(Character.toString(c))).toArray();
    float[][] p = TensorFlow.load(shakespeare).importAsLanguageModel().model().predictor()
        .predict(symbols);
    assertThat(p[0]).hasSize(65);
    double sum = 0;
    for (int t = 1; t < symbols.length; t++) {
      sum -= Math.log(p[t - 1][symbols[t]]);
    }
    assertThat(sum / (symbols.length - 1)).isCloseTo(1.3203, PRINTED);
  }
}

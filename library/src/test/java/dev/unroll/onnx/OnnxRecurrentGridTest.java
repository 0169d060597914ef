package dev.unroll.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RNN, GRU and LSTM against [PlainRecurrent], in all combinations of what their attributes and
/// inputs can be. With `-Dunroll.onnx.grid=FOLDER` each is written there as a model with its
/// inputs, for `dev/golden --grid`, which runs them in ONNX Runtime.
class OnnxRecurrentGridTest {
  private static final PlainRecurrent.Sizes SIZES = new PlainRecurrent.Sizes(4, 3, 5, 2);

  /// float32 over 4 steps against double, of a number and relative to one above 1.
  private static final double ROUNDING = 5e-6;

  /// Where the combinations are written; null to write none.
  private static final @Nullable String GRID = System.getProperty("unroll.onnx.grid");

  private static int combinations;

  /// Activations of both directions: the defaults, and others, with α and β for some or for all.
  private enum Activations {
    DEFAULTS(List.of()), SOME(
        List.of("HardSigmoid", "ScaledTanh", "Softsign", "Elu", "LeakyRelu", "Affine")), OTHERS(
            List.of("Softplus", "Relu", "ThresholdedRelu", "Sigmoid", "Elu", "Tanh")), ALL(
                SOME.names);

    private static final Set<String> WITH_ALPHA = Set.of("HardSigmoid", "ScaledTanh", "Elu",
        "LeakyRelu", "Affine");
    private static final Set<String> WITH_BETA = Set.of("HardSigmoid", "ScaledTanh", "Affine");

    private final List<String> names;

    Activations(List<String> names) {
      this.names = names;
    }

    /// α of these functions. Unless it is to be for all, two values: those after them have the
    /// defaults.
    float[] alphas(List<String> taken) {
      return switch (this) {
        case DEFAULTS -> new float[0];
        case SOME, OTHERS -> new float[] {0.3f, 0.7f};
        case ALL -> values(taken, WITH_ALPHA);
      };
    }

    /// β likewise, one value.
    float[] betas(List<String> taken) {
      return switch (this) {
        case DEFAULTS -> new float[0];
        case SOME, OTHERS -> new float[] {0.6f};
        case ALL -> values(taken, WITH_BETA);
      };
    }

    private static float[] values(List<String> taken, Set<String> with) {
      int n = (int) taken.stream().filter(with::contains).count();
      var values = new float[n];
      for (int i = 0; i < n; i++) {
        values[i] = 0.3f + 0.2f * i;
      }
      return values;
    }
  }

  @ParameterizedTest
  @CsvSource({"RNN, forward", "RNN, reverse", "RNN, bidirectional", "GRU, forward",
    "GRU, reverse", "GRU, bidirectional", "LSTM, forward", "LSTM, reverse",
    "LSTM, bidirectional"})
  void equalsPlainLoops(String operator, String direction) throws IOException {
    boolean lstm = operator.equals("LSTM");
    for (int layout = 0; layout < 2; layout++) {
      for (var set : Activations.values()) {
        for (float clip : new float[] {Float.POSITIVE_INFINITY, 0.15f}) {
          for (int flag = 0; flag < (operator.equals("RNN") ? 1 : 2); flag++) {
            for (int lengths = 0; lengths < 2; lengths++) {
              for (int given = 0; given < 2; given++) {
                for (int peepholes = 0; peepholes < (lstm ? 2 : 1); peepholes++) {
                  check(operator, direction, layout, set, clip, flag == 1, lengths == 1,
                      given == 1, peepholes == 1);
                }
              }
            }
          }
        }
      }
    }
  }

  @AfterAll
  static void wereMany() {
    assertThat(combinations).isGreaterThanOrEqualTo(400);
  }

  private static void check(String operator, String direction, int layout, Activations set,
      float clip, boolean flag, boolean padded, boolean given, boolean peepholes)
      throws IOException {
    combinations++;
    int dirs = direction.equals("bidirectional") ? 2 : 1;
    var defaults = operator.equals("RNN") ? List.of("Tanh")
        : operator.equals("GRU")
            ? List.of("Sigmoid", "Tanh")
            : List.of("Sigmoid", "Tanh", "Tanh");
    var names = set.names;
    var used = new ArrayList<String>();
    if (names.isEmpty()) {
      used.addAll(defaults);
      used.addAll(defaults);
    } else {
      used.addAll(names);
    }
    var taken = used.subList(0, dirs * defaults.size());
    var alphas = set.alphas(taken);
    var betas = set.betas(taken);
    var plain = new PlainRecurrent(operator, direction, layout, taken, alphas, betas, clip,
        flag && operator.equals("LSTM"), flag && operator.equals("GRU"));
    boolean lstm = operator.equals("LSTM");
    var random = new Random(combinations);
    var n = SIZES;
    int gates = plain.gates();
    var x = random(random, n.time() * n.batch() * n.features());
    var w = random(random, dirs * gates * n.hidden() * n.features());
    var r = random(random, dirs * gates * n.hidden() * n.hidden());
    var b = given ? random(random, dirs * 2 * gates * n.hidden()) : null;
    var lengths = padded ? new long[] {3, 0, 4} : null;
    var h0 = given ? random(random, dirs * n.batch() * n.hidden()) : null;
    var c0 = given && lstm ? random(random, dirs * n.batch() * n.hidden()) : null;
    var p = peepholes ? random(random, dirs * 3 * n.hidden()) : null;
    var expected = plain.run(n, x, w, r, b, lengths, h0, c0, p);
    var inputs = new ArrayList<@Nullable OnnxTensor>();
    inputs.add(layout == 0 ? OnnxTensor.of(x, n.time(), n.batch(), n.features())
        : OnnxTensor.of(x, n.batch(), n.time(), n.features()));
    inputs.add(OnnxTensor.of(w, dirs, gates * n.hidden(), n.features()));
    inputs.add(OnnxTensor.of(r, dirs, gates * n.hidden(), n.hidden()));
    inputs.add(b == null ? null : OnnxTensor.of(b, dirs, 2 * gates * n.hidden()));
    inputs.add(lengths == null ? null
        : OnnxTensor.of(Arrays.stream(lengths).mapToInt(l -> (int) l).toArray(), n.batch()));
    var state = layout == 0 ? new int[] {dirs, n.batch(), n.hidden()}
        : new int[] {n.batch(), dirs, n.hidden()};
    inputs.add(h0 == null ? null : OnnxTensor.of(h0, state));
    if (lstm) {
      inputs.add(c0 == null ? null : OnnxTensor.of(c0, state));
      inputs.add(p == null ? null : OnnxTensor.of(p, dirs, 3 * n.hidden()));
    }
    var bytes = ModelBytes.node(14, operator, inputs, lstm ? 3 : 2, node -> {
      node.attribute("hidden_size", n.hidden()).attribute("direction", direction);
      if (layout == 1) {
        node.attribute("layout", 1);
      }
      if (!names.isEmpty()) {
        node.attribute("activations", taken).attribute("activation_alpha", alphas)
            .attribute("activation_beta", betas);
      }
      if (clip < Float.POSITIVE_INFINITY) {
        node.attribute("clip", clip);
      }
      if (flag) {
        node.attribute(lstm ? "input_forget" : "linear_before_reset", 1);
      }
    }, true);
    if (GRID != null) {
      write("%s %s, layout %d, %s%s%s%s%s%s".formatted(operator, direction, layout,
          names.isEmpty() ? "default activations"
              : String.join(" ", taken) + (set == Activations.ALL ? ", all α and β" : ""),
          clip < Float.POSITIVE_INFINITY ? ", clip" : "",
          flag ? lstm ? ", input_forget" : ", linear_before_reset" : "",
          padded ? ", lengths" : "", given ? ", bias and states" : "",
          peepholes ? ", peepholes" : ""), bytes, ModelBytes.named(inputs));
    }
    var model = OnnxModel.read(bytes);
    var outputs = model.run(ModelBytes.named(inputs));
    var what =
        "%s layout %d, %s, given %s, padded %s".formatted(plain, layout, taken, given, padded);
    same(what + ", Y", outputs.get("out0"), expected.y());
    same(what + ", Y_h", outputs.get("out1"), expected.h());
    if (lstm) {
      same(what + ", Y_c", outputs.get("out2"), expected.c());
    }
    assertThat(outputs.get("out0").shape()).as(what).isEqualTo(layout == 0
        ? new int[] {n.time(), dirs, n.batch(), n.hidden()}
        : new int[] {n.batch(), n.time(), dirs, n.hidden()});
  }

  private static void write(String what, byte[] model, Map<String, OnnxTensor> inputs)
      throws IOException {
    var folder = Files.createDirectories(
        Path.of(GRID, String.format(Locale.ROOT, "case-%04d", combinations)));
    Files.writeString(folder.resolve("case.txt"), what + "\n");
    Files.write(folder.resolve("model.onnx"), model);
    for (var input : inputs.entrySet()) {
      input.getValue().write(folder.resolve(input.getKey() + ".npy"));
    }
  }

  private static void same(String what, OnnxTensor found, double[] expected) {
    var values = found.floats();
    assertThat(values).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < values.length; i++) {
      assertThat((double) values[i]).as(what + " at " + i)
          .isCloseTo(expected[i], Offset.offset(ROUNDING * Math.max(1, Math.abs(expected[i]))));
    }
  }

  private static float[] random(Random random, int length) {
    var values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat(-0.4f, 0.4f);
    }
    return values;
  }
}

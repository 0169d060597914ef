package dev.unroll.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RNN, GRU and LSTM against [PlainRecurrent], in all combinations of what their attributes and
/// inputs can be.
class OnnxRecurrentGridTest {
  private static final PlainRecurrent.Sizes SIZES = new PlainRecurrent.Sizes(4, 3, 5, 2);

  /// float32 over 4 steps against double, of a number and relative to one above 1.
  private static final double ROUNDING = 5e-6;

  private static int combinations;

  /// Activations of both directions: the defaults, and others with α and β for some.
  private static List<List<String>> activations(int each) {
    var more = List.of("HardSigmoid", "ScaledTanh", "Softsign", "Elu", "LeakyRelu", "Affine");
    var rest = List.of("Softplus", "Relu", "ThresholdedRelu", "Sigmoid", "Elu", "Tanh");
    return List.of(List.of(), more.subList(0, 2 * each), rest.subList(0, 2 * each));
  }

  @ParameterizedTest
  @CsvSource({"RNN, forward", "RNN, reverse", "RNN, bidirectional", "GRU, forward",
    "GRU, reverse", "GRU, bidirectional", "LSTM, forward", "LSTM, reverse",
    "LSTM, bidirectional"})
  void equalsPlainLoops(String operator, String direction) throws IOException {
    int each = operator.equals("RNN") ? 1 : operator.equals("GRU") ? 2 : 3;
    boolean lstm = operator.equals("LSTM");
    for (int layout = 0; layout < 2; layout++) {
      for (var names : activations(each)) {
        for (float clip : new float[] {Float.POSITIVE_INFINITY, 0.15f}) {
          for (int flag = 0; flag < (operator.equals("RNN") ? 1 : 2); flag++) {
            for (int lengths = 0; lengths < 2; lengths++) {
              for (int given = 0; given < 2; given++) {
                for (int peepholes = 0; peepholes < (lstm ? 2 : 1); peepholes++) {
                  check(operator, direction, layout, names, clip, flag == 1, lengths == 1,
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

  private static void check(String operator, String direction, int layout, List<String> names,
      float clip, boolean flag, boolean padded, boolean given, boolean peepholes)
      throws IOException {
    combinations++;
    int dirs = direction.equals("bidirectional") ? 2 : 1;
    var defaults = operator.equals("RNN") ? List.of("Tanh")
        : operator.equals("GRU")
            ? List.of("Sigmoid", "Tanh")
            : List.of("Sigmoid", "Tanh", "Tanh");
    var used = new ArrayList<String>();
    if (names.isEmpty()) {
      used.addAll(defaults);
      used.addAll(defaults);
    } else {
      used.addAll(names);
    }
    var taken = used.subList(0, dirs * defaults.size());
    // Two values for α, one for β: those after them have the defaults.
    var alphas = names.isEmpty() ? new float[0] : new float[] {0.3f, 0.7f};
    var betas = names.isEmpty() ? new float[0] : new float[] {0.6f};
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
    var model = OnnxModel.read(ModelBytes.node(14, operator, inputs, lstm ? 3 : 2, node -> {
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
    }));
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

package dev.unroll.exchange.onnx;

import static java.util.Objects.requireNonNull;

import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.SimpleRnn;
import dev.unroll.exchange.network.RecurrentWeights;
import dev.unroll.exchange.network.Weight;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Function;
import dev.unroll.format.FormatException;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.NodeDef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An RNN, GRU or LSTM node as a cell of ours.
///
/// ```text
/// W [D, G·H, F]   R [D, G·H, H]   B [D, 2·G·H]     gates i o f c, z r h
/// ```
///
/// In ONNX z keeps the old state. So it does in [Gru]; in the GRU that resets before the product, z
/// is the share of the new one, and its weights change their sign: `1 − σ(a) = σ(−a)`.
final class OnnxLayer {
  private final NodeDef node;
  private final Map<String, NdArray> constants;
  private final int directions;
  private final int hidden;
  private final int gates;
  private final NdArray w;
  private final NdArray r;
  private final @Nullable NdArray b;

  OnnxLayer(NodeDef node, Map<String, NdArray> constants) {
    this.node = node;
    this.constants = constants;
    var attributes = node.attributes();
    directions = switch (attributes.text("direction", "forward")) {
      case "forward" -> 1;
      case "bidirectional" -> 2;
      default -> throw refused("runs backward alone");
    };
    gates = switch (node.operator()) {
      case "RNN" -> 1;
      case "GRU" -> 3;
      default -> 4;
    };
    if (attributes.has("clip") || attributes.flag("input_forget", false) || node.hasInput(7)) {
      throw refused("has a clip, coupled gates or peepholes");
    }
    w = constant(1);
    r = constant(2);
    b = node.hasInput(3) ? constant(3) : null;
    if (w.axes() != 3 || r.axes() != 3) {
      throw refused("has W or R that are not of three axes");
    }
    hidden = r.size(2);
    long rows = (long) gates * hidden;
    if (w.size(0) != directions || r.size(0) != directions || w.size(1) != rows
        || r.size(1) != rows || hidden != attributes.integer("hidden_size", hidden)
        || b != null && (b.axes() != 2 || b.size(0) != directions || b.size(1) != 2 * rows)) {
      throw refused("has W, R or B that do not fit each other or hidden_size");
    }
  }

  private Refusal refused(String why) {
    return Refusal.of("%s %s", node.place(), why);
  }

  private NdArray constant(int input) {
    var array = constants.get(node.input(input));
    if (array == null) {
      throw refused("has weights that are computed: " + node.input(input));
    }
    return array;
  }

  RecurrentWeights weights() throws FormatException {
    boolean resetsAfter = node.attributes().flag("linear_before_reset", false);
    Cell cell = switch (node.operator()) {
      case "RNN" -> SimpleRnn.of(activation());
      case "GRU" -> resetsAfter ? Gru.cell() : Cells.gruResetBefore();
      default -> Lstm.cell();
    };
    if (!node.operator().equals("RNN")) {
      requireActivations(node.operator().equals("GRU") ? List.of("sigmoid", "tanh")
          : List.of("sigmoid", "tanh", "tanh"));
    }
    var all = new ArrayList<Map<String, Weight>>();
    for (int d = 0; d < directions; d++) {
      all.add(direction(d, resetsAfter));
    }
    return new RecurrentWeights(node.place(), cell, w.size(2), Map.of("H", hidden), all);
  }

  private Function activation() {
    var named = activations();
    if (named.isEmpty() || named.stream().distinct().count() == 1) {
      return switch (named.isEmpty() ? "tanh" : named.getFirst()) {
        case "tanh" -> Function.TANH;
        case "relu" -> Function.RELU;
        case "sigmoid" -> Function.SIGMOID;
        default -> throw refused("has the activation " + named.getFirst());
      };
    }
    throw refused("has directions of different activations");
  }

  private List<String> activations() {
    var names = node.attributes().texts("activations");
    return names == null ? List.of()
        : names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
  }

  private void requireActivations(List<String> usual) {
    var expected = new ArrayList<String>();
    for (int d = 0; d < directions; d++) {
      expected.addAll(usual);
    }
    if (!activations().isEmpty() && !activations().equals(expected)) {
      throw refused("has activations of its own: " + activations());
    }
  }

  private Map<String, Weight> direction(int d, boolean resetsAfter) throws FormatException {
    var names = switch (node.operator()) {
      case "RNN" -> List.of("");
      case "GRU" -> List.of("z", "r", "n");
      default -> List.of("i", "o", "f", "g");
    };
    boolean isGru = node.operator().equals("GRU");
    var weights = new LinkedHashMap<String, Weight>();
    for (int g = 0; g < gates; g++) {
      var gate = names.get(g);
      boolean negated = isGru && !resetsAfter && gate.equals("z");
      int row = (d * gates + g) * hidden;
      weights.put("W" + gate, block(node.input(1), w, row, w.size(2), negated));
      weights.put("U" + gate, block(node.input(2), r, row, hidden, negated));
      var bias = b;
      int first = 2 * d * gates * hidden + g * hidden;
      int second = first + gates * hidden;
      if (bias == null) {
        weights.put("b" + gate, Weight.zeros(hidden, "B"));
      } else if (isGru && resetsAfter && gate.equals("n")) {
        weights.put("bn", block(node.input(3), bias, first, 1, false));
      } else {
        weights.put("b" + gate, sum(bias, first, second, negated));
      }
      if (isGru && resetsAfter && gate.equals("n")) {
        weights.put("bu", bias == null ? Weight.zeros(hidden, "B")
            : block(node.input(3), bias, second, 1, false));
      }
    }
    return weights;
  }

  private Weight block(String name, NdArray array, int row, int columns, boolean negated)
      throws FormatException {
    return Weight.of(hidden, columns, List.of(name), "%s %d … %d%s".formatted(
        columns == 1 ? "elements" : "rows", row, row + hidden - 1, negated ? ", negated" : ""),
        () -> {
          float[] all = array.asFloats();
          float[] part = new float[hidden * columns];
          for (int i = 0; i < part.length; i++) {
            float value = all[row * columns + i];
            part[i] = negated ? -value : value;
          }
          return part;
        });
  }

  private Weight sum(NdArray bias, int first, int second, boolean negated) throws FormatException {
    return Weight.of(hidden, 1, List.of(requireNonNull(node.input(3))),
        "elements %d … and %d …, added%s".formatted(first, second, negated ? ", negated" : ""),
        () -> {
          float[] all = bias.asFloats();
          float[] sum = new float[hidden];
          for (int i = 0; i < hidden; i++) {
            float value = all[second + i] == 0 ? all[first + i] : all[first + i] + all[second + i];
            sum[i] = negated ? -value : value;
          }
          return sum;
        });
  }
}

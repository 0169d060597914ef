package dev.unroll.exchange.torch;

import static java.util.Objects.requireNonNull;

import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.SimpleRnn;
import dev.unroll.exchange.checkpoint.CheckpointTensor;
import dev.unroll.exchange.network.RecurrentWeights;
import dev.unroll.exchange.network.Weight;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Function;
import dev.unroll.format.FormatException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An `nn.RNN`, `nn.LSTM` or `nn.GRU`, or a cell of them, found by the names of its weights.
///
/// ```text
/// weight_ih_l0 [G·H, F]     weight_hh_l0 [G·H, H]     bias_ih_l0, bias_hh_l0 [G·H]
/// weight_hr_l0 [P, H]       of a projection; weight_hh_l0 is [4·H, P] then
/// …_l1 of the next layer, which reads D·H;  …_reverse of the other direction;  a cell has no _l0
/// ```
///
/// Gates are in the order i f g o and r z n, as ours are, and z keeps the old state in both. Two
/// biases become one where the cell has one; the n of a GRU has both.
final class RecurrentModule {
  private static final Pattern NAME = Pattern.compile(
      "(|.*\\.)((weight|bias)_(ih|hh|hr))(_l(\\d{1,4}))?(_reverse)?");

  private static final List<String> LSTM = List.of("i", "f", "g", "o");
  private static final List<String> GRU = List.of("r", "z", "n");

  private final String prefix;
  private final SequencedMap<String, CheckpointTensor> weights = new LinkedHashMap<>();

  /// The number of the last layer of which there is any tensor.
  private int last;

  private RecurrentModule(String prefix) {
    this.prefix = prefix;
  }

  /// The modules by their prefixes, in the order of their tensors.
  static SequencedMap<String, RecurrentModule> in(Iterable<CheckpointTensor> tensors) {
    var modules = new LinkedHashMap<String, RecurrentModule>();
    for (var tensor : tensors) {
      var name = NAME.matcher(tensor.name());
      if (name.matches()) {
        var prefix = requireNonNull(name.group(1));
        var module = modules.computeIfAbsent(prefix, RecurrentModule::new);
        module.weights.put(tensor.name().substring(prefix.length()), tensor);
        var layer = name.group(6);
        module.last = Math.max(module.last, layer == null ? 0 : Integer.parseInt(layer));
      }
    }
    return modules;
  }

  /// Whether a tensor is one of such a module.
  static boolean has(String name) {
    return NAME.matcher(name).matches();
  }

  /// The path of the module, with its dot.
  String prefix() {
    return prefix;
  }

  /// The layers, the first one at the input.
  ///
  /// @param rectified whether an `nn.RNN` has `nonlinearity='relu'`, which its weights do not say
  /// @throws FormatException if a tensor is missing or does not fit the others
  List<RecurrentWeights> layers(boolean rectified) throws FormatException {
    boolean isCell = weights.keySet().stream().noneMatch(name -> name.contains("_l"));
    boolean both = weights.keySet().stream().anyMatch(name -> name.endsWith("_reverse"));
    var layers = new ArrayList<RecurrentWeights>();
    var used = new ArrayList<String>();
    for (int l = 0; l <= last; l++) {
      var suffix = isCell ? "" : "_l" + l;
      var directions = new ArrayList<Direction>();
      directions.add(direction(suffix, used));
      if (both) {
        directions.add(direction(suffix + "_reverse", used));
      }
      var layer = layer(suffix, directions, rectified);
      if (l > 0 && layer.inputs() != layers.getLast().outputs()) {
        throw new FormatException("%sweight_ih%s is %s, expected %d columns: what layer %d puts out"
            .formatted(prefix, suffix, CheckpointTensor.text(
                required("weight_ih" + suffix).shape()), layers.getLast().outputs(), l - 1));
      }
      layers.add(layer);
    }
    for (var name : weights.keySet()) {
      if (!used.contains(name)) {
        throw new FormatException("%s%s belongs to no layer: there are %d layers%s".formatted(
            prefix, name, layers.size(), both ? " of two directions" : ""));
      }
    }
    return layers;
  }

  /// @param gates G
  /// @param hidden H
  /// @param projected P; 0 for none
  private record Direction(int gates, int hidden, int projected, int inputs, CheckpointTensor ih,
      CheckpointTensor hh, @Nullable CheckpointTensor hr, @Nullable CheckpointTensor biasIh,
      @Nullable CheckpointTensor biasHh) {}

  private CheckpointTensor required(String name) throws FormatException {
    var tensor = weights.get(name);
    if (tensor == null) {
      throw new FormatException("%s%s is missing; there are %s".formatted(prefix, name,
          weights.keySet()));
    }
    return tensor;
  }

  private Direction direction(String suffix, List<String> used) throws FormatException {
    var ih = required("weight_ih" + suffix);
    var hh = required("weight_hh" + suffix);
    var hr = weights.get("weight_hr" + suffix);
    requireRank(ih, 2, "[G·H, F]");
    requireRank(hh, 2, "[G·H, H]");
    long out = hh.size(1);
    long hidden = out;
    if (hr != null) {
      requireRank(hr, 2, "[P, H]");
      hidden = hr.size(1);
      requireShape(hr, out, hidden);
    }
    long gates = hidden == 0 || hh.size(0) % hidden != 0 ? 0 : hh.size(0) / hidden;
    if (hr == null ? gates != 1 && gates != 3 && gates != 4 : gates != 4) {
      throw new FormatException("%s is %s, expected %s for a hidden size of %d".formatted(hh.name(),
          CheckpointTensor.text(hh.shape()), hr == null
              ? "[%2$d, %1$d] (RNN), [%3$d, %1$d] (GRU) or [%4$d, %1$d] (LSTM)".formatted(out,
                  hidden, 3 * hidden, 4 * hidden)
              : "[%d, %d] (LSTM with a projection)".formatted(4 * hidden, out),
          hidden));
    }
    if (gates * hidden > Integer.MAX_VALUE || ih.size(1) > Integer.MAX_VALUE) {
      throw new FormatException("%s is too large".formatted(hh));
    }
    requireShape(ih, gates * hidden, ih.size(1));
    var biasIh = weights.get("bias_ih" + suffix);
    var biasHh = weights.get("bias_hh" + suffix);
    if (biasIh == null != (biasHh == null)) {
      required((biasIh == null ? "bias_ih" : "bias_hh") + suffix);
    }
    for (var bias : new CheckpointTensor[] {biasIh, biasHh}) {
      if (bias != null) {
        requireShape(bias, gates * hidden);
      }
    }
    for (var part : List.of("weight_ih", "weight_hh", "weight_hr", "bias_ih", "bias_hh")) {
      used.add(part + suffix);
    }
    return new Direction((int) gates, (int) hidden, hr == null ? 0 : (int) out,
        (int) ih.size(1), ih, hh, hr, biasIh, biasHh);
  }

  private static void requireRank(CheckpointTensor tensor, int rank, String expected)
      throws FormatException {
    if (tensor.rank() != rank) {
      throw new FormatException("%s is %s, expected %s".formatted(tensor.name(),
          CheckpointTensor.text(tensor.shape()), expected));
    }
  }

  private static void requireShape(CheckpointTensor tensor, long... shape)
      throws FormatException {
    if (!tensor.has(shape)) {
      throw new FormatException("%s is %s, expected %s".formatted(tensor.name(),
          CheckpointTensor.text(tensor.shape()), CheckpointTensor.text(shape)));
    }
  }

  private RecurrentWeights layer(String suffix, List<Direction> directions, boolean rectified)
      throws FormatException {
    var first = directions.getFirst();
    for (var other : directions) {
      if (other.gates != first.gates || other.hidden != first.hidden
          || other.projected != first.projected || other.inputs != first.inputs) {
        throw new FormatException("%s is %s, but %s is %s; expected directions of one size"
            .formatted(first.hh.name(), CheckpointTensor.text(first.hh.shape()), other.hh.name(),
                CheckpointTensor.text(other.hh.shape())));
      }
    }
    Cell cell = switch (first.gates) {
      case 1 -> SimpleRnn.of(rectified ? Function.RELU : Function.TANH);
      case 3 -> Gru.cell();
      default -> first.projected > 0 ? Cells.projectedLstm() : Lstm.cell();
    };
    var all = new ArrayList<Map<String, Weight>>();
    for (var direction : directions) {
      all.add(weights(direction));
    }
    var name = prefix.isEmpty() ? "the module" : prefix.substring(0, prefix.length() - 1);
    return new RecurrentWeights(name + suffix.replace("_l", ", layer "), cell, first.inputs,
        first.projected > 0 ? Map.of("H", first.hidden, "P", first.projected)
            : Map.of("H", first.hidden),
        all);
  }

  private static Map<String, Weight> weights(Direction direction) throws FormatException {
    var gates = switch (direction.gates) {
      case 1 -> List.of("");
      case 3 -> GRU;
      default -> LSTM;
    };
    int hidden = direction.hidden;
    var weights = new LinkedHashMap<String, Weight>();
    for (int g = 0; g < gates.size(); g++) {
      var gate = gates.get(g);
      int first = g * hidden;
      weights.put("W" + gate, Weight.rows(direction.ih, first, hidden));
      weights.put("U" + gate, Weight.rows(direction.hh, first, hidden));
      var ih = direction.biasIh;
      var hh = direction.biasHh;
      boolean twoBiases = gates.equals(GRU) && gate.equals("n");
      if (ih == null || hh == null) {
        weights.put("b" + gate, Weight.zeros(hidden, "bias"));
        if (twoBiases) {
          weights.put("bu", Weight.zeros(hidden, "bias"));
        }
      } else if (twoBiases) {
        weights.put("bn", Weight.rows(ih, first, hidden));
        weights.put("bu", Weight.rows(hh, first, hidden));
      } else {
        weights.put("b" + gate, Weight.sum(ih, hh, first, hidden));
      }
    }
    if (direction.hr != null) {
      weights.put("V", Weight.all(direction.hr));
    }
    return weights;
  }
}

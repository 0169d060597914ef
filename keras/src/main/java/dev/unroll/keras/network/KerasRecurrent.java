package dev.unroll.keras.network;

import dev.unroll.exchange.checkpoint.CheckpointTensor;
import dev.unroll.exchange.network.RecurrentWeights;
import dev.unroll.exchange.network.Weight;
import dev.unroll.format.FormatException;
import dev.unroll.keras.file.KerasLayer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A recurrent layer of Keras as one of ours.
///
/// ```text
/// kernel [F, G·H]   recurrent_kernel [H, G·H]   bias [G·H]     gates i f c o, z r h
/// bias [2, 3·H] of a GRU that resets after the product: of the input, of the state
/// bias [8·H], [6·H] of CuDNNLSTM, CuDNNGRU: of the input, of the state
/// ```
///
/// cuDNN reads each gate's block of `kernel` as `[H, F]`, and has that of `recurrent_kernel`
/// transposed; Keras saved them as cuDNN has them.
final class KerasRecurrent {
  private static final int WEIGHTS = 3;

  private final KerasLayer layer;
  private final String version;
  private final List<String> remarks;
  private final CheckpointTensor kernel;
  private final CheckpointTensor recurrent;
  private final @Nullable CheckpointTensor bias;
  private final int hidden;
  private final int gates;
  private final boolean cudnn;

  private KerasRecurrent(KerasLayer layer, String version, List<String> remarks)
      throws FormatException {
    this.layer = layer;
    this.version = version;
    this.remarks = remarks;
    var weights = layer.weights();
    if (weights.size() < 2 || weights.size() > WEIGHTS) {
      throw refused("has %d arrays, expected kernel, recurrent_kernel and perhaps bias: %s"
          .formatted(weights.size(), weights));
    }
    kernel = weights.get(0);
    recurrent = weights.get(1);
    bias = weights.size() == WEIGHTS ? weights.get(2) : null;
    if (kernel.rank() != 2 || recurrent.rank() != 2) {
      throw refused("has %s and %s, expected a kernel [F, G·H] and a recurrent_kernel [H, G·H]"
          .formatted(kernel, recurrent));
    }
    long h = recurrent.size(0);
    long all = recurrent.size(1);
    requireRecurrent();
    if (kernel.size(1) != all || kernel.size(0) < 1) {
      throw refused("has the kernel %s, expected [F, %d], as its recurrent_kernel is %s".formatted(
          kernel, all, recurrent));
    }
    hidden = (int) h;
    gates = (int) (all / h);
    cudnn = gates > 1 && bias != null && bias.has(2L * gates * hidden);
    requireBias();
  }

  /// The number of gates that the class of a layer has; where the file does not say it, that of its
  /// name; 0 if that says nothing either.
  private static int gatesOf(KerasLayer layer) {
    return switch (layer.type()) {
      case "SimpleRNN" -> 1;
      case "GRU", "CuDNNGRU" -> 3;
      case "LSTM", "CuDNNLSTM" -> 4;
      default -> 0;
    };
  }

  /// The number of gates that the name of a layer, or of its first array, speaks of; 0 for none.
  static int gatesOfName(KerasLayer layer) {
    var first = layer.weights().isEmpty() ? "" : layer.weights().getFirst().name();
    var name = (layer.name() + " " + first).toLowerCase(Locale.ROOT);
    return name.contains("lstm") ? 4 : name.contains("gru") ? 3 : name.contains("rnn") ? 1 : 0;
  }

  /// Refuses a recurrent kernel that is not `[H, G·H]`; what H would be is seen from the kernel.
  private void requireRecurrent() throws FormatException {
    long h = recurrent.size(0);
    long all = recurrent.size(1);
    int known = gatesOf(layer);
    boolean fits = h > 0 && h <= Integer.MAX_VALUE / 8 && all % h == 0
        && (known == 0 ? Set.of(1L, 3L, 4L).contains(all / h) : all / h == known);
    if (!fits) {
      int said = known > 0 ? known : gatesOfName(layer);
      long columns = kernel.size(1);
      throw refused("has the recurrent_kernel %s, expected %s, as its kernel is %s".formatted(
          recurrent, said > 0 && columns % said == 0
              ? "[%d, %d] of %d gate%s".formatted(columns / said, columns, said,
                  said == 1 ? "" : "s")
              : "[H, G·H] with G = %s".formatted(said > 0 ? said : "1, 3 or 4"),
          kernel));
    }
  }

  private void requireBias() throws FormatException {
    long all = (long) gates * hidden;
    var has = bias;
    if (has != null && !cudnn && !has.has(all) && !(gates == 3 && has.has(2, all))) {
      throw refused("has %s, expected [%d]%s".formatted(has, all, gates == 3
          ? ", or [2, %d] where it resets after the product".formatted(all)
          : ""));
    }
    if (layer.type().startsWith("CuDNN") && !cudnn) {
      throw refused("has %s, expected a bias [%d]".formatted(
          has == null ? "no bias" : has.toString(), 2 * all));
    }
  }

  private FormatException refused(String why) {
    return new FormatException("the layer %s %s".formatted(layer.name(), why));
  }

  /// A layer in one direction.
  ///
  /// @param version of Keras, which decides what is meant where nothing is said
  /// @param gate the `recurrent_activation` where the file says none; null for that of the version
  /// @param remarks gets what was decided
  /// @throws FormatException if it is none, or has what we have no equations for
  static RecurrentWeights of(KerasLayer layer, String version, @Nullable String gate,
      List<String> remarks) throws FormatException {
    return new KerasRecurrent(layer, version, remarks).weights(gate);
  }

  private RecurrentWeights weights(@Nullable String gate) throws FormatException {
    var cell = kind();
    var of = KerasActivation.of("the layer " + layer.name(), layer.text("activation", "tanh"),
        version);
    var on = cell == KerasCell.RNN ? KerasActivation.SIGMOID
        : KerasActivation.of("the layer " + layer.name(), gateActivation(gate), version);
    boolean negated = cell.hasOtherZ(on, of);
    var weights = new LinkedHashMap<String, Weight>();
    for (int g = 0; g < gates; g++) {
      var name = cell.gates().get(g);
      boolean other = negated && name.equals("z");
      weights.put("W" + name, signed(kernel(g), other));
      weights.put("U" + name, signed(recurrent(g), other));
      if (cell == KerasCell.GRU && name.equals("n")) {
        weights.put("bn", bias(0, g));
        weights.put("bu", bias(1, g));
      } else {
        weights.put("b" + name, signed(isOfTwo() ? sum(g) : bias(0, g), other));
      }
    }
    return new RecurrentWeights(layer.name(), cell.cell(on, of), (int) kernel.size(0),
        Map.of("H", hidden), List.of(weights));
  }

  private static Weight signed(Weight weight, boolean negated) {
    return negated ? weight.negated() : weight;
  }

  private KerasCell kind() {
    if (gates == 1) {
      return KerasCell.RNN;
    }
    if (gates == 4) {
      return KerasCell.LSTM;
    }
    if (bias != null) {
      return isOfTwo() ? KerasCell.GRU : KerasCell.GRU_RESET_BEFORE;
    }
    // The shape of a bias would say it. It became usual with TensorFlow 2.
    boolean usual = version.startsWith("3") || version.endsWith("-tf");
    boolean after = layer.flag("reset_after", usual);
    if (!layer.isKnown()) {
      remarks
          .add("%s has no bias, whose shape would say it: taken to have reset_after=%s".formatted(
              layer.name(), after ? "True" : "False"));
    }
    return after ? KerasCell.GRU : KerasCell.GRU_RESET_BEFORE;
  }

  private String gateActivation(@Nullable String gate) throws FormatException {
    if (cudnn) {
      return "sigmoid";
    }
    var usual = gate != null ? gate : usualGate();
    if (!layer.isKnown()) {
      remarks.add(("%s: weights do not say the recurrent_activation; taken to be %s, %s (the option"
          + " --recurrent-activation, or recurrentActivation)").formatted(layer.name(), usual,
              gate != null ? "as asked" : "the default of Keras " + version));
    }
    return layer.text("recurrent_activation", usual);
  }

  /// `hard_sigmoid` before Keras 2.3. In TensorFlow it was so in version 1, whose Keras has the
  /// same numbers as that of TensorFlow 2.0, so that the later one is assumed.
  private String usualGate() {
    boolean old = version.equals("1") || version.startsWith("1.") || version.equals("2")
        || version.matches("2\\.[0-2](\\.\\d+)*");
    return old ? "hard_sigmoid" : "sigmoid";
  }

  private boolean isOfTwo() {
    return cudnn || bias != null && bias.rank() == 2;
  }

  private Weight kernel(int gate) throws FormatException {
    int inputs = (int) kernel.size(0);
    return cudnn ? reordered(gate, inputs) : Weight.columns(kernel, gate * hidden, hidden);
  }

  /// The block of a gate `[F, H]`, read in its order as `[H, F]`.
  private Weight reordered(int gate, int inputs) throws FormatException {
    int first = gate * hidden;
    int all = gates * hidden;
    return Weight.of(hidden, inputs, List.of(kernel.name()), "columns %d … %d, from cuDNN's order"
        .formatted(first, first + hidden - 1), () -> {
          float[] values = kernel.floats();
          float[] block = new float[hidden * inputs];
          for (int i = 0; i < block.length; i++) {
            block[i] = values[i / hidden * all + first + i % hidden];
          }
          return block;
        });
  }

  private Weight recurrent(int gate) throws FormatException {
    var columns = Weight.columns(recurrent, gate * hidden, hidden);
    return cudnn ? columns.transposed() : columns;
  }

  private Weight bias(int which, int gate) throws FormatException {
    var has = bias;
    if (has == null) {
      return Weight.zeros(hidden, "bias");
    }
    int first = (which * gates + gate) * hidden;
    return Weight.of(hidden, 1, List.of(has.name()), elements(first),
        () -> part(has.floats(), first));
  }

  private Weight sum(int gate) throws FormatException {
    var one = bias(0, gate);
    var other = bias(1, gate);
    return Weight.of(hidden, 1, one.from(), "%s and %s, added".formatted(one.how(), other.how()),
        () -> {
          float[] sum = one.values().read();
          float[] more = other.values().read();
          for (int i = 0; i < hidden; i++) {
            sum[i] = more[i] == 0 ? sum[i] : sum[i] + more[i];
          }
          return sum;
        });
  }

  private float[] part(float[] all, int first) {
    float[] part = new float[hidden];
    System.arraycopy(all, first, part, 0, hidden);
    return part;
  }

  private String elements(int first) {
    return "elements %d … %d".formatted(first, first + hidden - 1);
  }

  /// The directions of a `Bidirectional` layer as one layer.
  static RecurrentWeights bidirectional(KerasLayer layer, String version, @Nullable String gate,
      List<String> remarks) throws FormatException {
    var weights = layer.weights();
    int half = weights.size() / 2;
    if (weights.size() % 2 != 0 || half == 0) {
      throw new FormatException("the layer %s has %d arrays, expected those of two directions"
          .formatted(layer.name(), weights.size()));
    }
    var all = new ArrayList<RecurrentWeights>();
    for (int d = 0; d < 2; d++) {
      var own = direction(layer, d == 0 ? "layer" : "backward_layer",
          weights.subList(d * half, (d + 1) * half));
      all.add(of(own, version, gate, d == 0 ? remarks : new ArrayList<>()));
    }
    var forward = all.getFirst();
    var backward = all.getLast();
    if (!forward.cell().equals(backward.cell()) || !forward.sizes().equals(backward.sizes())
        || forward.inputs() != backward.inputs()) {
      throw new FormatException("the layer %s has directions that are not alike: %s %s and %s %s"
          .formatted(layer.name(), forward.cell().name(), forward.sizes(), backward.cell().name(),
              backward.sizes()));
    }
    return new RecurrentWeights(layer.name(), forward.cell(), forward.inputs(), forward.sizes(),
        List.of(forward.directions().getFirst(), backward.directions().getFirst()));
  }

  /// A direction; that of the backward one is described only where it is not like the other.
  private static KerasLayer direction(KerasLayer layer, String key,
      List<CheckpointTensor> weights) {
    var described = layer.inner(key);
    var inner = described != null ? described : layer.inner("layer");
    return inner == null ? layer.with(weights)
        : new KerasLayer(layer.name(), inner.type(), inner.settings(), weights);
  }
}

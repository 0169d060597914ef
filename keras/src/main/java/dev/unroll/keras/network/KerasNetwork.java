package dev.unroll.keras.network;

import dev.unroll.exchange.checkpoint.CheckpointTensor;
import dev.unroll.exchange.network.ChainMetadata;
import dev.unroll.exchange.network.DenseWeights;
import dev.unroll.exchange.network.ForeignNetwork;
import dev.unroll.exchange.network.NetworkLayers;
import dev.unroll.exchange.network.NetworkModel.Form;
import dev.unroll.exchange.network.RecurrentWeights;
import dev.unroll.exchange.network.Weight;
import dev.unroll.expr.Function;
import dev.unroll.format.FormatException;
import dev.unroll.keras.file.KerasFile;
import dev.unroll.keras.file.KerasLayer;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Outputs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The layers of a file of Keras as a chain: symbols or vectors, recurrent layers, an output layer.
///
/// | layer | is |
/// | --- | --- |
/// | `Embedding` | the table of the symbols' vectors |
/// | `SimpleRNN`, `LSTM`, `GRU`, `CuDNNLSTM`, `CuDNNGRU`, `Bidirectional` of one | a recurrent layer |
/// | `GlobalAveragePooling1D`, `GlobalMaxPooling1D` | how one answer is made of all steps |
/// | `Dense`, `TimeDistributed` of one | the output layer |
/// | `Activation`, `Softmax` behind it | what the outputs are |
/// | `InputLayer`, `Masking`, dropout and noise | nothing when the model answers |
public final class KerasNetwork {
  private static final Set<String> NOTHING = Set.of("InputLayer", "Dropout", "SpatialDropout1D",
      "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization", "Masking");
  private static final Set<String> RECURRENT =
      Set.of("SimpleRNN", "LSTM", "GRU", "CuDNNLSTM", "CuDNNGRU");
  private static final int MATRICES_OF_BOTH = 4;

  private final KerasFile file;
  private final @Nullable String gate;
  private final List<String> remarks = new ArrayList<>();
  private final List<RecurrentWeights> layers = new ArrayList<>();
  private @Nullable Weight table;
  private @Nullable Pooling pooling;
  private @Nullable DenseWeights dense;
  private String activation = "linear";
  private Merge merge = Merge.CONCATENATE;
  private boolean halved;
  private boolean steps = true;

  private KerasNetwork(KerasFile file, @Nullable String gate) {
    this.file = file;
    this.gate = gate;
  }

  /// The chain in a file.
  ///
  /// @param gate the `recurrent_activation` where the file says none; null for that of its version
  /// @throws FormatException if a layer is none of a chain; names it
  public static ForeignNetwork of(KerasFile file, @Nullable String gate) throws FormatException {
    var chain = file.chain();
    if (chain != null) {
      throw new FormatException(chain + "; take its recurrent layers one by one: "
          + recurrentNames(file));
    }
    try {
      return ChainMetadata.applied(new KerasNetwork(file, gate).network(),
          file.arrays().metadata());
    } catch (FormatException e) {
      throw named(file, e);
    }
  }

  private static FormatException named(KerasFile file, FormatException e) {
    var message = String.valueOf(e.getMessage());
    return message.startsWith(file.source()) ? e
        : new FormatException("%s: %s".formatted(file.source(), message), e);
  }

  /// A recurrent layer alone.
  ///
  /// @param gate the `recurrent_activation` where the file says none; null for that of its version
  /// @throws FormatException if there is none of that name; names those that there are
  public static NetworkLayers layer(KerasFile file, String name, @Nullable String gate)
      throws IOException {
    var layer = file.layer(name);
    if (layer == null || !isRecurrent(layer)) {
      throw new FormatException("%s has no recurrent layer '%s'; it has %s".formatted(file.source(),
          name, recurrentNames(file)));
    }
    try {
      var one = new KerasNetwork(file, gate);
      one.recurrent(layer);
      if (one.halved) {
        throw new FormatException("the layer %s averages its directions; take merge_mode='sum' and"
            .formatted(name) + " halve it");
      }
      return NetworkLayers.of(file.source(), one.layers, one.merge);
    } catch (FormatException e) {
      throw named(file, e);
    }
  }

  private static String recurrentNames(KerasFile file) {
    var names = file.layers().stream().filter(KerasNetwork::isRecurrent).map(KerasLayer::name)
        .collect(Collectors.joining(", "));
    return names.isEmpty() ? "none" : names;
  }

  /// Whether a layer is one, as far as its class or its weights say.
  private static boolean isRecurrent(KerasLayer layer) {
    var type = type(layer);
    return RECURRENT.contains(type) || type.equals("Bidirectional");
  }

  /// The class of a layer; where the file has weights alone, what their shapes say.
  private static String type(KerasLayer layer) {
    if (layer.isKnown()) {
      return layer.type();
    }
    var weights = layer.weights();
    var matrices = weights.stream().filter(tensor -> tensor.rank() == 2).toList();
    boolean embedding = layer.name().toLowerCase(Locale.ROOT).contains("embed")
        || weights.getFirst().name().toLowerCase(Locale.ROOT).contains("embeddings");
    if (weights.size() == 1 && embedding) {
      return "Embedding";
    }
    boolean both = weights.size() >= MATRICES_OF_BOTH && weights.size() % 2 == 0
        && isOfGates(weights) && isOfGates(weights.subList(weights.size() / 2, weights.size()));
    if (both) {
      return "Bidirectional";
    }
    if (weights.size() <= 3 && isOfGates(weights)) {
      return switch ((int) (weights.get(1).size(1) / weights.get(1).size(0))) {
        case 1 -> "SimpleRNN";
        case 3 -> "GRU";
        default -> "LSTM";
      };
    }
    if (isCalledRecurrent(layer)) {
      return layer.name().toLowerCase(Locale.ROOT).contains("bidirectional") ? "Bidirectional"
          : "LSTM";
    }
    return matrices.size() == 1 && weights.size() <= 2 && weights.getFirst().rank() == 2
        && weights.getLast().rank() == (weights.size() == 1 ? 2 : 1) ? "Dense" : "?";
  }

  /// Whether the names say that a layer is recurrent, whose shapes do not: what is wrong with them
  /// is said by [KerasRecurrent].
  private static boolean isCalledRecurrent(KerasLayer layer) {
    var weights = layer.weights();
    boolean isCalled = weights.stream()
        .anyMatch(tensor -> tensor.name().toLowerCase(Locale.ROOT).contains("recurrent_kernel"));
    return isCalled || KerasRecurrent.gatesOfName(layer) > 0
        && (weights.size() > 2 || weights.size() == 2 && weights.getLast().rank() == 2);
  }

  private static boolean isOfGates(List<CheckpointTensor> weights) {
    if (weights.size() < 2 || weights.get(0).rank() != 2 || weights.get(1).rank() != 2) {
      return false;
    }
    var recurrent = weights.get(1);
    long h = recurrent.size(0);
    return h > 0 && weights.get(0).size(1) == recurrent.size(1) && recurrent.size(1) % h == 0
        && Set.of(1L, 3L, 4L).contains(recurrent.size(1) / h);
  }

  private ForeignNetwork network() throws FormatException {
    for (var layer : inOrder()) {
      add(layer);
    }
    if (layers.isEmpty()) {
      throw new FormatException(
          "there is no SimpleRNN, LSTM or GRU; unroll import FILE --list shows"
              + " what there is");
    }
    requireGateUsed();
    boolean known = file.layers().stream().anyMatch(KerasLayer::isKnown);
    var form = !known ? null : steps ? Form.SEQUENCE_TO_SEQUENCE : Form.SEQUENCE_TO_VECTOR;
    return new ForeignNetwork(file.source(), table, layers, dense, List.of(), remarks, form,
        known && dense != null ? outputs(dense) : null, pooling, merge);
  }

  private void requireGateUsed() throws FormatException {
    if (gate != null
        && file.layers().stream().filter(KerasNetwork::isRecurrent).noneMatch(this::asksForGate)) {
      throw new FormatException(
          ("the recurrent activation %s has no use, as no layer leaves its own open; leave"
              + " --recurrent-activation out").formatted(gate));
    }
  }

  /// Whether nothing but the version says the activation of a layer's gates.
  private boolean asksForGate(KerasLayer layer) {
    var inner = type(layer).equals("Bidirectional") ? layer.inner("layer") : layer;
    var type = inner == null ? "" : type(inner);
    return !type.equals("SimpleRNN") && !type.startsWith("CuDNN")
        && (inner == null || !inner.settings().containsKey("recurrent_activation"));
  }

  /// Where nothing says the order: the table, the recurrent layers, the output layer.
  private List<KerasLayer> inOrder() {
    boolean known = file.layers().stream().anyMatch(KerasLayer::isKnown);
    if (known || !file.version().equals("3")) {
      return file.layers();
    }
    var sorted = new ArrayList<>(file.layers());
    sorted.sort((a, b) -> Integer.compare(place(a), place(b)));
    return sorted;
  }

  private static int place(KerasLayer layer) {
    return switch (type(layer)) {
      case "Embedding" -> 0;
      case "Dense" -> 2;
      default -> 1;
    };
  }

  private static FormatException refused(KerasLayer layer, String why) {
    return new FormatException("the layer %s%s %s".formatted(layer.name(),
        layer.isKnown() ? ", a %s,".formatted(layer.type()) : "", why));
  }

  private void add(KerasLayer layer) throws FormatException {
    var type = type(layer);
    if (NOTHING.contains(type)) {
      if (type.equals("Masking")) {
        remarks
            .add("%s leaves steps out whose features are all %s; leave them out of your sequences"
                .formatted(layer.name(), layer.settings().get("mask_value")));
      }
    } else if (type.equals("Embedding")) {
      embedding(layer);
    } else if (RECURRENT.contains(type) || type.equals("Bidirectional")) {
      if (!steps || dense != null) {
        throw refused(layer, "reads one vector, not a sequence; take the layers one by one");
      }
      recurrent(layer);
    } else if (type.equals("GlobalAveragePooling1D") || type.equals("GlobalMaxPooling1D")) {
      if (!steps || layers.isEmpty() || dense != null) {
        throw refused(layer, "is not right behind recurrent layers that give all steps");
      }
      pooling = type.equals("GlobalMaxPooling1D") ? Pooling.MAX : Pooling.MEAN;
      steps = false;
    } else if (type.equals("Dense")) {
      dense(layer);
    } else
      if (type.equals("TimeDistributed") && layer.inner("layer") instanceof KerasLayer inner
          && inner.type().equals("Dense")) {
            dense(inner);
          } else
        if (dense != null && activation.equals("linear")
            && (type.equals("Activation") || type.equals("Softmax"))) {
              activation = type.equals("Softmax") ? "softmax" : layer.text("activation", "linear");
            } else
          if (layer.isKnown() || !layer.weights().isEmpty()) {
            throw refused(layer,
                "is none that a chain of ours has; take the recurrent layers one by one: "
                    + recurrentNames(file));
          }
  }

  private void embedding(KerasLayer layer) throws FormatException {
    if (!layers.isEmpty() || table != null || layer.weights().size() != 1
        || layer.weights().getFirst().rank() != 2) {
      throw refused(layer, "is no one table [V, E] in front of the recurrent layers");
    }
    table = Weight.all(layer.weights().getFirst());
    if (layer.flag("mask_zero", false)) {
      remarks.add("%s has mask_zero: symbol 0 is padding; leave it out of your sequences"
          .formatted(layer.name()));
    }
  }

  private void recurrent(KerasLayer layer) throws FormatException {
    boolean both = type(layer).equals("Bidirectional");
    var inner = both ? layer.inner("layer") : layer;
    if (layer.isKnown() && (inner == null || !RECURRENT.contains(inner.type()))) {
      throw refused(layer, "is not of a SimpleRNN, LSTM or GRU");
    }
    boolean before = halved;
    var weights = both ? KerasRecurrent.bidirectional(layer, file.version(), gate, remarks)
        : KerasRecurrent.of(layer, file.version(), gate, remarks);
    if (both) {
      merged(layer);
    }
    if (inner != null && inner.flag("go_backwards", false)) {
      throw refused(layer, "reads sequences backwards, which our models do in two directions only");
    }
    layers.add(before ? halvedInputs(weights) : weights);
    steps = inner == null || inner.flag("return_sequences", !layer.isKnown());
  }

  /// The average is half the sum, and what reads it has weights half as large: the same bits.
  private void merged(KerasLayer layer) throws FormatException {
    var mode = layer.text("merge_mode", "concat");
    var chosen = switch (mode) {
      case "concat" -> Merge.CONCATENATE;
      case "sum", "ave" -> Merge.SUM;
      default -> throw refused(layer, "has merge_mode=%s; expected concat, sum or ave"
          .formatted(mode));
    };
    if (!layers.isEmpty() && (chosen != merge || mode.equals("ave") != halved)) {
      throw refused(layer, "has merge_mode=%s, unlike the one before it".formatted(mode));
    }
    merge = chosen;
    halved = mode.equals("ave");
  }

  private static RecurrentWeights halvedInputs(RecurrentWeights weights) {
    var directions = weights.directions().stream().map(direction -> direction.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getKey().startsWith("W")
            ? entry.getValue().halved()
            : entry.getValue())))
        .toList();
    return new RecurrentWeights(weights.name(), weights.cell(), weights.inputs(), weights.sizes(),
        directions);
  }

  private void dense(KerasLayer layer) throws FormatException {
    var weights = layer.weights();
    if (dense != null) {
      throw refused(layer,
          "is a second layer behind the recurrent ones; a model of ours has one, so"
              + " take the recurrent layers one by one: " + recurrentNames(file));
    }
    if (layers.isEmpty()) {
      throw refused(layer, "stands before the recurrent layers; take those one by one: "
          + recurrentNames(file));
    }
    if (weights.isEmpty() || weights.size() > 2 || weights.getFirst().rank() != 2
        || weights.size() == 2 && !weights.getLast().has(weights.getFirst().size(1))) {
      throw refused(layer, "has %s, expected a kernel [F, N] and perhaps a bias [N]".formatted(
          weights));
    }
    var v = Weight.all(weights.getFirst()).transposed();
    dense = new DenseWeights(layer.name(), halved ? v.halved() : v,
        weights.size() == 2 ? Weight.all(weights.getLast()) : Weight.zeros(v.rows(), "bias"),
        false);
    activation = layer.text("activation", "linear");
  }

  private Outputs outputs(DenseWeights layer) throws FormatException {
    int n = layer.v().rows();
    return switch (activation) {
      case "softmax" -> Outputs.classes(n);
      case "sigmoid" -> Outputs.bits(n);
      case "linear" -> Outputs.numbers(n);
      case "tanh" -> Outputs.numbers(n).activation(Function.TANH);
      case "relu" -> Outputs.numbers(n).activation(Function.RELU);
      default -> throw new FormatException(
          "the layer %s has the activation %s; expected softmax, sigmoid, linear, tanh or relu"
              .formatted(layer.name(), activation));
    };
  }
}

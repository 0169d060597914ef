package dev.unroll.onnx.recurrent;

import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.Attributes;
import dev.unroll.onnx.proto.NodeDef;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/// The attributes of a recurrent node, checked.
///
/// @param reverse whether each direction runs against time
/// @param activations those of each direction
/// @param clip the largest magnitude of what enters an activation; ∞ for no limit
/// @param batchFirst `layout` 1
/// @param hiddenSize 0 if the node does not say
/// @param peepholes whether there is an input P
record RecurrentForm(Kind kind, List<Boolean> reverse, List<List<Activation>> activations,
    float clip, boolean inputForget, boolean linearBeforeReset, boolean batchFirst,
    int hiddenSize, boolean peepholes) {

  /// The operators, with their gates in ONNX's order and their default activations.
  enum Kind {
    RNN(List.of(""), List.of("Tanh")), GRU(List.of("z", "r", "h"),
        List.of("Sigmoid", "Tanh")), LSTM(List.of("i", "o", "f", "c"),
            List.of("Sigmoid", "Tanh", "Tanh"));

    private final List<String> gates;
    private final List<String> activations;

    Kind(List<String> gates, List<String> activations) {
      this.gates = gates;
      this.activations = activations;
    }

    /// The gates, in the order of the rows of W and R.
    List<String> gates() {
      return gates;
    }
  }

  private static final Set<String> KNOWN = Set.of("activation_alpha", "activation_beta",
      "activations", "clip", "direction", "hidden_size", "input_forget", "layout",
      "linear_before_reset", "output_sequence");

  static RecurrentForm of(Kind kind, NodeDef node) {
    var attributes = node.attributes();
    for (var name : attributes.names()) {
      if (!KNOWN.contains(name)) {
        throw Refusal.of("attribute %s is not known", name);
      }
    }
    var direction = attributes.text("direction", "forward");
    var reverse = switch (direction) {
      case "forward" -> List.of(false);
      case "reverse" -> List.of(true);
      case "bidirectional" -> List.of(false, true);
      default -> throw Refusal.of(
          "direction is \"%s\", expected forward, reverse or bidirectional", direction);
    };
    return new RecurrentForm(kind, reverse, activations(kind, attributes, reverse.size()),
        clip(attributes), attributes.flag("input_forget", false),
        attributes.flag("linear_before_reset", false), layout(attributes),
        hiddenSize(attributes), kind == Kind.LSTM && node.hasInput(7));
  }

  private static List<List<Activation>> activations(Kind kind, Attributes attributes,
      int directions) {
    int each = kind.activations.size();
    var names = attributes.texts("activations");
    if (names == null || names.isEmpty()) {
      names = Collections.nCopies(directions, kind.activations).stream().flatMap(List::stream)
          .toList();
    }
    if (names.size() != directions * each) {
      throw Refusal.of("there are %d activations, expected %d: %d for each direction",
          names.size(), directions * each, each);
    }
    var all = Activation.read(names, attributes.reals("activation_alpha"),
        attributes.reals("activation_beta"));
    return directions == 1 ? List.of(all)
        : List.of(all.subList(0, each), all.subList(each, 2 * each));
  }

  private static float clip(Attributes attributes) {
    float clip = attributes.real("clip", Float.POSITIVE_INFINITY);
    if (!(clip > 0)) {
      throw Refusal.of("clip is %s, expected a number above 0", clip);
    }
    return clip;
  }

  private static boolean layout(Attributes attributes) {
    long layout = attributes.integer("layout", 0);
    if (layout != 0 && layout != 1) {
      throw Refusal.of("layout is %d, expected 0 or 1", layout);
    }
    return layout == 1;
  }

  private static int hiddenSize(Attributes attributes) {
    if (!attributes.has("hidden_size")) {
      return 0;
    }
    long size = attributes.integer("hidden_size", 0);
    if (size < 1 || size > 1 << 24) {
      throw Refusal.of("hidden_size is %d, expected 1 to %d", size, 1 << 24);
    }
    return (int) size;
  }

  /// The number of directions.
  int directions() {
    return reverse.size();
  }
}

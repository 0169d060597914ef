package dev.unroll.exchange.onnx;

import dev.unroll.exchange.onnx.ChainValue.Kind;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.NodeDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Nodes that change the layout of a value: which of its axes is which afterwards.
final class LayoutNode {
  private static final Set<String> OPERATORS = Set.of("Transpose", "Squeeze", "Unsqueeze",
      "Reshape", "Flatten", "Identity", "Cast", "Dropout");

  /// The numbers that ONNX gives to the types of real numbers.
  private static final Set<Long> REAL = Set.of(1L, 10L, 11L, 16L);

  /// Those of whole numbers that symbols are counted in.
  private static final Set<Long> WHOLE = Set.of(6L, 7L, 12L, 13L);

  private final NodeDef node;
  private final Map<String, NdArray> constants;
  private final long features;

  /// @param features the size of the last axis of the graph's input; −1 if it is not known
  LayoutNode(NodeDef node, Map<String, NdArray> constants, long features) {
    this.node = node;
    this.constants = constants;
    this.features = features;
  }

  static boolean has(String operator) {
    return OPERATORS.contains(operator);
  }

  /// The value behind the node.
  ///
  /// @throws Refusal if an axis is lost, or mixed with another
  ChainValue of(ChainValue data) {
    return switch (node.operator()) {
      case "Cast" -> {
        long to = node.attributes().integer("to", 1);
        if (REAL.contains(to)) {
          yield data;
        }
        if (!isRead(data) || !WHOLE.contains(to)) {
          throw refused("rounds to integers");
        }
        yield ChainValue.SYMBOLS;
      }
      case "Dropout" -> {
        var trains = constants.get(node.input(2));
        if (node.hasInput(2) && (trains == null || trains.isTrue())) {
          throw refused("drops at random");
        }
        yield data;
      }
      case "Identity" -> data;
      case String _ when isRead(data) -> keepsFeatures() ? data : ChainValue.SYMBOLS;
      default -> data.kind() == Kind.VECTORS ? vectors(data) : moved(data);
    };
  }

  /// Whether a value is still the input of the graph.
  private static boolean isRead(ChainValue data) {
    return data.kind() == Kind.INPUT || data.kind() == Kind.SYMBOLS;
  }

  /// What is wrong with the node if its input turns out to be vectors, not symbols.
  static Refusal refusedForVectors(NodeDef node) {
    return Refusal.of("%s %s", node.place(), node.operator().equals("Cast") ? "rounds to integers"
        : "takes the vectors of the input apart");
  }

  /// Whether the features of an input stay together: axes of one element come and go, the last
  /// axis stays where it is.
  private boolean keepsFeatures() {
    return switch (node.operator()) {
      case "Squeeze", "Unsqueeze" -> true;
      case "Transpose" -> {
        var order = node.attributes().integers("perm");
        yield order != null && !order.isEmpty() && order.getLast() == order.size() - 1;
      }
      case "Reshape" -> {
        var shape = constants.get(node.input(1));
        yield shape != null && shape.length() > 0
            && shape.longs()[shape.length() - 1] == features;
      }
      default -> false;
    };
  }

  private Refusal refused(String why) {
    return Refusal.of("%s %s", node.place(), why);
  }

  /// The vectors of symbols, of whose axes the last one alone is known.
  private ChainValue vectors(ChainValue data) {
    boolean keeps = switch (node.operator()) {
      case "Transpose" -> {
        var order = node.attributes().integers("perm");
        yield order != null && !order.isEmpty() && order.getLast() == order.size() - 1;
      }
      case "Squeeze", "Unsqueeze" -> {
        var axes = axes();
        yield axes != null && !axes.contains(-1L);
      }
      case "Reshape" -> {
        var shape = constants.get(node.input(1));
        yield shape != null && shape.length() > 0
            && shape.longs()[shape.length() - 1] == data.width();
      }
      default -> false;
    };
    if (!keeps) {
      throw refused("takes the vectors of symbols apart");
    }
    return data;
  }

  private ChainValue moved(ChainValue data) {
    return switch (node.operator()) {
      case "Transpose" -> transposed(data);
      case "Squeeze" -> squeezed(data);
      case "Unsqueeze" -> unsqueezed(data);
      case "Flatten" -> flattened(data);
      default -> reshaped(data);
    };
  }

  private ChainValue transposed(ChainValue data) {
    int n = data.axes().length();
    var order = node.attributes().integers("perm");
    var places = order != null ? order
        : IntStream.range(0, n).mapToObj(i -> (long) (n - 1 - i)).toList();
    if (places.size() != n || places.stream().distinct().count() != n
        || places.stream().anyMatch(i -> i < 0 || i >= n)) {
      throw refused("exchanges axes that are not there");
    }
    return data.with(places.stream()
        .map(i -> data.axes().substring(i.intValue(), i.intValue() + 1))
        .collect(Collectors.joining()));
  }

  /// The axes of Squeeze or Unsqueeze: an input, before opset 13 an attribute; null for none.
  private @Nullable List<Long> axes() {
    if (!node.hasInput(1)) {
      return node.attributes().integers("axes");
    }
    var axes = constants.get(node.input(1));
    if (axes == null) {
      throw refused("has axes that are computed");
    }
    return axes.list();
  }

  private ChainValue squeezed(ChainValue data) {
    var axes = axes();
    var left = new StringBuilder(data.axes());
    for (int i = data.axes().length() - 1; i >= 0; i--) {
      char axis = data.axes().charAt(i);
      boolean isOne = axis == 'U' || axis == 'D' && data.directions() == 1;
      int at = i;
      if (axes == null ? isOne : axes.stream().anyMatch(a -> data.place(a) == at)) {
        // A graph for one sequence at a time may drop the axis of sequences.
        if (!isOne && axis != 'B') {
          throw refused("removes an axis that need not have one element");
        }
        left.deleteCharAt(i);
      }
    }
    if (axes != null && left.length() != data.axes().length() - axes.size()) {
      throw refused("removes axes that are not there");
    }
    return data.with(left.toString());
  }

  private ChainValue unsqueezed(ChainValue data) {
    var axes = axes();
    if (axes == null) {
      throw refused("has no axes");
    }
    int n = data.axes().length() + axes.size();
    var places = new ArrayList<Integer>();
    axes.forEach(axis -> places.add((int) (axis < 0 ? axis + n : axis)));
    places.sort(null);
    var all = new StringBuilder(data.axes());
    for (int at : places) {
      if (at < 0 || at > all.length()) {
        throw refused("adds an axis where there is no place");
      }
      all.insert(at, 'U');
    }
    return data.with(all.toString());
  }

  private ChainValue flattened(ChainValue data) {
    int n = data.axes().length();
    long axis = node.attributes().integer("axis", 1);
    int at = axis == n ? n : data.place(axis);
    var behind = at < 0 ? "" : data.axes().substring(at);
    if (!behind.matches("U*[DU]?[HC]") || data.isApart() && !behind.endsWith("DH")) {
      throw refused("puts features and other axes into one");
    }
    var before = data.axes().substring(0, at);
    return whole(data, behind.endsWith("DH"),
        before.length() == 1 ? before : data.hasSteps() ? "M" : "B");
  }

  /// With the features of all directions in the last axis.
  private static ChainValue whole(ChainValue data, boolean both, String before) {
    char last = data.axes().charAt(data.axes().length() - 1);
    return new ChainValue(data.kind(), before + last, data.layer(), data.directions(),
        both ? data.width() * data.directions() : data.width());
  }

  /// Elements stay in their order, so that features stay together if the last axis has as many
  /// elements as there are features.
  private ChainValue reshaped(ChainValue data) {
    var axes = data.axes();
    boolean joins = axes.endsWith("DH");
    if (!axes.matches(".*[HC]") || data.isApart() && !joins) {
      throw refused("does not put two directions side by side");
    }
    long width = joins ? data.width() * data.directions() : data.width();
    var some = data.hasSteps() ? "M" : "B";
    var shape = constants.get(node.input(1));
    if (shape == null) {
      // What reads it is a product of as many columns, or refuses it.
      return whole(data, joins, some);
    }
    long[] sizes = shape.longs();
    int before = sizes.length - 1;
    var kept = axes.substring(0, axes.length() - (joins ? 2 : 1));
    boolean isCopy = before >= 0 && before == kept.length() && !node.attributes()
        .flag("allowzero", false) && IntStream.range(0, before).allMatch(i -> sizes[i] == 0);
    if (before < 1 || sizes[before] != width && !(isCopy && sizes[before] == -1)) {
      throw refused("puts features and other axes into one");
    }
    return whole(data, joins, isCopy ? kept : some.repeat(before));
  }
}

package dev.unroll.exchange.torch;

import dev.unroll.exchange.checkpoint.CheckpointTensor;
import dev.unroll.format.FormatException;
import dev.unroll.format.file.Printable;
import dev.unroll.format.json.Quote;
import dev.unroll.format.pickle.PickleValue;
import dev.unroll.format.pickle.PickleValue.Called;
import dev.unroll.format.pickle.PickleValue.Dict;
import dev.unroll.format.pickle.PickleValue.Items;
import dev.unroll.format.pickle.PickleValue.Text;
import dev.unroll.format.pickle.PickleValue.Whole;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds the weights in what was saved: a state dict, a dictionary that has one beside an
/// optimizer, several, or the attributes of a TorchScript module.
final class StateDict {
  /// The names under which checkpoints keep their weights, in order of preference.
  private static final List<String> USUAL = List.of("state_dict", "model_state_dict", "model_state",
      "model", "net", "network", "module", "weights", "params", "parameters", "ema");

  private static final String OPTIMIZER = "param_groups";
  private static final int DEEPEST = 64;
  private static final int MOST_VALUES = 1_000_000;

  private final TensorCalls calls;
  private final SequencedMap<String, CheckpointTensor> tensors = new LinkedHashMap<>();
  private final List<String> remarks = new ArrayList<>();
  private int visited;

  StateDict(TensorCalls calls) {
    this.calls = calls;
  }

  /// The tensors, in order.
  List<CheckpointTensor> tensors() {
    return List.copyOf(tensors.values());
  }

  /// Which part of the file they are.
  List<String> remarks() {
    return remarks;
  }

  /// Takes the tensors of what was saved.
  ///
  /// @param part the name of the part that has the weights; null to find it
  /// @throws FormatException if there are none
  void take(String source, PickleValue root, @Nullable String part) throws FormatException {
    switch (root) {
      case Dict dict when part != null -> {
        var chosen = dict.get(part);
        if (chosen == null) {
          throw new FormatException("%s has no part %s; its parts are %s".formatted(source,
              Quote.of(part), names(dict)));
        }
        remarks.add("the weights are those under '%s'".formatted(part));
        walk("", chosen, 0);
      }
      case PickleValue _ when part != null -> throw new FormatException(
          "%s has no parts, so no %s; leave --part out".formatted(source, Quote.of(part)));
      case Dict dict when !hasTensors(dict) -> nested(dict);
      default -> walk("", root, 0);
    }
    if (tensors.isEmpty() && part != null && root instanceof Dict dict) {
      throw new FormatException(
          "%s has no weights under %s; its parts are %s: name another one, or leave --part out"
              .formatted(source, Quote.of(part), names(dict)));
    }
    if (tensors.isEmpty()) {
      throw new FormatException("%s holds no tensors; save weights: torch.save(model.state_dict(),"
          .formatted(source) + " file)");
    }
  }

  private void nested(Dict root) throws FormatException {
    var parts = new LinkedHashMap<String, PickleValue>();
    for (var entry : root.entries()) {
      if (entry.key() instanceof Text(var name) && holdsWeights(entry.value())) {
        parts.put(name, entry.value());
      }
    }
    var usual = USUAL.stream().filter(parts::containsKey).findFirst().orElse(null);
    var chosen = parts.size() == 1 ? parts.firstEntry().getKey() : usual;
    if (chosen == null) {
      walk("", root, 0);
      return;
    }
    var others = root.entries().stream().map(Dict.Entry::key)
        .map(key -> key instanceof Text(var name) ? name : "?")
        .filter(name -> !name.equals(chosen)).map(StateDict::shown).toList();
    remarks.add("the weights are those under '%s'%s".formatted(shown(chosen), others.isEmpty() ? ""
        : "; not read: " + String.join(", ", others)));
    var value = parts.get(chosen);
    if (value instanceof Dict dict && !hasTensors(dict) && !isScript(value)) {
      nested(dict);
    } else if (value != null) {
      walk("", value, 0);
    }
  }

  /// Whether there are tensors right below a value, or one level further down.
  private static boolean holdsWeights(PickleValue value) {
    return value instanceof Dict dict && dict.get(OPTIMIZER) == null
        && (hasTensors(dict) || dict.entries().stream().anyMatch(
            entry -> entry.value() instanceof Dict inner && hasTensors(inner)));
  }

  private static boolean hasTensors(Dict dict) {
    return dict.entries().stream().anyMatch(entry -> TensorCalls.isTensor(entry.value()));
  }

  private static boolean isScript(PickleValue value) {
    return value instanceof Called call && KnownNames.isScript(call.callee());
  }

  private static String names(Dict dict) {
    return dict.entries().stream().map(Dict.Entry::key)
        .map(key -> key instanceof Text(var name) ? shown(name) : "?").limit(20)
        .collect(Collectors.joining(", "));
  }

  private static String shown(String name) {
    var quoted = Quote.of(name);
    return quoted.substring(1, quoted.length() - 1);
  }

  private void walk(String name, PickleValue value, int depth) throws FormatException {
    if (depth > DEEPEST || ++visited > MOST_VALUES) {
      throw new FormatException("the file has dictionaries nested deeper than %d, or more than %d"
          .formatted(DEEPEST, MOST_VALUES) + " values in them; it is no checkpoint of weights");
    }
    if (TensorCalls.isTensor(value)) {
      var full = name.isEmpty() ? "tensor" : Printable.of(name);
      var tensor = calls.tensor(full, value);
      var other = tensors.putIfAbsent(full, tensor);
      if (other != null && !other.isSameAs(tensor)) {
        throw new FormatException("two tensors are called %s; give each a name of its own, or name"
            .formatted(full) + " the part to take (--part)");
      }
      return;
    }
    switch (value) {
      case Dict dict when dict.get(OPTIMIZER) == null -> walk(name, dict, depth);
      case Called call when KnownNames.isScript(call.callee()) -> {
        if (call.state() instanceof Dict attributes) {
          walk(name, attributes, depth);
        }
      }
      // The lists of a TorchScript module have its parameters once more.
      case Items items when tensors.isEmpty() && name.isEmpty() -> {
        for (int i = 0; i < items.values().size(); i++) {
          walk(Integer.toString(i), items.values().get(i), depth + 1);
        }
      }
      // Quantized modules keep weight and bias as a tuple.
      case Items items -> {
        for (int i = 0; i < items.values().size(); i++) {
          if (TensorCalls.isUnread(items.values().get(i))) {
            walk(name + "." + i, items.values().get(i), depth + 1);
          }
        }
      }
      default -> {}
    }
  }

  private void walk(String name, Dict dict, int depth) throws FormatException {
    for (var entry : dict.entries()) {
      var key = switch (entry.key()) {
        case Text(var text) -> text;
        case Whole(var number) -> Long.toString(number);
        default -> null;
      };
      if (key != null) {
        walk(name.isEmpty() ? key : name + "." + key, entry.value(), depth + 1);
      }
    }
  }
}

package dev.unroll.onnx.export;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Size;
import dev.unroll.layer.Merge;
import dev.unroll.model.RecurrentStack;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The layers of a [RecurrentStack]. Nothing is dropped outside training, so dropout leaves no
/// trace.
final class StackExport {
  private static final List<String> FORWARD = List.of("");
  private static final List<String> BOTH = List.of(".forward", ".backward");

  private final GraphBuilder graph;
  private final RecurrentStack body;
  private final List<RecurrentExport> layers = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final List<Integer> inputSizes = new ArrayList<>();
  private int outputSize;

  /// @param name of its layers in the model, before their numbers
  StackExport(GraphBuilder graph, ModelWeights weights, String name, RecurrentStack body,
      int inputs) {
    this.graph = graph;
    this.body = body;
    int size = inputs;
    for (int l = 0; l < body.layers(); l++) {
      var elements = new HashMap<>(body.sizes().elements());
      elements.put(Size.INPUT.name(), size);
      names.add(name + l);
      inputSizes.add(size);
      layers.add(new RecurrentExport(graph, weights, name + l, body.rewritten(), body.zoneout(),
          new Dimensions(elements)));
      size = layers.getLast().outputSize()
          * (body.directions() == Merge.CONCATENATE ? BOTH.size() : 1);
    }
    outputSize = size;
  }

  int outputSize() {
    return outputSize;
  }

  /// The state that is the output of the last layer; null if the output is none, or has another
  /// size than the stack.
  @Nullable
  String outputState() {
    var output = layers.getLast().outputState();
    return output == null || layers.getLast().outputSize() != outputSize ? null
        : state(layers.size() - 1, output);
  }

  /// The states of which the cell itself says from what they start.
  Set<String> stated() {
    var found = new HashSet<String>();
    for (int l = 0; l < layers.size(); l++) {
      for (var state : body.rewritten().starts().keySet()) {
        found.add(state(l, state));
      }
    }
    return found;
  }

  /// Whether states start from other values than zero.
  boolean hasStarts() {
    return layers.stream().anyMatch(layer -> !layer.starts().isEmpty());
  }

  /// The values from which the states of a stack in one direction start, if they are not zero.
  SequencedMap<String, float[]> starts() {
    var values = new LinkedHashMap<String, float[]>();
    for (int l = 0; l < layers.size(); l++) {
      int layer = l;
      layers.get(l).starts().forEach((state, start) -> values.put(state(layer, state), start));
    }
    return values;
  }

  /// What the stack gives.
  ///
  /// @param sequence `[T, B, size]`
  /// @param last `[B, size]`: each direction where it ends
  /// @param states after the last step, of a stack in one direction
  record Result(String sequence, String last, SequencedMap<String, String> states) {}

  /// The states of all layers of a stack in one direction, with their sizes: `layer0_h`.
  SequencedMap<String, Integer> states() {
    var states = new LinkedHashMap<String, Integer>();
    for (int l = 0; l < layers.size(); l++) {
      int layer = l;
      layers.get(l).states().forEach((state, size) -> states.put(state(layer, state), size));
    }
    return states;
  }

  private String state(int layer, String state) {
    return names.get(layer).substring(names.get(layer).indexOf('.') + 1) + "_" + state;
  }

  /// The states before the first step of a new sequence, `[B, H]`, by name.
  SequencedMap<String, String> initial(Steps steps) {
    var initial = new LinkedHashMap<String, String>();
    for (int l = 0; l < layers.size(); l++) {
      int layer = l;
      layers.get(l).initial(steps, "")
          .forEach((state, value) -> initial.put(state(layer, state), value));
    }
    return initial;
  }

  /// Over the steps of x.
  ///
  /// @param initial the states before the first step, by name; null for those of a new sequence
  Result over(String x, Steps steps, @Nullable Map<String, String> initial) {
    var states = new LinkedHashMap<String, String>();
    var sequence = x;
    var last = "";
    for (int l = 0; l < layers.size(); l++) {
      var result = layers.get(l).over(sequence, steps, body.directions() == null ? FORWARD : BOTH,
          initial == null ? null : statesOf(l, initial));
      int layer = l;
      result.states().forEach((state, value) -> states.put(state(layer, state), value));
      var name = names.get(l);
      var read = sequence;
      sequence = merged(name + "/merged", result.sequences());
      last = merged(name + "/merged_last", result.last());
      if (body.isResidual() && l > 0) {
        sequence = graph.add(name + "/residual", read, sequence);
        last = graph.add(name + "/residual_last",
            steps.last(name + "/read_last", read, inputSizes.get(l)), last);
      }
    }
    return new Result(sequence, last, states);
  }

  /// One step, `x [B, F]`, of a stack in one direction.
  Result step(String x, Map<String, String> before) {
    var states = new LinkedHashMap<String, String>();
    var y = x;
    for (int l = 0; l < layers.size(); l++) {
      var result = layers.get(l).step(y, statesOf(l, before));
      int layer = l;
      result.states().forEach((state, value) -> states.put(state(layer, state), value));
      y = body.isResidual() && l > 0
          ? graph.add(names.get(l) + "/residual", y, result.last().getFirst())
          : result.last().getFirst();
    }
    return new Result(y, y, states);
  }

  private Map<String, String> statesOf(int layer, Map<String, String> all) {
    var states = new LinkedHashMap<String, String>();
    layers.get(layer).states().keySet()
        .forEach(state -> states.put(state, requireNonNull(all.get(state(layer, state)))));
    return states;
  }

  private String merged(String name, List<String> directions) {
    return directions.size() == 1 ? directions.getFirst()
        : body.directions() == Merge.SUM
            ? graph.add(name, directions.getFirst(), directions.getLast())
            : graph.joined(name, -1, directions.getFirst(), directions.getLast());
  }
}

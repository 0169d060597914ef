package dev.unroll.onnx.export;

import static java.util.Objects.requireNonNull;

import dev.unroll.cell.rewrite.Restart;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Size;
import dev.unroll.onnx.array.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A cell over time, in one direction or in both: one RNN, GRU or LSTM node if it is one of these,
/// else a Scan for each direction.
final class RecurrentExport {
  private final GraphBuilder graph;
  private final ModelWeights weights;
  private final String layer;
  private final Cell cell;
  private final List<Equation> equations;
  private final Dimensions sizes;
  private final @Nullable NativeCell operator;
  private final SequencedMap<String, Expr> starts;

  /// @param layer the name of the layer in its model, of both directions
  /// @param cell as the layer runs it
  /// @param zoneout the probability with which a state keeps its value
  RecurrentExport(GraphBuilder graph, ModelWeights weights, String layer, Cell cell, double zoneout,
      Dimensions sizes) {
    this.graph = graph;
    this.weights = weights;
    this.layer = layer;
    this.cell = cell;
    this.sizes = sizes;
    equations = Inference.equations(cell, zoneout);
    operator = NativeCell.of(cell, equations, sizes);
    starts = Restart.initial(cell);
  }

  /// What a layer gives.
  ///
  /// @param sequences of each direction, `[T, B, H]`
  /// @param last of each direction, `[B, H]`
  /// @param states of the first direction, after the last step
  record Result(List<String> sequences, List<String> last, SequencedMap<String, String> states) {}

  /// The names of the states of the cell with their sizes.
  SequencedMap<String, Integer> states() {
    var states = new LinkedHashMap<String, Integer>();
    cell.shapes().states().forEach((state, size) -> states.put(state, sizes.of(size)));
    return states;
  }

  /// The output size of one direction.
  int outputSize() {
    var output = cell.shapes().output();
    return sizes.of(output.equals(Size.ONE) ? Size.HIDDEN : output);
  }

  /// The state that is the output; null if the output is none, or has another size.
  @Nullable
  String outputState() {
    var output = cell.output();
    var state = output.replace("'", "");
    return output.endsWith("'") && requireNonNull(states().get(state)) == outputSize() ? state
        : null;
  }

  /// Over the steps of x.
  ///
  /// @param directions the names that the directions have in their layer; one empty one for the
  ///     forward direction alone
  /// @param initial the states before the first step `[B, H]`, of the forward direction; null for
  ///     those of a new sequence
  Result over(String x, Steps steps, List<String> directions,
      @Nullable Map<String, String> initial) {
    return operator == null ? scans(x, steps, directions, initial)
        : node(operator, x, steps, directions, initial);
  }

  /// One step: `x [B, F]`.
  Result step(String x, Map<String, String> before) {
    if (operator != null) {
      var steps = new Steps(graph, layer + "/", x, null);
      var result = node(operator, graph.unsqueezed(layer + "/x", x, 0), steps, List.of(""), before);
      return new Result(result.last(), result.last(), result.states());
    }
    var computing = new Equations(graph, weights, layer, cell.shapes(), sizes, x, before,
        Map.of());
    var values = computing.compute(equations);
    var after = new LinkedHashMap<String, String>();
    states().forEach((state, size) -> after.put(state,
        computing.spread(requireNonNull(values.get(state + "'")), size, x)));
    var y = computing.spread(requireNonNull(values.get(cell.output())), outputSize(), x);
    return new Result(List.of(y), List.of(y), after);
  }

  /// A new sequence's states, `[B, H]`.
  Map<String, String> initial(Steps steps, String direction) {
    var initial = new LinkedHashMap<String, String>();
    states().forEach((state, size) -> {
      var name = layer + direction + "/" + state + "_initial";
      initial.put(state, switch (starts.get(state)) {
        case Expr.Vector(var vector) ->
            steps.repeated(name, weights.vector(layer + direction + "." + vector), size);
        case Expr.Constant(double value) -> steps.filled(name, value, size);
        case null, default -> steps.filled(name, 0, size);
      });
    });
    return initial;
  }

  /// The values of states before the first step that are not zero.
  SequencedMap<String, float[]> starts() {
    var values = new LinkedHashMap<String, float[]>();
    starts.forEach((state, start) -> {
      if (start instanceof Expr.Vector(var vector)) {
        values.put(state, weights.values(layer + "." + vector));
      } else if (start instanceof Expr.Constant(double value)) {
        var all = new float[requireNonNull(states().get(state))];
        Arrays.fill(all, (float) value);
        values.put(state, all);
      }
    });
    return values;
  }

  private Result node(NativeCell operator, String x, Steps steps, List<String> directions,
      @Nullable Map<String, String> initial) {
    var node = new NodeWeights(operator, layer, directions, sizes, weights, graph);
    var inputs = new ArrayList<>(List.of(x, node.input(), node.state(), node.biases(),
        steps.lengths()));
    boolean started = initial != null || !starts.isEmpty();
    for (var state : operator.states()) {
      var rows = new ArrayList<String>();
      for (var direction : directions) {
        var given = initial != null ? initial : started ? initial(steps, direction) : Map.of();
        if (started) {
          rows.add(graph.unsqueezed(layer + direction + "/initial_" + state,
              requireNonNull((String) given.get(state)), 0));
        }
      }
      inputs.add(!started ? ""
          : rows.size() == 1 ? rows.getFirst()
              : graph.joined(layer + "/initial_" + state, 0, rows.toArray(String[]::new)));
    }
    if (operator.hasPeepholes()) {
      inputs.add(node.peepholes());
    }
    while (inputs.getLast().isEmpty()) {
      inputs.removeLast();
    }
    var names = new ArrayList<String>(List.of("Y", "Y_h"));
    if (operator.kind() == NativeCell.Kind.LSTM) {
      names.add("Y_c");
    }
    var outputs = graph.node(layer, operator.kind().name(), node.attributes(), List.copyOf(names),
        inputs.toArray(String[]::new));
    var sequences = new ArrayList<String>();
    var last = new ArrayList<String>();
    for (int d = 0; d < directions.size(); d++) {
      sequences.add(of(outputs.get(0), "Y", 1, d, directions));
      last.add(of(outputs.get(1), "Y_h", 0, d, directions));
    }
    var after = new LinkedHashMap<String, String>();
    after.put(operator.states().getFirst(), last.getFirst());
    if (names.size() == 3) {
      after.put(operator.states().get(1), of(outputs.get(2), "Y_c", 0, 0, directions));
    }
    return new Result(sequences, last, after);
  }

  /// One direction of an output.
  private String of(String output, String name, int axis, int d, List<String> directions) {
    return directions.size() == 1
        ? graph.squeezed("%s/%s/squeezed".formatted(layer, name), output, axis)
        : graph.node("%s%s/%s".formatted(layer, directions.get(d), name), "Gather",
            Map.of("axis", (long) axis), output, graph.integer(d));
  }

  private Result scans(String x, Steps steps, List<String> directions,
      @Nullable Map<String, String> initial) {
    var sequences = new ArrayList<String>();
    var last = new ArrayList<String>();
    SequencedMap<String, String> states = new LinkedHashMap<>();
    for (int d = 0; d < directions.size(); d++) {
      var after = new LinkedHashMap<String, String>();
      var direction = directions.get(d);
      var y = cell.states().isEmpty() ? stateless(x, direction)
          : scan(x, steps, direction, d == 1, initial == null ? initial(steps, direction) : initial,
              after);
      sequences.add(y);
      var name = layer + direction + "/last";
      var state = outputState();
      last.add(state != null ? requireNonNull(after.get(state))
          : d == 0 ? steps.last(name, y, outputSize())
              : graph.node(name, "Gather", Map.of("axis", 0L), y, graph.integer(0)));
      if (d == 0) {
        states = after;
      }
    }
    return new Result(sequences, last, states);
  }

  private String stateless(String x, String direction) {
    var computing = new Equations(graph, weights, layer + direction, cell.shapes(), sizes, x,
        Map.of(), Map.of());
    var y = requireNonNull(computing.compute(equations).get(cell.output()));
    return computing.spread(y, outputSize(), x);
  }

  private String scan(String x, Steps steps, String direction, boolean backward,
      Map<String, String> initial, Map<String, String> after) {
    var own = layer + direction;
    var body = graph.inner();
    var before = new LinkedHashMap<String, String>();
    states().forEach((state, size) -> before.put(state,
        body.input(own + "/" + state + "_before", ElementType.FLOAT, "batch", size)));
    var read = body.input(own + "/x", ElementType.FLOAT, "batch", sizes.of(Size.INPUT));
    var products = new LinkedHashMap<Equations.Factor, String>();
    var sequences = new ArrayList<>(List.of(x));
    for (var factor : Equations.ofInput(equations, cell.shapes(), sizes)) {
      var name = "%s/%s_x".formatted(own, factor.matrix());
      int rows = sizes.of(requireNonNull(cell.shapes().matrices().get(factor.matrix())).rows());
      sequences.add(graph.node(name, "MatMul", x,
          weights.factor(own + "." + factor.matrix(), factor.from(), factor.count())));
      products.put(factor, body.input(name + "_here", ElementType.FLOAT, "batch", rows));
    }
    var present = steps.present();
    if (present != null) {
      sequences.add(present);
    }
    var isThere = present == null ? null
        : body.input(own + "/is_there", ElementType.BOOL, "batch", 1);
    var computing =
        new Equations(body, weights, own, cell.shapes(), sizes, read, before, products);
    var values = computing.compute(equations);
    before.forEach((state, old) -> {
      int size = requireNonNull(states().get(state));
      var value = computing.spread(requireNonNull(values.get(state + "'")), size, read);
      body.output(own + "/" + state + "_after", isThere == null ? value
          : body.node(own + "/" + state + "_held", "Where", isThere, value, old),
          ElementType.FLOAT, "batch", size);
    });
    var y = computing.spread(requireNonNull(values.get(cell.output())), outputSize(), read);
    body.output(own + "/y", isThere == null ? y
        : body.node(own + "/y_or_0", "Where", isThere, y, body.number(0)),
        ElementType.FLOAT, "batch", outputSize());
    var inputs = new ArrayList<>(initial.values());
    inputs.addAll(sequences);
    var names = new ArrayList<String>();
    initial.keySet().forEach(state -> names.add(state + "_last"));
    names.add("sequence");
    var outputs = graph.node(own, "Scan",
        ScanAttributes.of(body, own, sequences.size(), backward), List.copyOf(names),
        inputs.toArray(String[]::new));
    int i = 0;
    for (var state : initial.keySet()) {
      after.put(state, outputs.get(i++));
    }
    return outputs.getLast();
  }
}

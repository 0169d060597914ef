package dev.unroll.onnx.graph;

import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NumberLimit;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.operator.Operator;
import dev.unroll.onnx.proto.GraphDef;
import dev.unroll.onnx.proto.NodeDef;
import dev.unroll.tensor.guard.Cancellation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A graph in which every node has its operator, and every name a slot. What depends on constants
/// alone is computed in the first run. One caller at a time, as operators keep memory.
public final class CompiledGraph {
  private final GraphDef graph;
  private final Frame frame;
  private final SlotNames names;
  private final List<Step> steps = new ArrayList<>();
  private final Map<Integer, NdArray> defaults = new LinkedHashMap<>();
  private final int[] inputs;
  private final int[] outputs;
  private boolean hasRun;

  private CompiledGraph(GraphDef graph, Operator.Setting setting, Frame frame,
      @Nullable SlotNames around) {
    this.graph = graph;
    this.frame = frame;
    names = new SlotNames(frame, around);
    var order = NodeOrder.of(graph, around == null ? _ -> false : around::has);
    inputs = graph.inputs().stream().mapToInt(input -> names.define(input.name())).toArray();
    var given = Set.copyOf(graph.inputs().stream().map(input -> input.name()).toList());
    graph.initializers().forEach((name, value) -> {
      int slot = names.define(name);
      if (given.contains(name)) {
        defaults.put(slot, value);
      } else {
        frame.put(slot, value, false);
        names.fix(slot);
      }
    });
    order.forEach(node -> node.outputs().stream().filter(name -> !name.isEmpty())
        .forEach(names::define));
    for (var output : graph.outputs()) {
      if (!names.has(output.name())) {
        throw Refusal.of("nothing defines the output \"%s\" of graph \"%s\"", output.name(),
            graph.name());
      }
    }
    for (var node : order) {
      try {
        steps.add(step(node, setting));
      } catch (Refusal e) {
        throw e.at(node.place());
      }
    }
    outputs = graph.outputs().stream().mapToInt(output -> names.slot(output.name())).toArray();
  }

  /// Compiles the graph of a model, with all graphs within.
  ///
  /// @throws Refusal if it has a node that cannot be run; names it
  public static CompiledGraph of(GraphDef graph, Operator.Setting setting) {
    return new CompiledGraph(graph, setting, new Frame(), null);
  }

  private Step step(NodeDef node, Operator.Setting setting) {
    var slots = new Step.Slots(slots(node.inputs()), slots(node.outputs()));
    var control = node.domain().isEmpty() ? OperatorTable.CONTROLS.get(node.operator()) : null;
    if (control != null) {
      return control.of(node, slots, frame, (name, repeats) -> within(node, name,
          repeats ? setting.repeating() : setting));
    }
    boolean fixed = true;
    for (int slot : slots.inputs()) {
      fixed &= slot < 0 || names.isConstant(slot);
    }
    if (fixed) {
      for (int slot : slots.outputs()) {
        names.fix(slot);
      }
    }
    return new OperatorStep(node, slots, frame, OperatorTable.operator(node, setting), fixed);
  }

  private int[] slots(List<String> of) {
    return of.stream().mapToInt(name -> name.isEmpty() ? -1 : names.slot(name)).toArray();
  }

  private CompiledGraph within(NodeDef node, String name, Operator.Setting setting) {
    var body = node.attributes().graph(name);
    if (body == null) {
      throw Refusal.of("%s is missing", name);
    }
    return new CompiledGraph(body, setting, frame, names);
  }

  /// The graph as it stands in the file.
  public GraphDef definition() {
    return graph;
  }

  /// How many nodes there are of each operator, those within graphs included.
  public Map<String, Integer> operators() {
    var counts = new TreeMap<String, Integer>();
    count(graph, counts);
    return counts;
  }

  private static void count(GraphDef graph, Map<String, Integer> counts) {
    for (var node : graph.nodes()) {
      counts.merge(node.operator(), 1, Integer::sum);
      node.attributes().graphs().forEach(within -> count(within, counts));
    }
  }

  /// The slots of graphs around this one that it reads.
  Collection<Integer> outer() {
    return names.outer();
  }

  int inputCount() {
    return inputs.length;
  }

  int outputCount() {
    return outputs.length;
  }

  /// Sets an input, for a graph within another.
  void set(int input, @Nullable NdArray value, boolean isStacked) {
    frame.put(inputs[input], value, isStacked);
  }

  /// Runs the graph of a model.
  ///
  /// @param given by name; an input with a constant of its name may be left out
  /// @param streams how many are stacked; 0 if nothing is
  /// @param stacked the inputs that are
  /// @return the outputs in the order of the graph, in memory that nobody overwrites; those of many
  ///     streams are all stacked
  /// @throws Refusal if a node cannot be run with what it is given; names it
  /// @throws java.util.concurrent.CancellationException if the thread is interrupted
  public List<NdArray> run(Map<String, NdArray> given, int streams, Set<String> stacked) {
    frame.beginRun(streams);
    for (int i = 0; i < inputs.length; i++) {
      var name = graph.inputs().get(i).name();
      var value = given.get(name);
      frame.put(inputs[i], value == null ? defaults.get(inputs[i]) : value,
          stacked.contains(name));
    }
    run();
    var results = new ArrayList<NdArray>(outputs.length);
    for (int i = 0; i < outputs.length; i++) {
      var value = output(i);
      results.add(streams > 0 && !isStacked(i) ? Stacks.repeated(value, streams) : value.copy());
    }
    return results;
  }

  /// Limits the numbers of all values of a run.
  ///
  /// @param limit null for no limit
  public void limit(@Nullable NumberLimit limit) {
    frame.limit(limit);
  }

  /// Runs all steps; inputs have been set.
  void run() {
    for (var step : steps) {
      Cancellation.check();
      try {
        step.run();
      } catch (Refusal e) {
        throw e.at(step.node().place());
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw Refusal.of("%s: %s", step.node().place(), String.valueOf(e.getMessage()));
      }
    }
    if (!hasRun) {
      steps.removeIf(Step::isFixed);
      hasRun = true;
    }
  }

  /// An output of the last run.
  NdArray output(int i) {
    var value = frame.get(outputs[i]);
    if (value == null) {
      throw Refusal.of("\"%s\" has no value: the node that defines it has fewer outputs",
          graph.outputs().get(i).name());
    }
    return value;
  }

  boolean isStacked(int output) {
    return frame.isStacked(outputs[output]);
  }
}

package dev.unroll.onnx.graph;

import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.operator.Operator;
import dev.unroll.onnx.proto.GraphDef;
import dev.unroll.onnx.proto.NodeDef;
import dev.unroll.onnx.proto.ValueDef;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A graph in which every node has its operator. One caller at a time, as operators keep memory.
public final class CompiledGraph {
  private final GraphDef graph;
  private final List<Step> steps = new ArrayList<>();

  private CompiledGraph(GraphDef graph) {
    this.graph = graph;
  }

  /// Compiles the graph of a model, with all graphs within.
  ///
  /// @throws Refusal if it has a node that cannot be run; names it
  public static CompiledGraph of(GraphDef graph, Operator.Setting setting) {
    return of(graph, setting, Set.of());
  }

  private static CompiledGraph of(GraphDef graph, Operator.Setting setting, Set<String> outside) {
    var compiled = new CompiledGraph(graph);
    var order = NodeOrder.of(graph, outside);
    var known = new HashSet<>(outside);
    known.addAll(graph.initializers().keySet());
    graph.inputs().forEach(input -> known.add(input.name()));
    order.forEach(node -> known.addAll(node.outputs()));
    for (var output : graph.outputs()) {
      if (!known.contains(output.name())) {
        throw Refusal.of("nothing defines the output \"%s\" of graph \"%s\"", output.name(),
            graph.name());
      }
    }
    for (var node : order) {
      try {
        compiled.steps.add(step(node, setting, known));
      } catch (Refusal e) {
        throw e.at(node.place());
      }
    }
    return compiled;
  }

  private static Step step(NodeDef node, Operator.Setting setting, Set<String> known) {
    if (node.domain().isEmpty() && node.operator().equals(OperatorTable.IF)) {
      return new Step(node, null,
          List.of(branch(node, "then_branch", setting, known),
              branch(node, "else_branch", setting, known)));
    }
    return new Step(node, OperatorTable.operator(node, setting), List.of());
  }

  private static CompiledGraph branch(NodeDef node, String name, Operator.Setting setting,
      Set<String> known) {
    var graph = node.attributes().graph(name);
    if (graph == null) {
      throw Refusal.of("%s is missing", name);
    }
    if (!graph.inputs().isEmpty() || graph.outputs().size() != node.outputs().size()) {
      throw Refusal.of("%s has %d inputs and %d outputs, expected none and %d", name,
          graph.inputs().size(), graph.outputs().size(), node.outputs().size());
    }
    return of(graph, setting, known);
  }

  /// The graph as it stands in the file.
  public GraphDef definition() {
    return graph;
  }

  /// How many nodes there are of each operator, those within graphs included.
  public Map<String, Integer> operators() {
    var counts = new TreeMap<String, Integer>();
    count(counts);
    return counts;
  }

  private void count(Map<String, Integer> counts) {
    for (var step : steps) {
      counts.merge(step.node.operator(), 1, Integer::sum);
      step.branches.forEach(branch -> branch.count(counts));
    }
  }

  /// Runs the graph.
  ///
  /// @param inputs by name; an input with a constant of its name may be left out
  /// @return the outputs in the order of the graph
  /// @throws Refusal if a node cannot be run with what it is given; names it
  public List<NdArray> run(Map<String, NdArray> inputs) {
    var scope = new ValueScope(null);
    graph.initializers().forEach(scope::put);
    inputs.forEach(scope::put);
    return run(scope);
  }

  private List<NdArray> run(ValueScope scope) {
    for (var step : steps) {
      try {
        step.run(scope);
      } catch (Refusal e) {
        throw e.at(step.node.place());
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw Refusal.of("%s: %s", step.node.place(), String.valueOf(e.getMessage()));
      }
    }
    return graph.outputs().stream().map(ValueDef::name).map(name -> value(scope, name)).toList();
  }

  private List<NdArray> runWithin(ValueScope around) {
    var scope = new ValueScope(around);
    graph.initializers().forEach(scope::put);
    return run(scope);
  }

  private static NdArray value(ValueScope scope, String name) {
    var value = scope.get(name);
    if (value == null) {
      throw Refusal.of("\"%s\" has no value: the node that defines it has fewer outputs", name);
    }
    return value;
  }

  /// A node with its operator, or with the graphs of which it runs one.
  private record Step(NodeDef node, @Nullable Operator operator, List<CompiledGraph> branches) {

    void run(ValueScope scope) {
      var values = new ArrayList<@Nullable NdArray>(node.inputs().size());
      for (var name : node.inputs()) {
        values.add(name.isEmpty() ? null : value(scope, name));
      }
      var inputs = new Operator.Inputs(values);
      var outputs = operator == null
          ? branches.get(inputs.get(0).isTrue() ? 0 : 1).runWithin(scope).toArray(NdArray[]::new)
          : operator.run(inputs);
      for (int i = 0; i < Math.min(outputs.length, node.outputs().size()); i++) {
        if (outputs[i] != null && node.hasOutput(i)) {
          scope.put(node.outputs().get(i), outputs[i]);
        }
      }
    }
  }
}

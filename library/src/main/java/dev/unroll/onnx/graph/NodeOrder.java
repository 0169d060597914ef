package dev.unroll.onnx.graph;

import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.GraphDef;
import dev.unroll.onnx.proto.NodeDef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// The nodes of a graph, each after those whose outputs it reads. In a file that keeps to ONNX they
/// stand so; a graph that has no such order has a circle.
final class NodeOrder {
  private NodeOrder() {}

  /// @param outside whether the graphs around this one define a name
  /// @throws Refusal if a name is defined twice or not at all, or nodes wait for each other
  static List<NodeDef> of(GraphDef graph, Predicate<String> outside) {
    var makers = makers(graph);
    var waits = new HashMap<NodeKey, Integer>();
    var readers = new HashMap<NodeKey, List<NodeKey>>();
    var ready = new ArrayDeque<NodeKey>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      var key = new NodeKey(i);
      var before = new LinkedHashSet<NodeKey>();
      for (var name : read(graph.nodes().get(i))) {
        var maker = makers.get(name);
        if (maker != null) {
          before.add(maker);
        } else if (!outside.test(name) && !isGiven(graph, name)) {
          throw Refusal.of("%s reads \"%s\", which nothing defines",
              graph.nodes().get(i).place(), name);
        }
      }
      before.forEach(maker -> readers.computeIfAbsent(maker, _ -> new ArrayList<>()).add(key));
      waits.put(key, before.size());
      if (before.isEmpty()) {
        ready.add(key);
      }
    }
    var order = new ArrayList<NodeDef>();
    while (!ready.isEmpty()) {
      var key = ready.remove();
      order.add(graph.nodes().get(key.index()));
      for (var reader : readers.getOrDefault(key, List.of())) {
        if (waits.merge(reader, -1, Integer::sum) == 0) {
          ready.add(reader);
        }
      }
    }
    if (order.size() < graph.nodes().size()) {
      var caught = graph.nodes().stream().filter(node -> !order.contains(node)).findFirst()
          .orElseThrow();
      throw Refusal.of("%s waits for its own output: there is a circle in the graph",
          caught.place());
    }
    return order;
  }

  private record NodeKey(int index) {}

  private static Map<String, NodeKey> makers(GraphDef graph) {
    var makers = new HashMap<String, NodeKey>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      for (var output : graph.nodes().get(i).outputs()) {
        if (output.isEmpty()) {
          continue;
        }
        if (isGiven(graph, output) || makers.put(output, new NodeKey(i)) != null) {
          throw Refusal.of("%s defines \"%s\", which is defined already",
              graph.nodes().get(i).place(), output);
        }
      }
    }
    return makers;
  }

  private static boolean isGiven(GraphDef graph, String name) {
    return graph.initializers().containsKey(name)
        || graph.inputs().stream().anyMatch(input -> input.name().equals(name));
  }

  /// The names that a node reads, by its inputs or within its graphs.
  static Set<String> read(NodeDef node) {
    var names = new LinkedHashSet<String>();
    node.inputs().stream().filter(name -> !name.isEmpty()).forEach(names::add);
    node.attributes().graphs().forEach(graph -> names.addAll(free(graph)));
    return names;
  }

  private static Set<String> free(GraphDef graph) {
    var names = new LinkedHashSet<String>();
    var defined = new HashSet<>(graph.initializers().keySet());
    graph.inputs().forEach(input -> defined.add(input.name()));
    graph.nodes().forEach(node -> {
      names.addAll(read(node));
      defined.addAll(node.outputs());
    });
    graph.outputs().forEach(output -> names.add(output.name()));
    names.removeAll(defined);
    return names;
  }
}

package dev.unroll.onnx.export;

import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.proto.Attributes;
import dev.unroll.onnx.proto.GraphDef;
import dev.unroll.onnx.proto.NodeDef;
import dev.unroll.onnx.proto.ValueDef;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/// Leaves out what nobody reads: nodes, constants, and the optional outputs of recurrent nodes.
final class Needed {
  private static final Set<String> HAVE_OPTIONAL_OUTPUTS = Set.of("RNN", "GRU", "LSTM");

  private final Set<String> read = new HashSet<>();

  private Needed() {}

  static GraphDef of(GraphDef graph) {
    var needed = new Needed();
    graph.outputs().stream().map(ValueDef::name).forEach(needed.read::add);
    var nodes = new ArrayList<NodeDef>();
    for (var node : graph.nodes().reversed()) {
      if (node.outputs().stream().anyMatch(needed.read::contains)) {
        nodes.addFirst(needed.trimmed(node));
        needed.read(node);
      }
    }
    var constants = new LinkedHashMap<String, NdArray>();
    graph.initializers().forEach((name, array) -> {
      if (needed.read.contains(name)) {
        constants.put(name, array);
      }
    });
    return new GraphDef(graph.name(), List.copyOf(nodes), constants, graph.inputs(),
        graph.outputs());
  }

  private void read(NodeDef node) {
    read.addAll(node.inputs());
    node.attributes().graphs().forEach(inner -> inner.nodes().forEach(this::read));
  }

  private NodeDef trimmed(NodeDef node) {
    if (!HAVE_OPTIONAL_OUTPUTS.contains(node.operator())) {
      return node;
    }
    var outputs = new ArrayList<String>();
    node.outputs().forEach(output -> outputs.add(read.contains(output) ? output : ""));
    while (outputs.getLast().isEmpty()) {
      outputs.removeLast();
    }
    return new NodeDef(node.name(), node.operator(), node.domain(), node.inputs(),
        List.copyOf(outputs), new Attributes(node.attributes().values()));
  }
}

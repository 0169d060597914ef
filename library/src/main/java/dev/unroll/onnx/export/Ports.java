package dev.unroll.onnx.export;

import dev.unroll.onnx.array.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The inputs and outputs of a graph, each with what it means.
final class Ports {
  private final GraphBuilder graph;
  private final List<ExportedValue> inputs = new ArrayList<>();
  private final List<ExportedValue> outputs = new ArrayList<>();

  Ports(GraphBuilder graph) {
    this.graph = graph;
  }

  String input(String name, String meaning, ElementType type, Object... shape) {
    inputs.add(described(name, meaning, type, shape));
    return graph.input(name, type, shape);
  }

  void output(String name, String of, String meaning, ElementType type, Object... shape) {
    outputs.add(described(name, meaning, type, shape));
    graph.output(name, of, type, shape);
  }

  private static ExportedValue described(String name, String meaning, ElementType type,
      Object... shape) {
    return new ExportedValue(name, type.text(),
        Arrays.stream(shape).map(String::valueOf).toList(), meaning);
  }

  List<ExportedValue> inputs() {
    return List.copyOf(inputs);
  }

  List<ExportedValue> outputs() {
    return List.copyOf(outputs);
  }
}

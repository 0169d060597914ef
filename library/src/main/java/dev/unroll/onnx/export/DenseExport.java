package dev.unroll.onnx.export;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import java.util.Map;

/// A layer without states, such as `y = φ(V x + c)`, over all rows at once.
final class DenseExport {
  private DenseExport() {}

  /// @param layer its name in the model
  static String of(GraphBuilder graph, ModelWeights weights, String layer, Cell cell,
      Dimensions sizes,
      String x) {
    var computing = new Equations(graph, weights, layer, cell.shapes(), sizes, x,
        Map.of(), Map.of());
    return requireNonNull(
        computing.compute(Inference.equations(cell, 0)).get(cell.output())).name();
  }
}

package dev.unroll.onnx.export;

import dev.unroll.onnx.array.NdArray;
import dev.unroll.tensor.Parameters;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The parameters of a model as constants of a graph.
final class ModelWeights {
  private final GraphBuilder graph;
  private final Parameters parameters;
  private final Map<String, String> constants = new HashMap<>();

  ModelWeights(GraphBuilder graph, Parameters parameters) {
    this.graph = graph;
    this.parameters = parameters;
  }

  /// The block of a parameter; null if there is none.
  Parameters.@Nullable Block block(String name) {
    return parameters.byName().get(name);
  }

  /// A vector `[n]`.
  String vector(String name) {
    return constants.computeIfAbsent(name, _ -> {
      float[] values = values(name);
      return graph.constant(name, NdArray.of(new int[] {values.length}, values));
    });
  }

  /// A matrix as it is kept, `[rows, columns]`.
  String matrix(String name) {
    return constants.computeIfAbsent(name, _ -> {
      var block = required(name);
      return graph.constant(name,
          NdArray.of(new int[] {block.rows(), block.columns()}, values(name)));
    });
  }

  /// A matrix as rows are multiplied by it, `[columns, rows]`: `a W` is `W a` of each row.
  String factor(String name) {
    var block = required(name);
    return factor(name, 0, block.columns() * block.heads());
  }

  /// Some columns of a matrix, as rows are multiplied by them.
  String factor(String name, int from, int count) {
    return constants.computeIfAbsent("%s from %d times".formatted(name, from), _ -> {
      var block = required(name);
      var columns = columns(name, from, count);
      var transposed = new float[columns.length];
      for (int i = 0; i < columns.length; i++) {
        transposed[i % count * block.rows() + i / count] = columns[i];
      }
      return graph.constant(name, NdArray.of(new int[] {count, block.rows()}, transposed));
    });
  }

  /// A copy of some columns of a matrix, row by row. Around the blocks of a matrix with heads there
  /// are zeros.
  float[] columns(String name, int from, int count) {
    var block = required(name);
    if (block.heads() > 1) {
      return diagonal(block, from, count);
    }
    float[] matrix = parameters.elements(block);
    var values = new float[block.rows() * count];
    for (int i = 0; i < block.rows(); i++) {
      System.arraycopy(matrix, i * block.columns() + from, values, i * count, count);
    }
    return values;
  }

  private float[] diagonal(Parameters.Block block, int from, int count) {
    float[] blocks = parameters.elements(block);
    var values = new float[block.rows() * count];
    for (int n = 0; n < block.length(); n++) {
      int row = n / block.columns();
      int head = row / (block.rows() / block.heads());
      int column = head * block.columns() + n % block.columns() - from;
      if (column >= 0 && column < count) {
        values[row * count + column] = blocks[n];
      }
    }
    return values;
  }

  /// A copy of the values of a parameter.
  float[] values(String name) {
    return parameters.elements(required(name));
  }

  private Parameters.Block required(String name) {
    var block = block(name);
    if (block == null) {
      throw new IllegalStateException(
          "the model has no parameter %s; it has %s".formatted(name, parameters.byName().keySet()));
    }
    return block;
  }
}

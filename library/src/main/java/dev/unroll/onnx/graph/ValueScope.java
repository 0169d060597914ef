package dev.unroll.onnx.graph;

import dev.unroll.onnx.array.NdArray;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The values of one run of a graph, by name, within those of the graph around it.
final class ValueScope {
  private final @Nullable ValueScope around;
  private final Map<String, NdArray> values = new HashMap<>();

  ValueScope(@Nullable ValueScope around) {
    this.around = around;
  }

  void put(String name, NdArray value) {
    values.put(name, value);
  }

  @Nullable
  NdArray get(String name) {
    for (var scope = this; scope != null; scope = scope.around) {
      var value = scope.values.get(name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }
}

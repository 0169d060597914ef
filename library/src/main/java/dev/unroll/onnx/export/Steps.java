package dev.unroll.onnx.export;

import dev.unroll.onnx.array.ElementType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The steps of a batch of sequences `[T, B, …]`: how many there are, and which of them are not
/// padding. What is not needed is not computed.
final class Steps {
  private final GraphBuilder graph;
  private final String prefix;
  private final String like;
  private final @Nullable String lengths;
  private @Nullable String time;
  private @Nullable String batch;
  private @Nullable String present;
  private @Nullable String lastRows;

  /// @param prefix of the names of what is computed
  /// @param like a value `[T, B, …]`
  /// @param lengths `[B]`, of int32; null if all sequences have T steps
  Steps(GraphBuilder graph, String prefix, String like, @Nullable String lengths) {
    this.graph = graph;
    this.prefix = prefix;
    this.like = like;
    this.lengths = lengths;
  }

  /// The lengths `[B]`, of int32; an empty name if all sequences have T steps.
  String lengths() {
    return lengths == null ? "" : lengths;
  }

  /// T, an integer.
  String time() {
    if (time == null) {
      time = graph.size(prefix + "time", like, 0);
    }
    return time;
  }

  /// B, an integer.
  String batch() {
    if (batch == null) {
      batch = graph.size(prefix + "batch", like, 1);
    }
    return batch;
  }

  /// Which steps are not padding, `[T, B, 1]`; null if none is.
  @Nullable
  String present() {
    if (lengths == null) {
      return null;
    }
    if (present == null) {
      var numbers = graph.node(prefix + "steps", "Range", graph.integer(0), time(),
          graph.integer(1));
      var columns = graph.reshaped(prefix + "steps/columns", numbers, -1, 1, 1);
      var all = graph.cast(prefix + "lengths/int64", lengths, ElementType.INT64);
      present = graph.node(prefix + "present", "Less", columns,
          graph.reshaped(prefix + "lengths/rows", all, 1, -1, 1));
    }
    return present;
  }

  /// The last step of each sequence of `y [T, B, size]`, as `[B, size]`.
  String last(String name, String y, int size) {
    if (lengths == null) {
      return graph.node(name, "Gather", Map.of("axis", 0L), y, graph.integer(-1));
    }
    if (lastRows == null) {
      var before = graph.node(prefix + "last/step", "Sub",
          graph.cast(prefix + "last/lengths", lengths, ElementType.INT64), graph.integer(1));
      // A sequence without a step has its first one, as everywhere in the library.
      var steps = graph.node(prefix + "last/from0", "Max", before, graph.integer(0));
      var samples = graph.node(prefix + "samples", "Range", graph.integer(0), batch(),
          graph.integer(1));
      lastRows = graph.add(prefix + "last/rows",
          graph.node(prefix + "last/offset", "Mul", steps, batch()), samples);
    }
    return graph.node(name, "Gather", Map.of("axis", 0L),
        graph.reshaped(name + "/rows", y, -1, size), lastRows);
  }

  /// `[B, size]` of zeros.
  String zeros(String name, int size) {
    return filled(name, 0, size);
  }

  /// `[B, size]` of one number.
  String filled(String name, double value, int size) {
    return graph.node(name, "Expand", graph.number(value), shape(name, size));
  }

  /// A vector for each sample, `[B, size]`.
  String repeated(String name, String vector, int size) {
    return graph.node(name, "Expand", vector, shape(name, size));
  }

  private String shape(String name, int size) {
    return graph.joined(name + "/shape", 0,
        graph.unsqueezed(prefix + "batch/list", batch(), 0), graph.integers(size));
  }
}

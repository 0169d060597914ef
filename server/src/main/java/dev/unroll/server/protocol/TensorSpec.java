package dev.unroll.server.protocol;

import java.util.List;

/// An input or output of a model: `$metadata_tensor` of the protocol.
///
/// @param shape −1 for a size that may differ from request to request
/// @param labels what the last axis stands for; empty where that is not known, or too long
public record TensorSpec(String name, Datatype datatype, List<Integer> shape,
    List<String> labels) {
  /// The most labels that are listed.
  private static final int MOST_LABELS = 1_000;

  /// Copies its lists.
  public TensorSpec {
    shape = List.copyOf(shape);
    labels = labels.size() > MOST_LABELS ? List.of() : List.copyOf(labels);
  }

  /// Without labels.
  public static TensorSpec of(String name, Datatype datatype, Integer... shape) {
    return new TensorSpec(name, datatype, List.of(shape), List.of());
  }

  /// The same with labels.
  public TensorSpec labels(List<String> names) {
    return new TensorSpec(name, datatype, shape, names);
  }

  @Override
  public String toString() {
    return "%s %s %s".formatted(name, datatype, shape);
  }
}

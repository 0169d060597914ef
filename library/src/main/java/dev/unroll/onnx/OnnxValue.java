package dev.unroll.onnx;

import java.util.List;
import java.util.Optional;

/// An input or output of a model.
///
/// @param type the type of its elements, such as `float32`; `?` if the model does not say
/// @param shape a number for each axis, the name of one that is free, or `?`; empty if the model
///     does not say
/// @param isOptional whether the model has a value of its own for it
public record OnnxValue(String name, String type, Optional<List<String>> shape,
    boolean isOptional) {

  /// As text: `input float32 [batch, 576]`.
  @Override
  public String toString() {
    return "%s %s %s%s".formatted(name, type,
        shape.map(sizes -> "[" + String.join(", ", sizes) + "]").orElse("of any shape"),
        isOptional ? ", optional" : "");
  }
}

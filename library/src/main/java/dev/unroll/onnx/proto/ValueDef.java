package dev.unroll.onnx.proto;

import dev.unroll.onnx.array.ElementType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An input or output of a graph.
///
/// @param type the type of its elements; null if the file does not say
/// @param shape a number for each axis, the name of one that is free, or `?`; null if the file does
///     not say
public record ValueDef(String name, @Nullable ElementType type, @Nullable List<String> shape) {}

package dev.unroll.onnx.proto;

import dev.unroll.onnx.array.NdArray;
import java.util.List;
import java.util.SequencedMap;

/// A graph as it stands in a file.
///
/// @param initializers the constants, by name
public record GraphDef(
    String name,
    List<NodeDef> nodes,
    SequencedMap<String, NdArray> initializers,
    List<ValueDef> inputs,
    List<ValueDef> outputs) {}

package dev.unroll.onnx.export;

import dev.unroll.onnx.proto.GraphDef;
import java.util.List;
import java.util.Map;

/// A graph with what its inputs and outputs mean.
///
/// @param part which part of the model it is: `encoder`, `decoder`; empty for the whole of it
/// @param start the values of states before the first step, by name; those that are not there start
///     from zeros
public record ExportedGraph(String part, GraphDef graph, List<ExportedValue> inputs,
    List<ExportedValue> outputs, Map<String, float[]> start) {}

package dev.unroll.onnx.proto;

import java.util.SequencedMap;

/// A model as it stands in a file.
///
/// @param opsets the version of the operators, by domain; the domain of ONNX itself is empty
public record ModelDef(long irVersion, String producer, SequencedMap<String, Long> opsets,
    GraphDef graph, SequencedMap<String, String> metadata) {}

package dev.unroll.onnx.export;

import java.util.List;

/// An input or output of an exported graph.
///
/// @param type as NumPy names it
/// @param shape numbers, and the names of sizes that are free
/// @param meaning in a few words
public record ExportedValue(String name, String type, List<String> shape, String meaning) {}

package dev.unroll.onnx.export;

/// What an exported graph is to be like.
///
/// @param lengths whether it reads the lengths of sequences, so that they can be padded
/// @param states whether it reads and returns states, so that a sequence can be read in parts
/// @param hidden whether it also puts out what the output layer reads
public record ExportForm(int opset, boolean lengths, boolean states, boolean hidden) {}

package dev.unroll.onnx;

import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;

/// What stands in an ONNX file, whether its model can be run or not ([OnnxModel#describe]).
///
/// @param producer the program that wrote the file
/// @param opsets the version of the operators, by domain; that of ONNX's own is empty
/// @param inputs in order
/// @param outputs in order
/// @param states inputs that are seen to be states, each with the output that goes into it
/// @param operators how many nodes there are of each operator, those of other domains with it:
///     `com.microsoft.FusedConv`
/// @param missing likewise, the operators that are not supported
/// @param refusal why the model cannot be run; empty if it can
/// @param metadata what the model says of itself
public record OnnxDescription(String producer, SequencedMap<String, Long> opsets,
    List<OnnxValue> inputs, List<OnnxValue> outputs, SequencedMap<String, String> states,
    SortedMap<String, Integer> operators, SortedMap<String, Integer> missing,
    Optional<String> refusal, SequencedMap<String, String> metadata) {}

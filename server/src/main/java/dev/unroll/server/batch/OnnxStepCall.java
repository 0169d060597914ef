package dev.unroll.server.batch;

import static java.util.Objects.requireNonNull;

import dev.unroll.onnx.OnnxTensor;
import dev.unroll.server.sequence.LiveSequence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A step of some sequences of an ONNX model.
public final class OnnxStepCall extends SequenceCall {
  private final Map<String, OnnxTensor> inputs;
  private final String form;
  private @Nullable SequencedMap<String, OnnxTensor> outputs;

  /// @param sequences n different ones
  /// @param inputs those of the model without the states, each with an axis of n in front
  /// @param client who waits for it
  public OnnxStepCall(List<LiveSequence> sequences, Map<String, OnnxTensor> inputs,
      Client client) {
    super(sequences, client);
    this.inputs = inputs;
    form = inputs.entrySet().stream().sorted(Map.Entry.comparingByKey())
        .map(input -> input.getKey() + form(input.getValue())).collect(Collectors.joining(","));
  }

  private static String form(OnnxTensor tensor) {
    var form = new StringBuilder(tensor.type());
    int[] shape = tensor.shape();
    for (int i = 1; i < shape.length; i++) {
      form.append(' ').append(shape[i]);
    }
    return form.toString();
  }

  Map<String, OnnxTensor> inputs() {
    return inputs;
  }

  /// Types and sizes of the inputs: calls of the same form can be made as one.
  String form() {
    return form;
  }

  /// Takes its part of the outputs of a call.
  void take(SequencedMap<String, OnnxTensor> all, int from) {
    var own = new LinkedHashMap<String, OnnxTensor>();
    all.forEach((name, tensor) -> own.put(name, tensor.slice(0, from, from + size())));
    outputs = own;
  }

  /// The outputs without the states, each with an axis of n in front.
  public SequencedMap<String, OnnxTensor> outputs() {
    return requireNonNull(outputs);
  }
}

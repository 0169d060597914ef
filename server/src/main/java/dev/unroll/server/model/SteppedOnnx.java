package dev.unroll.server.model;

import static dev.unroll.server.protocol.RefusedException.invalid;

import dev.unroll.layer.stepping.State;
import dev.unroll.onnx.OnnxModel;
import dev.unroll.onnx.OnnxStepper;
import dev.unroll.onnx.OnnxTensor;
import dev.unroll.onnx.OnnxValue;
import dev.unroll.server.batch.Client;
import dev.unroll.server.batch.OnnxStepBatcher;
import dev.unroll.server.batch.OnnxStepCall;
import dev.unroll.server.protocol.InferRequest;
import dev.unroll.server.protocol.TensorData;
import dev.unroll.server.sequence.LiveSequence;
import dev.unroll.stream.KeyState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;

/// An ONNX model whose outputs go into its inputs: the states are kept, and the other inputs and
/// outputs have the shapes that the model says.
final class SteppedOnnx implements Stepping {
  private final OnnxStepper stepper;
  private final OnnxStepBatcher batcher;
  private final List<OnnxValue> inputs;
  private final List<String> outputs;
  private final int capacity;

  /// @param model that nobody else uses, with states
  SteppedOnnx(OnnxModel model, ModelSetting setting) {
    stepper = new OnnxStepper(model);
    capacity = setting.capacity();
    batcher = new OnnxStepBatcher(stepper, capacity, setting.batchWait(), setting.stepped());
    inputs = model.inputs().stream()
        .filter(input -> !stepper.pairs().containsKey(input.name())).toList();
    outputs = model.outputs().stream().map(OnnxValue::name)
        .filter(output -> !stepper.pairs().containsValue(output)).toList();
  }

  @Override
  public State.Layout layout() {
    return stepper.layout();
  }

  @Override
  public KeyState initial() {
    return KeyState.of(layout(), KeyState.NEVER, 0, new float[layout().size()]);
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public List<String> inputs() {
    return inputs.stream().map(OnnxValue::name).toList();
  }

  @Override
  public List<String> outputs() {
    return outputs;
  }

  @Override
  public int sequences(InferRequest request) {
    return 1;
  }

  @Override
  public List<TensorData> step(InferRequest request, List<LiveSequence> sequences, boolean isMany,
      Client client) {
    int n = sequences.size();
    var given = new LinkedHashMap<String, OnnxTensor>();
    for (var input : request.inputs()) {
      if (inputs().contains(input.name())) {
        given.put(input.name(), tensor(input, n, isMany));
      }
    }
    var call = new OnnxStepCall(sequences, given, client);
    batcher.step(call);
    var answers = new ArrayList<TensorData>();
    call.outputs().forEach((name, tensor) -> answers.add(answer(name, tensor, isMany)));
    return answers;
  }

  /// An input with the axis of sequences in front.
  private OnnxTensor tensor(TensorData given, int n, boolean isMany) {
    var value = inputs.stream().filter(input -> input.name().equals(given.name())).findFirst()
        .orElseThrow(() -> invalid("there is no input %s of a step; there are %s", given, inputs));
    int[] shape = given.shape();
    int axes = value.shape().map(List::size).orElse(shape.length) + (isMany ? 1 : 0);
    // Scalars are often given as [1].
    boolean asScalar = !isMany && axes == 0 && given.size() == 1;
    if (!asScalar && shape.length != axes || isMany && shape[0] != n) {
      throw invalid("the input %s does not fit; expected %s", given, expected(value, n, isMany));
    }
    int[] stacked = shape;
    if (!isMany) {
      stacked = new int[axes + 1];
      stacked[0] = 1;
      System.arraycopy(shape, 0, stacked, 1, axes);
    }
    return ServedOnnx.tensor(
        new TensorData(given.name(), given.datatype(), stacked, given.elements()));
  }

  /// The shape of an input: `[2, 1, 64]` of two sequences.
  private static String expected(OnnxValue value, int n, boolean isMany) {
    var sizes = new ArrayList<String>();
    if (isMany) {
      sizes.add(Integer.toString(n));
    }
    sizes.addAll(value.shape().orElse(List.of("…")));
    return "[" + String.join(", ", sizes) + "]" + (isMany ? ", the sequences first" : "");
  }

  private static TensorData answer(String name, OnnxTensor tensor, boolean isMany) {
    var answer = ServedOnnx.data(name, tensor);
    int[] shape = answer.shape();
    return isMany ? answer
        : new TensorData(name, answer.datatype(), Arrays.copyOfRange(shape, 1, shape.length),
            answer.elements());
  }

  @Override
  public void warm() {
    // The sizes that its inputs will have are not known.
  }
}

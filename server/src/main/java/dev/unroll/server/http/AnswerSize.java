package dev.unroll.server.http;

import dev.unroll.server.model.ServedModel;
import dev.unroll.server.operation.RequestMemory;
import dev.unroll.server.protocol.InferRequest;
import dev.unroll.server.protocol.TensorSpec;

/// How much a request asks for, by the shapes of its input and of the model's outputs: known before
/// anything is computed.
///
/// @param steps of all sequences
/// @param numbers of the answer
record AnswerSize(long steps, long numbers) {
  /// What encoder–decoders write unless the request says otherwise.
  private static final long WRITTEN = 200;

  /// The beam and the steps are bounded where they are read; here a shape is no reason to overflow.
  private static final long MOST = 1L << 40;

  /// The size of an answer; zero where the outputs of a model do not follow from its inputs, as
  /// those of ONNX need not.
  static AnswerSize of(InferRequest request, ServedModel model) {
    var spec = model.inputs().isEmpty() ? null : model.inputs().getFirst();
    var input = spec == null ? null : request.input(spec.name());
    if (spec == null || input == null || model.isOnnx()) {
      return new AnswerSize(0, 0);
    }
    int[] shape = input.shape();
    long steps = input.size() / known(spec);
    long sequences = shape.length == spec.shape().size() && spec.shape().getFirst() < 0 ? shape[0]
        : 1;
    boolean inSequence = model.whole() == null || SequenceControl.isIn(request);
    long written = Math.max(number(request, "max_tokens", WRITTEN), number(request, "steps", 0));
    long numbers = 0;
    for (var output : model.outputs()) {
      long free = output.shape().stream().filter(size -> size < 0).count();
      long rows = inSequence ? steps
          : switch ((int) free) {
            case 0 -> 1;
            case 1 -> sequences;
            default -> model.kind().equals("encoder-decoder")
                || model.kind().equals("vector-to-sequence") ? sequences * written : steps;
          };
      numbers = Math.min(MOST, numbers + rows * known(output));
    }
    return new AnswerSize(steps, numbers);
  }

  /// The product of the axes whose sizes the model fixes.
  private static long known(TensorSpec spec) {
    long product = 1;
    for (int size : spec.shape()) {
      product *= Math.max(1, Math.abs(size));
    }
    return product;
  }

  private static long number(InferRequest request, String name, long otherwise) {
    return request.parameters().get(name) instanceof Long n && n > 0 ? Math.min(n, 1 << 20)
        : otherwise;
  }

  /// Refuses what is too much, and takes the memory of the rest.
  void reserve(RequestMemory memory) {
    memory.requireSteps(steps);
    memory.reserve(numbers, steps);
  }
}

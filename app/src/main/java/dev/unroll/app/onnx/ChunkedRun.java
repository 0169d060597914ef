package dev.unroll.app.onnx;

import static java.util.Objects.requireNonNull;

import dev.unroll.onnx.OnnxModel;
import dev.unroll.onnx.OnnxTensor;
import dev.unroll.onnx.OnnxValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// A run of a model chunk by chunk: inputs are divided along an axis, states go from each chunk to
/// the next, and outputs are put together along the same axis.
///
/// @param model the model
/// @param states inputs, each with the output that goes into it at the next chunk
/// @param axis of the inputs that are divided
/// @param chunk the entries of a chunk; 0: all at once
/// @param context so many entries before a chunk are read again with it, zeros before the first
/// @param padded whether the last chunk is filled up with zeros
record ChunkedRun(OnnxModel model, SequencedMap<String, String> states, int axis, int chunk,
    int context, boolean padded) {

  /// @throws IllegalArgumentException if there is no such state
  ChunkedRun {
    states.forEach((input, output) -> {
      value(model.inputs(), input, "input");
      value(model.outputs(), output, "output");
    });
  }

  /// Runs it.
  ///
  /// @param given the inputs by name; a state is that before the first chunk, without it zeros
  /// @return the outputs by name, of states those after the last chunk
  /// @throws IllegalArgumentException one sentence, if an input cannot be divided or does not fit
  SequencedMap<String, OnnxTensor> run(Map<String, OnnxTensor> given) {
    var divided = chunk == 0 ? Map.<String, OnnxTensor>of() : divided(given);
    int length = divided.isEmpty() ? 1 : length(divided);
    int step = chunk == 0 ? 1 : chunk;
    var carried = new LinkedHashMap<String, OnnxTensor>();
    var parts = new LinkedHashMap<String, List<OnnxTensor>>();
    for (int from = 0; from < length; from = end(from, step, length)) {
      var inputs = new LinkedHashMap<>(given);
      for (var one : divided.entrySet()) {
        inputs.put(one.getKey(), chunk(one.getValue(), from));
      }
      if (from == 0) {
        states.keySet().forEach(state -> inputs.computeIfAbsent(state, _ -> zeros(state, inputs)));
      }
      inputs.putAll(carried);
      var outputs = model.run(inputs);
      states.forEach((input, output) -> carried.put(input, requireNonNull(outputs.get(output))));
      for (var output : outputs.entrySet()) {
        var all = parts.computeIfAbsent(output.getKey(), _ -> new ArrayList<>());
        if (states.containsValue(output.getKey())) {
          all.clear();
        }
        all.add(output.getValue());
      }
    }
    var joined = new LinkedHashMap<String, OnnxTensor>();
    parts.forEach((name, all) -> joined.put(name, joined(all)));
    return joined;
  }

  /// The inputs that have the axis and may have any size along it, or that of a chunk.
  private Map<String, OnnxTensor> divided(Map<String, OnnxTensor> given) {
    var divided = new LinkedHashMap<String, OnnxTensor>();
    for (var input : model.inputs()) {
      var tensor = given.get(input.name());
      if (tensor == null || states.containsKey(input.name()) || tensor.shape().length <= axis) {
        continue;
      }
      var size = size(input);
      if (size.isEmpty() || size.equals(Integer.toString(chunk + context))) {
        divided.put(input.name(), tensor);
      }
    }
    if (divided.isEmpty()) {
      throw new IllegalArgumentException(
          "no input that is given can be divided along axis %d into chunks of %d; inputs are %s"
              .formatted(axis, chunk + context, model.inputs()));
    }
    return divided;
  }

  /// The size of an input along the axis that the model says; empty if it is free.
  private String size(OnnxValue input) {
    var shape = input.shape();
    return shape.isPresent() && axis < shape.get().size() && shape.get().get(axis).matches("\\d+")
        ? shape.get().get(axis)
        : "";
  }

  private int length(Map<String, OnnxTensor> divided) {
    int length = -1;
    for (var one : divided.entrySet()) {
      int own = one.getValue().shape()[axis];
      if (length >= 0 && own != length || own == 0) {
        throw new IllegalArgumentException(
            "input %s has %d entries along axis %d, expected %s".formatted(one.getKey(), own, axis,
                own == 0 ? "at least 1" : length + ", as the input before it"));
      }
      length = own;
    }
    int rest = length % chunk;
    for (var input : model.inputs()) {
      if (rest > 0 && !padded && divided.containsKey(input.name()) && !size(input).isEmpty()) {
        throw new IllegalArgumentException(
            ("input %s has %d entries along axis %d, of which the last chunk has %d, but the model"
                + " takes %d alone; add --pad to fill it up with zeros").formatted(input.name(),
                    length, axis, rest, chunk));
      }
    }
    return length;
  }

  private OnnxTensor chunk(OnnxTensor all, int from) {
    int length = all.shape()[axis];
    int to = end(from, chunk, length);
    int before = Math.min(context, from);
    var parts = new ArrayList<OnnxTensor>();
    if (before < context) {
      parts.add(zeros(all, context - before));
    }
    parts.add(all.slice(axis, from - before, to));
    if (padded && to - from < chunk) {
      parts.add(zeros(all, chunk - (to - from)));
    }
    return OnnxTensor.concatenated(axis, parts);
  }

  private static int end(int from, int step, int length) {
    return length - from <= step ? length : from + step;
  }

  private OnnxTensor zeros(OnnxTensor like, int entries) {
    int[] shape = like.shape();
    shape[axis] = entries;
    return zeros("the input", like.type(), shape);
  }

  /// A state of zeros. A size that the model has a name for is that of the inputs.
  private OnnxTensor zeros(String state, Map<String, OnnxTensor> inputs) {
    var sizes = new TreeMap<String, Integer>();
    for (var input : model.inputs()) {
      var tensor = inputs.get(input.name());
      var names = input.shape().orElse(List.of());
      for (int i = 0; tensor != null && i < Math.min(names.size(), tensor.shape().length); i++) {
        sizes.putIfAbsent(names.get(i), tensor.shape()[i]);
      }
    }
    var value = value(model.inputs(), state, "input");
    var shape = value.shape().orElseThrow(() -> new IllegalArgumentException(
        "the model does not say which shape the state %s has; give the first one as --input %s=FILE"
            .formatted(state, state)));
    return zeros("the state " + state, value.type(), shape.stream().mapToInt(
        size -> size.matches("\\d{1,9}") ? Integer.parseInt(size) : sizes.getOrDefault(size, 1))
        .toArray());
  }

  private static OnnxTensor zeros(String what, String type, int... shape) {
    int size = 1;
    for (int each : shape) {
      size = Math.multiplyExact(size, each);
    }
    return switch (type) {
      case "float32" -> OnnxTensor.of(new float[size], shape);
      case "float64" -> OnnxTensor.of(new double[size], shape);
      case "int64" -> OnnxTensor.of(new long[size], shape);
      case "int32" -> OnnxTensor.of(new int[size], shape);
      default -> throw new IllegalArgumentException(
          "%s is of type %s, for which there are no zeros; expected float32, float64, int64 or int32"
              .formatted(what, type));
    };
  }

  /// One after the other along the axis; those that do not have it along a new one in front.
  private OnnxTensor joined(List<OnnxTensor> parts) {
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    return parts.getFirst().shape().length > axis ? OnnxTensor.concatenated(axis, parts)
        : OnnxTensor.stacked(parts);
  }

  private static OnnxValue value(List<OnnxValue> values, String name, String kind) {
    return values.stream().filter(value -> value.name().equals(name)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException(
            "--state: there is no %s %s; there are %s".formatted(kind, name, values)));
  }
}

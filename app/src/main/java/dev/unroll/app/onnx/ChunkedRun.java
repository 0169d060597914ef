package dev.unroll.app.onnx;

import static java.util.Objects.requireNonNull;

import dev.unroll.onnx.OnnxModel;
import dev.unroll.onnx.OnnxTensor;
import dev.unroll.onnx.OnnxValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/// A run of a model chunk by chunk: inputs are divided along an axis, states go from each chunk to
/// the next, and outputs are put together along the same axis. Of an output without it the one of
/// the last chunk stays.
///
/// @param model the model
/// @param states inputs, each with the output that goes into it at the next chunk
/// @param axis of the inputs that are divided; negative for the one that the model calls time
/// @param chunk the entries of a chunk; 0: all at once
/// @param context so many entries before a chunk are read again with it, zeros before the first
/// @param padded whether the last chunk is filled up with zeros
record ChunkedRun(OnnxModel model, SequencedMap<String, String> states, int axis, int chunk,
    int context, boolean padded) {

  /// What a run gives.
  ///
  /// @param all the outputs by name, of states those after the last chunk
  /// @param ofLast the outputs, no states, of which there is that of the last of several chunks
  record Outputs(SequencedMap<String, OnnxTensor> all, Set<String> ofLast) {}

  /// An input that is divided, and along which of its axes.
  private record Divided(OnnxValue input, OnnxTensor tensor, int axis) {
    int length() {
      return tensor.shape()[axis];
    }
  }

  /// @throws IllegalArgumentException if there is no such state, or one output goes into two
  ChunkedRun {
    var inputs = new HashMap<String, String>();
    states.forEach((input, output) -> {
      value(model.inputs(), input, "input");
      value(model.outputs(), output, "output");
      var other = inputs.put(output, input);
      if (other != null) {
        throw new IllegalArgumentException(
            "--state: the output %s is given more than once, for %s and %s; each has one of its own"
                .formatted(output, other, input));
      }
    });
  }

  /// Runs it.
  ///
  /// @param given the inputs by name; a state is that before the first chunk, without it zeros
  /// @throws IllegalArgumentException one sentence, if an input cannot be divided or does not fit,
  ///     or a state has another shape after a chunk than before
  Outputs run(Map<String, OnnxTensor> given) {
    if (chunk == 0) {
      var inputs = new LinkedHashMap<>(given);
      states.keySet().forEach(state -> inputs.computeIfAbsent(state, _ -> zeros(state, inputs)));
      return new Outputs(model.run(inputs), Set.of());
    }
    var division = ChunkAxis.of(model, given, states, axis, chunk + context);
    var divided = divided(given, division);
    int length = length(divided);
    var carried = new LinkedHashMap<String, OnnxTensor>();
    var parts = new LinkedHashMap<String, List<OnnxTensor>>();
    for (int from = 0; from < length; from = end(from, chunk, length)) {
      var inputs = new LinkedHashMap<>(given);
      for (var one : divided) {
        inputs.put(one.input().name(), chunk(one, from));
      }
      if (from == 0) {
        states.keySet().forEach(state -> inputs.computeIfAbsent(state, _ -> zeros(state, inputs)));
      }
      inputs.putAll(carried);
      var outputs = model.run(inputs);
      states.forEach((input, output) -> carried.put(input, same(input,
          requireNonNull(inputs.get(input)), output, requireNonNull(outputs.get(output)))));
      outputs.forEach((name, output) -> parts.computeIfAbsent(name, _ -> new ArrayList<>())
          .add(output));
    }
    return joined(parts, division);
  }

  /// The state after a chunk, which has the shape of that before it.
  private static OnnxTensor same(String state, OnnxTensor before, String output,
      OnnxTensor after) {
    if (!Arrays.equals(before.shape(), after.shape())) {
      throw new IllegalArgumentException(("the state %s is %s before a chunk, and %s, %s, after it;"
          + " a state keeps its shape, so divide along the axis of time (--axis), or give the first"
          + " state by --input").formatted(state, before, output, after));
    }
    return after;
  }

  /// The inputs that have the axis and may have any size along it, or that of a chunk.
  private List<Divided> divided(Map<String, OnnxTensor> given, ChunkAxis division) {
    var divided = new ArrayList<Divided>();
    for (var input : model.inputs()) {
      var tensor = given.get(input.name());
      if (tensor != null && !states.containsKey(input.name())) {
        int place = division.ofInput(input, tensor.shape().length);
        if (place >= 0) {
          divided.add(new Divided(input, tensor, place));
        }
      }
    }
    if (divided.isEmpty()) {
      throw new IllegalArgumentException(
          "no input that is given can be divided along axis %d into chunks of %d; inputs are %s"
              .formatted(division.axis(), chunk + context, model.inputs()));
    }
    return divided;
  }

  private int length(List<Divided> divided) {
    int length = -1;
    for (var one : divided) {
      int own = one.length();
      if (length >= 0 && own != length || own == 0) {
        throw new IllegalArgumentException(
            "input %s has %d entries along axis %d, expected %s".formatted(one.input().name(), own,
                one.axis(), own == 0 ? "at least 1" : length + ", as the input before it"));
      }
      length = own;
    }
    int rest = length % chunk;
    for (var one : divided) {
      boolean fixed = one.input().shape().isPresent()
          && one.input().shape().get().get(one.axis()).matches("\\d+");
      if (rest > 0 && !padded && fixed) {
        throw new IllegalArgumentException(
            ("input %s has %d entries along axis %d, of which the last chunk has %d, but the model"
                + " takes %d alone; add --pad to fill it up with zeros").formatted(
                    one.input().name(), length, one.axis(), rest, chunk));
      }
    }
    return length;
  }

  private OnnxTensor chunk(Divided one, int from) {
    int length = one.length();
    int to = end(from, chunk, length);
    int before = Math.min(context, from);
    var parts = new ArrayList<OnnxTensor>();
    if (before < context) {
      parts.add(zeros(one, context - before));
    }
    parts.add(one.tensor().slice(one.axis(), from - before, to));
    if (padded && to - from < chunk) {
      parts.add(zeros(one, chunk - (to - from)));
    }
    return OnnxTensor.concatenated(one.axis(), parts);
  }

  private static int end(int from, int step, int length) {
    return length - from <= step ? length : from + step;
  }

  private static OnnxTensor zeros(Divided like, int entries) {
    int[] shape = like.tensor().shape();
    shape[like.axis()] = entries;
    return zeros("the input " + like.input().name(), like.tensor().type(), shape);
  }

  /// A state of zeros. A size that the model has a name for is that of the inputs; an axis without
  /// a name has one place.
  private OnnxTensor zeros(String state, Map<String, OnnxTensor> inputs) {
    var sizes = ChunkAxis.sizes(model, inputs);
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
          ("%s is of type %s, for which there are no zeros; expected float32, float64, int64 or "
              + "int32")
              .formatted(what, type));
    };
  }

  /// One after the other along the axis; of states, and of outputs that do not have it, the last.
  private Outputs joined(Map<String, List<OnnxTensor>> parts, ChunkAxis division) {
    var all = new LinkedHashMap<String, OnnxTensor>();
    var ofLast = new LinkedHashSet<String>();
    parts.forEach((name, tensors) -> {
      boolean isState = states.containsValue(name);
      int place = isState ? -1
          : division.ofOutput(model, value(model.outputs(), name, "output"),
              tensors.getFirst().shape().length);
      if (place < 0 && !isState && tensors.size() > 1) {
        ofLast.add(name);
      }
      all.put(name, place < 0 || tensors.size() == 1 ? tensors.getLast()
          : OnnxTensor.concatenated(place, tensors));
    });
    return new Outputs(all, ofLast);
  }

  private static OnnxValue value(List<OnnxValue> values, String name, String kind) {
    return values.stream().filter(value -> value.name().equals(name)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException(
            "--state: there is no %s %s; there are %s".formatted(kind, name, values)));
  }
}

package dev.unroll.server.model;

import static dev.unroll.server.protocol.RefusedException.invalid;

import dev.unroll.data.Tokens;
import dev.unroll.server.protocol.Datatype;
import dev.unroll.server.protocol.InferRequest;
import dev.unroll.server.protocol.RefusedException;
import dev.unroll.server.protocol.TensorData;
import dev.unroll.stream.StreamModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Steps as tensors: the numbers of the inputs of a step lie one after the other in its row, and so
/// do those of its outputs.
final class StepForm {
  private final StreamModel model;
  private final List<Port> inputs;
  private final List<Port> outputs;
  private final boolean hasTime;
  private final @Nullable Tokens tokens;
  private final int features;
  private final int results;

  /// @param hasTime whether a request may have several steps, along an axis
  /// @param tokens what symbols are; null if that is not known
  StepForm(StreamModel model, List<Port> inputs, List<Port> outputs, boolean hasTime,
      @Nullable Tokens tokens) {
    this.model = model;
    this.inputs = inputs;
    this.outputs = outputs;
    this.hasTime = hasTime;
    this.tokens = tokens;
    features = inputs.stream().mapToInt(Port::size).sum();
    results = outputs.stream().mapToInt(Port::size).sum();
  }

  /// The model.
  StreamModel model() {
    return model;
  }

  /// The numbers that a step reads.
  int features() {
    return features;
  }

  /// The numbers that a step gives.
  int results() {
    return results;
  }

  List<Port> inputs() {
    return inputs;
  }

  List<Port> outputs() {
    return outputs;
  }

  /// The names of the outputs.
  List<String> outputNames() {
    return outputs.stream().map(Port::name).toList();
  }

  /// Some steps of sequences.
  ///
  /// @param steps T
  /// @param x `[n, T, features]`
  /// @param lead the axes before those of a step, as the request has them
  @SuppressWarnings("ArrayRecordComponent") // of one request
  record Rows(int steps, float[] x, int[] lead) {}

  /// Reads the steps of n sequences: each input is `[n, T, …]`, or `[T, …]` or `[…]` of one
  /// sequence.
  ///
  /// @param longest the most steps of a request
  /// @throws RefusedException if an input is missing or has another shape
  Rows rows(InferRequest request, int n, int longest) {
    int steps = 0;
    int[] lead = {};
    for (var port : inputs) {
      var tensor = request.require(port.name());
      int[] before = lead(port, tensor, n);
      int found = Arrays.stream(before).reduce(1, Math::multiplyExact) / n;
      if (steps > 0 && found != steps) {
        throw invalid("the input %s has %d steps, others have %d", tensor, found, steps);
      }
      steps = found;
      lead = before;
    }
    if (steps > longest) {
      throw RefusedException.of(413, "the request has %d steps of a sequence, at most %d are "
          + "allowed; divide it", steps, longest);
    }
    if (inputs.size() == 1) {
      return new Rows(steps, numbers(request.require(inputs.getFirst().name())), lead);
    }
    var x = new float[Math.multiplyExact(n * steps, features)];
    int from = 0;
    for (var port : inputs) {
      var numbers = numbers(request.require(port.name()));
      for (int row = 0; row < n * steps; row++) {
        System.arraycopy(numbers, row * port.size(), x, row * features + from, port.size());
      }
      from += port.size();
    }
    return new Rows(steps, x, lead);
  }

  private float[] numbers(TensorData tensor) {
    if (tensor.elements() instanceof String[] texts && tokens != null) {
      var numbers = new float[texts.length];
      for (int i = 0; i < texts.length; i++) {
        numbers[i] = tokens.number(texts[i]);
      }
      return numbers;
    }
    return tensor.floats();
  }

  /// The axes before those of a step.
  private int[] lead(Port port, TensorData tensor, int n) {
    int[] shape = tensor.shape();
    int more = shape.length - port.shape().length;
    boolean fits = more >= 0 && more <= (hasTime ? 2 : 1);
    for (int i = 0; fits && i < port.shape().length; i++) {
      fits = shape[more + i] == port.shape()[i];
    }
    int[] lead = fits ? Arrays.copyOf(shape, more) : shape;
    // Without an axis of sequences there is one sequence; then all axes are time.
    boolean withSequences = n > 1 || more == 2 || !hasTime && more == 1;
    fits &= !withSequences || more > 0 && lead[0] == n;
    fits &= Arrays.stream(lead).allMatch(size -> size > 0);
    if (!fits) {
      throw invalid("the input %s does not fit; expected %s", tensor, expected(port, n));
    }
    return lead;
  }

  /// The shapes that an input may have: `[2, T, 3] or [2, 3], of 1 or more steps T`.
  private String expected(Port port, int n) {
    var step = Arrays.stream(port.shape()).mapToObj(size -> ", " + size)
        .collect(Collectors.joining());
    var one = n > 1 ? shape(", " + n + step) : shape(step);
    return hasTime
        ? "%s or %s%s, of 1 or more steps T".formatted(shape(", " + n + ", T" + step),
            n > 1 ? "" : shape(", T" + step) + " or ", one)
        : n > 1 ? one : "%s or %s".formatted(one, shape(", 1" + step));
  }

  private static String shape(String sizes) {
    return sizes.isEmpty() ? "[]" : "[" + sizes.substring(2) + "]";
  }

  /// The outputs.
  ///
  /// @param y `[n, T, results]`
  /// @param lead the axes before those of a step
  List<TensorData> answer(float[] y, int[] lead) {
    if (outputs.size() == 1) {
      return List.of(tensor(outputs.getFirst(), y, lead));
    }
    var all = new ArrayList<TensorData>();
    int rows = y.length / results;
    int from = 0;
    for (var port : outputs) {
      var part = new float[rows * port.size()];
      for (int row = 0; row < rows; row++) {
        System.arraycopy(y, row * results + from, part, row * port.size(), port.size());
      }
      all.add(tensor(port, part, lead));
      from += port.size();
    }
    return all;
  }

  private static TensorData tensor(Port port, float[] values, int[] lead) {
    int[] shape = Arrays.copyOf(lead, lead.length + port.shape().length);
    System.arraycopy(port.shape(), 0, shape, lead.length, port.shape().length);
    if (port.datatype() == Datatype.FP64) {
      var doubles = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        doubles[i] = values[i];
      }
      return TensorData.of(port.name(), doubles, shape);
    }
    if (!port.datatype().isInteger()) {
      return new TensorData(port.name(), port.datatype(), shape, values);
    }
    var integers = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      integers[i] = (long) values[i];
    }
    return new TensorData(port.name(), port.datatype(), shape, integers);
  }
}

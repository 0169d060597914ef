package dev.unroll.stream;

import dev.unroll.data.DataException;
import dev.unroll.layer.stepping.State;
import dev.unroll.onnx.OnnxModel;
import dev.unroll.onnx.OnnxStepper;
import dev.unroll.onnx.OnnxTensor;
import dev.unroll.onnx.OnnxValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;

/// An ONNX model whose outputs go into its inputs. The numbers of an event are the elements of its
/// other inputs, those of a score the elements of its other outputs, all in order.
///
/// @param inputs without the states
/// @param sizes the elements of each
/// @param shapes of each, axes of any size with one place
/// @param outputs the names of the numbers of a score
record OnnxScored(byte[] file, State.Layout layout, List<OnnxValue> inputs, List<int[]> shapes,
    List<Integer> sizes, List<String> features, List<String> outputs) implements Scored {

  /// Reads a model, and runs it once to see its outputs.
  ///
  /// @throws DataException if no output goes into an input, or an input has no known shape
  static OnnxScored of(byte[] file, String source) throws IOException {
    var model = OnnxModel.read(file);
    if (model.states().isEmpty()) {
      throw new DataException(
          ("%s has no state: none of its outputs is fed back to an input; inputs are %s, outputs"
              + " %s").formatted(source, model.inputs(),
                  model.outputs()));
    }
    var stepper = new OnnxStepper(model);
    var inputs = model.inputs().stream()
        .filter(input -> !stepper.pairs().containsKey(input.name())).toList();
    var shapes = new ArrayList<int[]>();
    var sizes = new ArrayList<Integer>();
    var features = new ArrayList<String>();
    for (var input : inputs) {
      int[] shape = shape(input, source);
      int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
      shapes.add(shape);
      sizes.add(size);
      features.addAll(names(input.name(), size));
    }
    var made = new OnnxScored(file, stepper.layout(), inputs, shapes, sizes,
        List.copyOf(features), List.of());
    var names = new ArrayList<String>();
    try {
      stepper.step(1, new float[][] {new float[stepper.layout().size()]},
          made.tensors(1, new float[features.size()]))
          .forEach((name, tensor) -> names.addAll(names(name, tensor.size())));
    } catch (IllegalArgumentException e) {
      throw new DataException("%s cannot be run with a step of its inputs %s: %s"
          .formatted(source, inputs, e.getMessage()), e);
    }
    return new OnnxScored(file, stepper.layout(), inputs, shapes, sizes, made.features,
        List.copyOf(names));
  }

  private static int[] shape(OnnxValue input, String source) {
    var shape = input.shape().orElseThrow(() -> new DataException(
        "%s does not say which shape its input %s has, which a stream must know".formatted(source,
            input.name())));
    return shape.stream()
        .mapToInt(size -> size.matches("\\d{1,9}") ? Integer.parseInt(size) : 1).toArray();
  }

  private static List<String> names(String name, int size) {
    return size == 1 ? List.of(name)
        : IntStream.range(0, size).mapToObj(i -> name + "[" + i + "]").toList();
  }

  /// The inputs of n events.
  private LinkedHashMap<String, OnnxTensor> tensors(int n, float[] x) {
    var tensors = new LinkedHashMap<String, OnnxTensor>();
    int from = 0;
    for (int k = 0; k < inputs.size(); k++) {
      int size = sizes.get(k);
      int[] shape = new int[shapes.get(k).length + 1];
      shape[0] = n;
      System.arraycopy(shapes.get(k), 0, shape, 1, shape.length - 1);
      var values = new float[n * size];
      for (int i = 0; i < n; i++) {
        System.arraycopy(x, i * features.size() + from, values, i * size, size);
      }
      tensors.put(inputs.get(k).name(), tensor(inputs.get(k), values, shape));
      from += size;
    }
    return tensors;
  }

  private static OnnxTensor tensor(OnnxValue input, float[] values, int... shape) {
    return switch (input.type()) {
      case "float32" -> OnnxTensor.of(values, shape);
      case "float64" -> OnnxTensor.of(
          IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray(), shape);
      case "int64" -> OnnxTensor.of(
          IntStream.range(0, values.length).mapToLong(i -> (long) values[i]).toArray(), shape);
      case "int32" -> OnnxTensor.of(
          IntStream.range(0, values.length).map(i -> (int) values[i]).toArray(), shape);
      default -> throw new DataException(
          "the input %s is of type %s, which the numbers of an event cannot be"
              .formatted(input.name(), input.type()));
    };
  }

  @Override
  public float[] initial() {
    return new float[layout.size()];
  }

  @Override
  public Scorer scorer(int batch) {
    OnnxStepper stepper;
    try {
      stepper = new OnnxStepper(OnnxModel.read(file));
    } catch (IOException e) {
      throw new IllegalStateException("a model cannot be read again: " + e.getMessage(), e);
    }
    return (n, x, _, keys, y) -> {
      var states = new float[n][];
      for (int i = 0; i < n; i++) {
        states[i] = keys[i].values();
      }
      int from = 0;
      for (var tensor : stepper.step(n, states, tensors(n, x)).values()) {
        var values = tensor.floats();
        int size = values.length / n;
        for (int i = 0; i < n; i++) {
          System.arraycopy(values, i * size, y, i * outputs.size() + from, size);
        }
        from += size;
      }
    };
  }
}

package dev.unroll.onnx;

import dev.unroll.Engine;
import dev.unroll.format.FormatException;
import dev.unroll.format.file.FileFailure;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.graph.CompiledGraph;
import dev.unroll.onnx.graph.OperatorTable;
import dev.unroll.onnx.operator.Operator;
import dev.unroll.onnx.proto.ModelDef;
import dev.unroll.onnx.proto.ModelReader;
import dev.unroll.onnx.proto.ValueDef;
import dev.unroll.tensor.guard.OneCaller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// A model as an ONNX file, to be run.
///
/// ```java
/// var model = OnnxModel.load(Path.of("model.onnx"));
/// var outputs = model.run(Map.of("input", OnnxTensor.of(samples, 1, 576)));
/// ```
///
/// RNN, GRU and LSTM run as cells of this library, in full (`docs/onnx.md`); a small interpreter
/// runs the other operators. Sizes that the model leaves free may differ from run to run; a run
/// with the sizes of the one before is faster. A model with an operator that is not supported is
/// refused when it is loaded.
///
/// Serves one caller at a time and refuses overlapping calls; load it once for each thread.
public final class OnnxModel {
  /// What a Java array has room for.
  private static final long MOST_BYTES = Integer.MAX_VALUE - 8;

  private final ModelDef model;
  private final CompiledGraph graph;
  private final OneCaller caller =
      new OneCaller("this OnnxModel", "load the model once for each thread");

  private OnnxModel(ModelDef model, CompiledGraph graph) {
    this.model = model;
    this.graph = graph;
  }

  /// Loads a model to run on one thread.
  ///
  /// @throws FormatException if it is no ONNX model, is damaged, or cannot be run in full; one
  ///     sentence that names the place
  /// @throws IOException if the file cannot be read
  public static OnnxModel load(Path file) throws IOException {
    return load(file, Engine.of(1));
  }

  /// Loads a model.
  ///
  /// @param engine computes the recurrent operators; it must stay open
  /// @throws FormatException if it is no ONNX model, is damaged, or cannot be run in full
  /// @throws IOException if the file cannot be read
  public static OnnxModel load(Path file, Engine engine) throws IOException {
    try {
      if (Files.isRegularFile(file) && Files.size(file) > MOST_BYTES) {
        throw Refusal.of("has %d bytes, at most %d are supported", Files.size(file), MOST_BYTES);
      }
      var folder = file.toAbsolutePath().getParent();
      return read(Files.readAllBytes(file), folder, engine);
    } catch (Refusal e) {
      throw new FormatException("%s: %s".formatted(file, e.sentence()), e);
    } catch (IOException e) {
      throw FileFailure.reading(file, e);
    }
  }

  /// Loads a model from memory, to run on one thread; its tensors cannot lie in other files.
  ///
  /// @throws FormatException if it is no ONNX model, is damaged, or cannot be run in full
  public static OnnxModel read(byte[] bytes) throws IOException {
    try {
      return read(bytes, null, Engine.of(1));
    } catch (Refusal e) {
      throw new FormatException("the model: %s".formatted(e.sentence()), e);
    }
  }

  private static OnnxModel read(byte[] bytes, @Nullable Path folder, Engine engine) {
    var model = ModelReader.read(bytes, folder);
    long opset = model.opsets().getOrDefault("", 1L);
    return new OnnxModel(model,
        CompiledGraph.of(model.graph(), new Operator.Setting(opset, engine)));
  }

  /// The names of the operators that can be run.
  public static SortedSet<String> supportedOperators() {
    return OperatorTable.names();
  }

  /// The inputs, in order; those that the model has values for are optional.
  public List<OnnxValue> inputs() {
    return model.graph().inputs().stream().map(input -> value(input, true)).toList();
  }

  /// The outputs, in order.
  public List<OnnxValue> outputs() {
    return model.graph().outputs().stream().map(output -> value(output, false)).toList();
  }

  private OnnxValue value(ValueDef value, boolean isInput) {
    var type = value.type();
    return new OnnxValue(value.name(), type == null ? "?" : type.text(),
        Optional.ofNullable(value.shape()),
        isInput && model.graph().initializers().containsKey(value.name()));
  }

  /// The program that wrote the file.
  public String producer() {
    return model.producer();
  }

  /// The version of the operators, by domain; that of ONNX's own is empty.
  public SequencedMap<String, Long> opsets() {
    return Collections.unmodifiableSequencedMap(model.opsets());
  }

  /// What the model says of itself.
  public SequencedMap<String, String> metadata() {
    return Collections.unmodifiableSequencedMap(model.metadata());
  }

  /// How many nodes there are of each operator.
  public Map<String, Integer> operators() {
    return graph.operators();
  }

  /// Runs the model.
  ///
  /// @param inputs by name
  /// @return the outputs by name, in order
  /// @throws IllegalArgumentException if an input is missing, unknown, or of another type or shape
  ///     than the model says, or a node cannot be run with what it is given; one sentence that
  ///     names it
  public SequencedMap<String, OnnxTensor> run(Map<String, OnnxTensor> inputs) {
    caller.enter();
    try {
      var given = checked(inputs);
      var results = graph.run(given);
      var outputs = new LinkedHashMap<String, OnnxTensor>();
      for (int i = 0; i < results.size(); i++) {
        outputs.put(model.graph().outputs().get(i).name(), OnnxTensor.of(results.get(i)));
      }
      return outputs;
    } catch (Refusal e) {
      throw new IllegalArgumentException(e.sentence(), e);
    } finally {
      caller.leave();
    }
  }

  private Map<String, NdArray> checked(Map<String, OnnxTensor> inputs) {
    var known = model.graph().inputs().stream().map(ValueDef::name).toList();
    for (var name : inputs.keySet()) {
      if (!known.contains(name)) {
        throw Refusal.of("there is no input %s; there are %s", name, inputs());
      }
    }
    var given = new HashMap<String, NdArray>();
    for (var input : model.graph().inputs()) {
      var tensor = inputs.get(input.name());
      if (tensor != null) {
        require(input, tensor.array());
        given.put(input.name(), tensor.array());
      } else if (!model.graph().initializers().containsKey(input.name())) {
        throw Refusal.of("input %s is missing; give %s", input.name(), value(input, true));
      }
    }
    return given;
  }

  private void require(ValueDef input, NdArray array) {
    var shape = input.shape();
    boolean fits = input.type() == null || input.type() == array.type();
    if (shape != null) {
      fits &= shape.size() == array.axes();
      for (int i = 0; fits && i < shape.size(); i++) {
        fits = !isNumber(shape.get(i)) || shape.get(i).equals(Integer.toString(array.size(i)));
      }
    }
    if (!fits) {
      throw Refusal.of("input %s is %s, expected %s", input.name(), array, value(input, true));
    }
  }

  private static boolean isNumber(String size) {
    return !size.isEmpty() && size.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  @Override
  public String toString() {
    return "OnnxModel(%s → %s)".formatted(inputs(), outputs());
  }
}

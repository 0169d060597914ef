package dev.unroll.onnx;

import dev.unroll.Engine;
import dev.unroll.format.FormatException;
import dev.unroll.format.file.FileFailure;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NumberLimit;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.array.SizeRefusal;
import dev.unroll.onnx.graph.CompiledGraph;
import dev.unroll.onnx.graph.OperatorTable;
import dev.unroll.onnx.operator.Operator;
import dev.unroll.onnx.proto.GraphDef;
import dev.unroll.onnx.proto.ModelDef;
import dev.unroll.onnx.proto.ModelReader;
import dev.unroll.onnx.proto.ValueDef;
import dev.unroll.tensor.Precision;
import dev.unroll.tensor.guard.OneCaller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Function;
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
  private @Nullable NumberLimit limit;

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
    return load(file, engine, Precision.FLOAT32);
  }

  /// Loads a model whose weights are stored in a precision: the matrices of recurrent operators,
  /// and constants by which MatMul, Gemm and Conv multiply. The other operators compute with the
  /// numbers as they are in the file.
  ///
  /// @throws FormatException if it is no ONNX model, is damaged, or cannot be run in full
  /// @throws IOException if the file cannot be read
  public static OnnxModel load(Path file, Engine engine, Precision weights) throws IOException {
    return read(file, model -> compiled(model, engine, weights));
  }

  /// Describes a model, also one that cannot be run.
  ///
  /// @throws FormatException if it is no ONNX model or is damaged
  /// @throws IOException if the file cannot be read
  public static OnnxDescription describe(Path file) throws IOException {
    return read(file, OnnxModel::description);
  }

  private static OnnxDescription description(ModelDef model) {
    var operators = new TreeMap<String, Integer>();
    var missing = new TreeMap<String, Integer>();
    count(model.graph(), operators, missing);
    Optional<String> refusal = Optional.empty();
    try {
      compiled(model, Engine.of(1), Precision.FLOAT32);
    } catch (Refusal e) {
      refusal = Optional.of(e.sentence());
    }
    var inputs = model.graph().inputs().stream().map(i -> value(model, i, true)).toList();
    var outputs = model.graph().outputs().stream().map(o -> value(model, o, false)).toList();
    return new OnnxDescription(model.producer(), model.opsets(), inputs, outputs,
        StatePairs.of(inputs, outputs), operators, missing, refusal, model.metadata());
  }

  private static void count(GraphDef graph, Map<String, Integer> operators,
      Map<String, Integer> missing) {
    for (var node : graph.nodes()) {
      var name = (node.domain().isEmpty() ? "" : node.domain() + ".") + node.operator();
      operators.merge(name, 1, Integer::sum);
      if (!OperatorTable.isKnown(node)) {
        missing.merge(name, 1, Integer::sum);
      }
      node.attributes().graphs().forEach(within -> count(within, operators, missing));
    }
  }

  private static <T> T read(Path file, Function<ModelDef, T> use) throws IOException {
    try {
      if (Files.isRegularFile(file) && Files.size(file) > MOST_BYTES) {
        throw Refusal.of("has %d bytes, at most %d are supported", Files.size(file), MOST_BYTES);
      }
      var folder = file.toAbsolutePath().getParent();
      return use.apply(ModelReader.read(Files.readAllBytes(file), folder));
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
      return compiled(ModelReader.read(bytes, null), Engine.of(1), Precision.FLOAT32);
    } catch (Refusal e) {
      throw new FormatException("the model: %s".formatted(e.sentence()), e);
    }
  }

  private static OnnxModel compiled(ModelDef model, Engine engine, Precision weights) {
    long opset = model.opsets().getOrDefault("", 1L);
    var graph =
        CompiledGraph.of(model.graph(), new Operator.Setting(opset, engine, false, weights));
    // Its constants take the place of those that were read.
    return new OnnxModel(new ModelDef(model.irVersion(), model.producer(), model.opsets(),
        graph.definition(), model.metadata()), graph);
  }

  /// The names of the operators that can be run.
  public static SortedSet<String> supportedOperators() {
    return OperatorTable.names();
  }

  /// The inputs, in order; those that the model has values for are optional.
  public List<OnnxValue> inputs() {
    return model.graph().inputs().stream().map(input -> value(model, input, true)).toList();
  }

  /// The outputs, in order.
  public List<OnnxValue> outputs() {
    return model.graph().outputs().stream().map(output -> value(model, output, false)).toList();
  }

  private static OnnxValue value(ModelDef model, ValueDef value, boolean isInput) {
    var type = value.type();
    return new OnnxValue(value.name(), type == null ? "?" : type.text(),
        Optional.ofNullable(value.shape()),
        isInput && model.graph().initializers().containsKey(value.name()));
  }

  /// The inputs that are seen to be states, by type, shape and name, each with the output that goes
  /// into it at the next step: `state` and `stateN`, `h0` and `hn`, `h_in` and `h_out`. What
  /// [OnnxStepper] steps.
  public SequencedMap<String, String> states() {
    return StatePairs.of(inputs(), outputs());
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

  /// Limits the numbers that all values of a run may have together, from now on: a small input can
  /// make a model write a large output. What would go beyond is refused before its memory is taken.
  ///
  /// @param numbers those of inputs, weights and constants do not count; those of a loop do as far
  ///     as they are kept from round to round, and outputs once more, as they are copied
  /// @return this
  /// @throws IllegalArgumentException if it is below 1
  public OnnxModel limit(long numbers) {
    if (numbers < 1) {
      throw new IllegalArgumentException(
          "a limit of %d numbers, expected at least 1".formatted(numbers));
    }
    caller.enter();
    try {
      limit = new NumberLimit(numbers);
      graph.limit(limit);
      return this;
    } finally {
      caller.leave();
    }
  }

  /// Runs the model. The interruption of the thread ends it between two nodes, by a
  /// [java.util.concurrent.CancellationException].
  ///
  /// @param inputs by name
  /// @return the outputs by name, in order
  /// @throws IllegalArgumentException if an input is missing, unknown, or of another type or shape
  ///     than the model says, or a node cannot be run with what it is given; one sentence that
  ///     names it
  /// @throws OnnxSizeException if its values are too large for the memory or the limit
  public SequencedMap<String, OnnxTensor> run(Map<String, OnnxTensor> inputs) {
    return run(0, inputs);
  }

  /// Runs the model for many streams at once: each gets what [#run] gives it alone, to the bit,
  /// in a fraction of the time. The model needs no axis of samples.
  ///
  /// @param streams how many, at least 1
  /// @param inputs by name, with one more axis in front of those of the model, an entry for each
  ///     stream; an input without that axis is the same for all
  /// @return the outputs by name, in order, all with the axis of the streams in front
  /// @throws OnnxSizeException as from [#run]
  /// @throws IllegalArgumentException as from [#run]; if the outputs of streams differ in shape;
  ///     and if the model does not say how many axes an input has, and it could be meant either way
  public SequencedMap<String, OnnxTensor> runStreams(int streams,
      Map<String, OnnxTensor> inputs) {
    if (streams < 1) {
      throw new IllegalArgumentException("%d streams, expected at least 1".formatted(streams));
    }
    return run(streams, inputs);
  }

  private SequencedMap<String, OnnxTensor> run(int streams, Map<String, OnnxTensor> inputs) {
    caller.enter();
    try {
      var stacked = new HashSet<String>();
      var given = checked(inputs, streams, stacked);
      var bound = limit;
      var results = bound == null ? graph.run(given, streams, stacked)
          : bound.run(() -> graph.run(given, streams, stacked));
      var outputs = new LinkedHashMap<String, OnnxTensor>();
      for (int i = 0; i < results.size(); i++) {
        outputs.put(model.graph().outputs().get(i).name(), OnnxTensor.of(results.get(i)));
      }
      return outputs;
    } catch (SizeRefusal e) {
      throw new OnnxSizeException(e.sentence(), e);
    } catch (Refusal e) {
      throw new IllegalArgumentException(e.sentence(), e);
    } finally {
      caller.leave();
    }
  }

  private Map<String, NdArray> checked(Map<String, OnnxTensor> inputs, int streams,
      Set<String> stacked) {
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
        if (streams > 0 && isStacked(input, tensor.array(), streams)) {
          stacked.add(input.name());
        } else {
          require(input, tensor.array(), 0);
        }
        given.put(input.name(), tensor.array());
      } else if (!model.graph().initializers().containsKey(input.name())) {
        throw Refusal.of("input %s is missing; give %s", input.name(), value(model, input, true));
      }
    }
    return given;
  }

  /// Whether an input of a run of many streams has their axis.
  private boolean isStacked(ValueDef input, NdArray array, int streams) {
    var shape = input.shape();
    if (shape == null) {
      throw Refusal.of("the model does not say how many axes input %s has, so streams cannot be"
          + " told from it; run them one by one", input.name());
    }
    if (array.axes() != shape.size() + 1) {
      return false;
    }
    require(input, array, 1);
    if (array.size(0) != streams) {
      throw Refusal.of("input %s is %s, expected %d streams along the first axis", input.name(),
          array, streams);
    }
    return true;
  }

  private void require(ValueDef input, NdArray array, int first) {
    var shape = input.shape();
    boolean fits = input.type() == null || input.type() == array.type();
    if (shape != null) {
      fits &= shape.size() == array.axes() - first;
      for (int i = 0; fits && i < shape.size(); i++) {
        fits = !isNumber(shape.get(i))
            || shape.get(i).equals(Integer.toString(array.size(i + first)));
      }
    }
    if (!fits) {
      throw Refusal.of("input %s is %s, expected %s", input.name(), array,
          value(model, input, true));
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

package dev.unroll.testkit;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.data.Batch;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import dev.unroll.model.Architecture;
import dev.unroll.model.Generative;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.model.VectorToSequence;
import dev.unroll.model.loss.Loss;
import dev.unroll.onnx.OnnxExport;
import dev.unroll.onnx.OnnxModel;
import dev.unroll.onnx.OnnxTensor;
import dev.unroll.tensor.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/// A model, sequences, and how it is exported as ONNX: its outputs by the library, and by a program
/// that runs the files. Rows of padding are 0 in both.
///
/// @param lengths of the sequences; equal ones if the export reads no lengths
/// @param parts into how many parts a sequence is cut, if the export has states
public record ExportCase(String name, Structure model, OnnxExport export, int[] lengths,
    int parts) {
  private static final int WRITTEN = 4;

  /// A program that runs ONNX models.
  @FunctionalInterface
  public interface Program {
    /// The outputs by name.
    Map<String, OnnxTensor> run(byte[] model, Map<String, OnnxTensor> inputs) throws IOException;
  }

  private Architecture architecture() {
    return model.architecture();
  }

  private int time() {
    return Arrays.stream(lengths).max().orElseThrow();
  }

  private int inputTime() {
    return architecture() instanceof VectorToSequence.Parts ? 1 : time();
  }

  /// The examples, in the units of the data.
  private List<Example> examples() {
    var random = CounterRandom.of(name.hashCode());
    var inputs = architecture().inputs();
    var outputs = architecture().outputs();
    var examples = new ArrayList<Example>();
    for (int b = 0; b < lengths.length; b++) {
      var own = random.stream(b);
      int steps = Math.min(lengths[b], inputTime());
      Values x = inputs.symbols() == 0
          ? new Features(numbers(steps * inputs.size(), i -> 3 * own.uniform(1, i) - 1),
              inputs.size())
          : new Symbols(IntStream.range(0, steps)
              .map(t -> (int) (inputs.symbols() * own.uniform(1, t))).toArray());
      var letters = inputs.letters();
      if (letters != null) {
        var spelled = new int[steps][];
        for (int t = 0; t < steps; t++) {
          int word = ((Symbols) x).symbols()[t];
          spelled[t] = IntStream.range(0, 1 + word % 5)
              .map(l -> (word + 2 * l * l) % letters.tokens().size()).toArray();
        }
        x = new Values.Words(((Symbols) x).symbols(), spelled);
      }
      int answers = model instanceof Generative ? WRITTEN
          : model instanceof SequenceToVector ? 1 : steps;
      Values y = outputs.loss().isOfClasses()
          ? new Symbols(IntStream.range(0, answers)
              .map(t -> (int) (outputs.targets() * own.uniform(2, t))).toArray())
          : new Features(numbers(answers * outputs.targets(), i -> Math.round(own.uniform(2, i))),
              outputs.targets());
      examples.add(new Example(x, y));
    }
    return examples;
  }

  private static float[] numbers(int n, IntToDoubleFunction value) {
    var numbers = new float[n];
    for (int i = 0; i < n; i++) {
      numbers[i] = (float) value.applyAsDouble(i);
    }
    return numbers;
  }

  /// The predictions of the library: `[T, B, n]`, or `[B, n]`.
  public float[] expected() {
    int target = Math.max(time(), WRITTEN) + 1;
    var run = model.run(Engine.of(1),
        new ModelBounds(time(), target, lengths.length, false));
    var batch = Batch.of(model.scaled(examples()));
    var rows = run.predict(batch);
    int n = rows.columns();
    int all = (model instanceof SequenceToVector ? 1 : steps()) * lengths.length;
    var y = Arrays.copyOfRange(rows.array(), rows.offset(), rows.offset() + all * n);
    var outputs = architecture().outputs();
    for (int row = 0; row < all; row++) {
      if (outputs.scaling() != null) {
        outputs.loss().invert(outputs.scaling(), y, row * n);
      }
    }
    return cleared(y);
  }

  /// Whether the classes of all steps are chosen together.
  public boolean isChain() {
    return architecture().outputs().loss() instanceof Loss.Chain;
  }

  /// The classes that the library chooses at each step.
  public float[] classes() {
    var run = model.run(Engine.of(1), new ModelBounds(time(), time(), lengths.length, false));
    run.predict(Batch.of(examples()));
    int[] classes = run.classes();
    var chosen = new float[time() * lengths.length];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = classes[i];
    }
    return cleared(chosen);
  }

  private int steps() {
    return model instanceof Generative ? WRITTEN + (architecture().outputs().ends() ? 1 : 0)
        : time();
  }

  /// Sets what lies behind the end of a sequence to 0.
  private float[] cleared(float[] y) {
    if (model instanceof Generative || model instanceof SequenceToVector) {
      return y;
    }
    int n = y.length / (time() * lengths.length);
    for (int t = 0; t < time(); t++) {
      for (int b = 0; b < lengths.length; b++) {
        if (t >= lengths[b]) {
          int at = (t * lengths.length + b) * n;
          Arrays.fill(y, at, at + n, 0f);
        }
      }
    }
    return y;
  }

  /// The same by the exported files.
  public float[] actual(Program program) throws IOException {
    return output(program, answer());
  }

  /// Another output than the predictions, likewise.
  public float[] output(Program program, List<String> names) throws IOException {
    var files = export.toBytes();
    if (model instanceof Generative) {
      return written(program, files, names);
    }
    if (parts > 1) {
      return inParts(program, files.getFirst(), names);
    }
    return cleared(joined(program.run(files.getFirst(), inputs(0, time())), names));
  }

  /// The names of the outputs that are the predictions.
  private List<String> answer() {
    return switch (architecture().outputs().loss()) {
      case Loss.CrossEntropy _, Loss.Chain _, Loss.BinaryCrossEntropy _ ->
          List.of("probabilities");
      case Loss.Regression.Gaussian _ -> List.of("means", "log_variances");
      case Loss.Regression.Quantile _ -> List.of("quantiles");
      default -> List.of("numbers");
    };
  }

  /// The outputs side by side.
  private static float[] joined(Map<String, OnnxTensor> outputs, List<String> names) {
    var one = requireNonNull(outputs.get(names.getFirst()));
    var first = one.floats();
    if (names.size() == 1) {
      return first;
    }
    var second = requireNonNull(outputs.get(names.get(1))).floats();
    var shape = one.shape();
    int n = shape[shape.length - 1];
    var all = new float[2 * first.length];
    for (int row = 0; row < first.length / n; row++) {
      System.arraycopy(first, row * n, all, 2 * row * n, n);
      System.arraycopy(second, row * n, all, (2 * row + 1) * n, n);
    }
    return all;
  }

  /// The inputs of the steps `[from, to)`, without states.
  private Map<String, OnnxTensor> inputs(int from, int to) {
    var examples = examples();
    var inputs = architecture().inputs();
    int batch = lengths.length;
    int steps = to - from;
    boolean isVector = inputTime() == 1 && model instanceof VectorToSequence;
    var given = new LinkedHashMap<String, OnnxTensor>();
    if (inputs.symbols() == 0) {
      int n = inputs.size();
      var x = new float[steps * batch * n];
      for (int b = 0; b < batch; b++) {
        var values = ((Features) examples.get(b).input()).values();
        for (int t = from; t < to; t++) {
          for (int i = 0; i < n && t * n + i < values.length; i++) {
            x[((t - from) * batch + b) * n + i] = values[t * n + i];
          }
        }
      }
      given.put("features", isVector ? OnnxTensor.of(x, batch, n)
          : OnnxTensor.of(x, steps, batch, n));
    } else {
      var symbols = new long[steps * batch];
      for (int b = 0; b < batch; b++) {
        int[] values = symbols(examples.get(b).input());
        for (int t = from; t < Math.min(to, values.length); t++) {
          symbols[(t - from) * batch + b] = values[t];
        }
      }
      given.put("symbols", isVector ? OnnxTensor.of(symbols, batch)
          : OnnxTensor.of(symbols, steps, batch));
      if (inputs.letters() != null) {
        given.putAll(letters(examples));
      }
    }
    if (export.hasLengths() && !isVector) {
      given.put("lengths", OnnxTensor.of(Arrays.stream(lengths).asLongStream().toArray(), batch));
    }
    return given;
  }

  private static int[] symbols(Values values) {
    return values instanceof Values.Words words ? words.symbols() : ((Symbols) values).symbols();
  }

  private Map<String, OnnxTensor> letters(List<Example> examples) {
    int batch = lengths.length;
    int most = examples.stream().flatMap(e -> Arrays.stream(((Values.Words) e.input()).letters()))
        .mapToInt(word -> word.length).max().orElseThrow();
    var letters = new long[time() * batch * most];
    var counts = new long[time() * batch];
    for (int b = 0; b < batch; b++) {
      var words = ((Values.Words) examples.get(b).input()).letters();
      for (int t = 0; t < words.length; t++) {
        counts[t * batch + b] = words[t].length;
        for (int l = 0; l < words[t].length; l++) {
          letters[(t * batch + b) * most + l] = words[t][l];
        }
      }
    }
    return Map.of("letters", OnnxTensor.of(letters, time(), batch, most), "letter_counts",
        OnnxTensor.of(counts, time(), batch));
  }

  private float[] inParts(Program program, byte[] file, List<String> names) throws IOException {
    var states = new LinkedHashMap<String, OnnxTensor>();
    var starts = starts(file);
    for (var input : export.values().getFirst().inputs()) {
      if (export.values().getFirst().outputs().stream()
          .anyMatch(o -> o.name().equals(input.name() + "_next"))) {
        int n = Integer.parseInt(input.shape().getLast());
        var start = starts.get(input.name());
        var values = new float[lengths.length * n];
        for (int i = 0; start != null && i < values.length; i++) {
          values[i] = start[i % n];
        }
        states.put(input.name(), OnnxTensor.of(values, lengths.length, n));
      }
    }
    var all = new ArrayList<float[]>();
    for (int part = 0; part < parts; part++) {
      var given = new LinkedHashMap<>(inputs(part * time() / parts, (part + 1) * time() / parts));
      given.putAll(states);
      var outputs = program.run(file, given);
      states.replaceAll((state, _) -> requireNonNull(outputs.get(state + "_next")));
      all.add(joined(outputs, names));
    }
    return model instanceof SequenceToVector ? all.getLast() : concatenated(all);
  }

  /// From what the states start that do not start from zero, as the metadata says.
  private static Map<String, float[]> starts(byte[] file) throws IOException {
    var path = Files.createTempFile("export", ".onnx");
    try {
      Files.write(path, file);
      var starts = new LinkedHashMap<String, float[]>();
      OnnxModel.describe(path).metadata().forEach((key, text) -> {
        if (key.startsWith("start.")) {
          var numbers = text.substring(1, text.length() - 1).split(",");
          var values = new float[numbers.length];
          for (int i = 0; i < values.length; i++) {
            values[i] = Float.parseFloat(numbers[i]);
          }
          starts.put(key.substring("start.".length()), values);
        }
      });
      return starts;
    } finally {
      Files.delete(path);
    }
  }

  private static float[] concatenated(List<float[]> all) {
    var y = new float[all.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (var part : all) {
      System.arraycopy(part, 0, y, at, part.length);
      at += part.length;
    }
    return y;
  }

  /// Runs the encoder once and the decoder at each step, with the targets as what was written.
  private float[] written(Program program, List<byte[]> files, List<String> names)
      throws IOException {
    var examples = model.scaled(examples());
    var fed = new LinkedHashMap<>(inputs(0, inputTime()));
    fed.putAll(program.run(files.getFirst(), fed));
    var read = export.values().getLast().inputs().stream().map(OnnxExport.Value::name).toList();
    var all = new ArrayList<float[]>();
    for (int t = 0; t < steps(); t++) {
      if (t > 0 && read.contains("previous")) {
        fed.put("previous", previous(examples, t - 1));
      }
      fed.keySet().retainAll(read);
      var outputs = program.run(files.getLast(), fed);
      outputs.forEach((name, value) -> {
        if (name.endsWith("_next")) {
          fed.put(name.substring(0, name.length() - "_next".length()), value);
        }
      });
      all.add(joined(outputs, names));
    }
    return concatenated(all);
  }

  private OnnxTensor previous(List<Example> examples, int t) {
    int batch = lengths.length;
    if (architecture().outputs().loss().isOfClasses()) {
      return OnnxTensor.of(examples.stream().mapToLong(e -> ((Symbols) e.target()).symbols()[t])
          .toArray(), batch);
    }
    int n = architecture().outputs().targets();
    var numbers = new float[batch * n];
    for (int b = 0; b < batch; b++) {
      System.arraycopy(((Features) examples.get(b).target()).values(), t * n, numbers, b * n, n);
    }
    return OnnxTensor.of(numbers, batch, n);
  }

  @Override
  public String toString() {
    return name;
  }
}

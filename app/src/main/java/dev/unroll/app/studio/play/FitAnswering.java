package dev.unroll.app.studio.play;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.Engine;
import dev.unroll.app.command.Predictor;
import dev.unroll.app.data.Anatomy;
import dev.unroll.app.data.ExampleData;
import dev.unroll.app.data.StructureKind;
import dev.unroll.app.page.panel.Panel;
import dev.unroll.data.Example;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import dev.unroll.datasets.example.As;
import dev.unroll.datasets.example.InputFile;
import dev.unroll.datasets.example.InputLines;
import dev.unroll.format.json.Json;
import dev.unroll.inspect.Influence;
import dev.unroll.inspect.Microscope;
import dev.unroll.model.Search;
import dev.unroll.model.file.ModelFile;
import dev.unroll.model.loss.Loss;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The answer of a model of `unroll fit` to one input, as `unroll predict` gives it, with what it
/// rests on.
final class FitAnswering {
  /// Steps of which it is measured what counted.
  private static final int MOST = 500;

  /// A target far below every answer: the derivative of a loss of numbers there is that of the
  /// answer itself, times a factor that is the same for all steps.
  private static final float BELOW = -1e3f;

  private final ModelFile file;
  private final Anatomy anatomy;
  private final Predictor predictor;
  private final @Nullable List<String> inputNames;
  private final @Nullable List<String> outputNames;

  private FitAnswering(ModelFile file) throws IOException {
    this.file = file;
    anatomy = Anatomy.of(file.model().architecture());
    predictor = new Predictor(file, new Search.Beam(1, 0), 0).withAll();
    inputNames = file.vocabularies().get(ExampleData.INPUT);
    outputNames = file.vocabularies().get(ExampleData.OUTPUT);
  }

  /// The answer to an input as people type it.
  ///
  /// @throws IllegalArgumentException if it is not what the model reads
  static SequencedMap<String, Object> of(ModelFile file, String text) throws IOException {
    return new FitAnswering(file).answer(text);
  }

  private SequencedMap<String, Object> answer(String text) throws IOException {
    var inputs = inputs(text);
    if (inputs.inputs().isEmpty()) {
      throw new IllegalArgumentException("there is no input; type one");
    }
    int steps = predictor.longestTarget();
    var example = predictor.examples(inputs, steps).getFirst();
    try (var engine = Engine.of(1)) {
      var found = predictor.predict(engine, List.of(example), steps).getFirst();
      var panels = new ArrayList<Panel>();
      if (inputs.inputs().getFirst() instanceof Features numbers) {
        panels.add(InputPanels.of(numbers));
      }
      if (found.get("numbers") instanceof List<?> numbers) {
        numbers(numbers, panels);
      }
      panels.addAll(counted(engine, example, found));
      var fields = Answering.answer(words(found), choices(found), panels);
      if (anatomy.kind() == StructureKind.SEQUENCE_TO_SEQUENCE && anatomy.hasClasses()) {
        fields.put("answer", "");
        fields.put("tags", tags(example, found));
      }
      return fields;
    }
  }

  /// The input as a line of a file of examples.
  private InputFile inputs(String text) throws IOException {
    var as = predictor.sides().input();
    var json = switch (as) {
      case NUMBERS, SYMBOLS ->
          NumberRows.json(text, as == As.SYMBOLS ? 1 : anatomy.inputs().size());
      case WORDS -> text.strip().startsWith("[") ? text.replaceAll("\\R", " ") : Json.write(text);
      case CHARACTERS, LABEL -> Json.write(text);
    };
    var line = "{\"input\": %s}%n".formatted(json).getBytes(UTF_8);
    try (var lines = new InputLines(new ByteArrayInputStream(line), "the input", null, as,
        inputNames == null ? null : Tokens.of(inputNames))) {
      return lines.next(1);
    }
  }

  /// The answer in a line.
  private static String words(Map<String, Object> found) {
    for (var key : List.of("label", "text")) {
      if (found.get(key) != null) {
        return found.get(key).toString();
      }
    }
    if (found.get("symbols") instanceof List<?> symbols) {
      return String.join(" ", symbols.stream().map(Object::toString).toList());
    }
    return found.get("numbers") instanceof List<?> numbers && numbers.size() <= 8
        && numbers.getFirst() instanceof Number
            ? String.join(", ", numbers.stream().map(Object::toString).toList())
                + (found.get("deviations") == null ? ""
                    : " ± " + found.get("deviations").toString().replaceAll("[\\[\\]]", ""))
            : "";
  }

  private static List<Object> choices(Map<String, Object> found) {
    return found.get("all") instanceof Map<?, ?> all
        ? all.entrySet().stream().limit(Answering.MOST)
            .<Object>map(entry -> List.of(entry.getKey(), entry.getValue())).toList()
        : List.of();
  }

  /// Answers over time as curves.
  private void numbers(List<?> answers, List<Panel> panels) {
    if (anatomy.kind() == StructureKind.SEQUENCE_TO_VECTOR && answers.size() <= 8) {
      return; // told in a line
    }
    boolean isVector = anatomy.kind() == StructureKind.SEQUENCE_TO_VECTOR;
    int columns = !isVector && answers.getFirst() instanceof List<?> row ? row.size() : 1;
    var curves = new ArrayList<double[]>();
    for (int f = 0; f < columns; f++) {
      var curve = new double[answers.size()];
      for (int t = 0; t < curve.length; t++) {
        var at = answers.get(t) instanceof List<?> row ? row.get(f) : answers.get(t);
        curve[t] = ((Number) Objects.requireNonNull(at)).doubleValue();
      }
      curves.add(curve);
    }
    panels.add(InputPanels.numbers("What it answers", "", isVector ? "column" : "step", curves));
  }

  /// The answer at each step of the input.
  private List<Object> tags(Example example, Map<String, Object> found) {
    var tokens = tokens(example.input());
    int[] classes = classes(found);
    var probabilities = found.get("probabilities") instanceof List<?> all ? all : List.of();
    return IntStream.range(0, classes.length).<Object>mapToObj(t -> List.of(
        tokens.isEmpty() ? Integer.toString(t) : tokens.get(t), outputName(classes[t]),
        probabilities.get(t))).toList();
  }

  private String outputName(int number) {
    return outputNames == null ? Integer.toString(number) : outputNames.get(number);
  }

  /// Symbols as text; empty for numbers.
  private List<String> tokens(Values values) {
    return values instanceof Symbols(var symbols)
        ? Arrays.stream(symbols).mapToObj(symbol -> inputNames == null ? Integer.toString(symbol)
            : inputNames.get(symbol)).toList()
        : List.of();
  }

  /// What counted; nothing where it would take long, or the loss has no gradient of one answer
  /// alone.
  private List<Panel> counted(Engine engine, Example example, Map<String, Object> found) {
    var target = target(found);
    var tokens = tokens(example.input());
    boolean isOne = anatomy.kind() == StructureKind.SEQUENCE_TO_VECTOR;
    if (target == null || target.length() == 0 || tokens.isEmpty() && !isOne
        || Math.max(example.input().length(), target.length()) > MOST
        || anatomy.kind() == StructureKind.VECTOR_TO_SEQUENCE) {
      return List.of();
    }
    Influence influence;
    try {
      influence =
          Microscope.of(file.model(), engine).influence(new Example(example.input(), target));
    } catch (UnsupportedOperationException _) {
      return List.of();
    }
    if (tokens.isEmpty()) {
      return example.input().length() == 1 ? List.of() : List.of(InputPanels.counted(influence));
    }
    var answers = isOne ? List.of(words(found))
        : Arrays.stream(influence.positions()).mapToObj(t -> target instanceof Symbols(var all)
            ? outputName(all[t])
            : "answer " + t).toList();
    return List.of(InputPanels.counted(influence, tokens, answers));
  }

  /// The answer as a target, for its gradient; null where that says nothing.
  private @Nullable Values target(Map<String, Object> found) {
    if (anatomy.hasClasses()) {
      return Symbols.of(classes(found));
    }
    var loss = anatomy.outputs().loss().plain();
    if (loss.equals(Loss.gaussian()) || anatomy.kind() != StructureKind.SEQUENCE_TO_VECTOR) {
      return null;
    }
    float[] below = new float[anatomy.outputs().targets()];
    Arrays.fill(below, loss.equals(Loss.binaryCrossEntropy()) ? 0 : BELOW);
    return new Features(below, below.length);
  }

  /// The numbers of the classes or symbols that were answered.
  private int[] classes(Map<String, Object> found) {
    List<?> names = found.get("label") != null ? List.of(found.get("label"))
        : found.get("symbols") instanceof List<?> symbols ? symbols
            : Objects.toString(found.get("text"), "").codePoints().mapToObj(Character::toString)
                .toList();
    return names.stream().mapToInt(name -> name instanceof Integer number ? number
        : Objects.requireNonNull(outputNames).indexOf(name)).toArray();
  }
}

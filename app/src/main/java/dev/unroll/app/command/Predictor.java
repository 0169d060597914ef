package dev.unroll.app.command;

import dev.unroll.Engine;
import dev.unroll.app.data.Anatomy;
import dev.unroll.app.data.ExampleData;
import dev.unroll.app.data.FiniteModel;
import dev.unroll.app.data.FlatInput;
import dev.unroll.app.data.Sides;
import dev.unroll.app.data.StructureKind;
import dev.unroll.data.Batch;
import dev.unroll.data.Example;
import dev.unroll.data.Form;
import dev.unroll.data.Form.Kind;
import dev.unroll.data.Form.Pairing;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import dev.unroll.datasets.example.As;
import dev.unroll.datasets.example.InputFile;
import dev.unroll.format.FormatException;
import dev.unroll.model.Decoding.Hypothesis;
import dev.unroll.model.Generative;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.MonteCarlo;
import dev.unroll.model.Search;
import dev.unroll.model.file.ModelFile;
import dev.unroll.model.loss.Loss;
import dev.unroll.tensor.Rows;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Predicts with a structure; the results are fields for JSON.
public final class Predictor {
  /// How many times coarser than the model's own numbers floats may be.
  private static final int COARSE = 16;

  private final ModelFile file;
  private final Anatomy anatomy;
  private final Sides sides;
  private final @Nullable List<String> symbols;
  private final Search.Beam beam;
  private final int draws;
  private boolean all;
  private long answers;
  private long cut;

  /// @param draws the number of predictions with dropout that are averaged; 0 for one without
  ///     dropout
  /// @throws IllegalArgumentException if the options do not go with the model
  /// @throws FormatException if the file describes its data wrongly
  public Predictor(ModelFile file, Search.Beam beam, int draws) throws FormatException {
    this.file = file;
    this.beam = beam;
    this.draws = draws;
    anatomy = Anatomy.of(file.model().architecture());
    sides = Sides.of(file);
    symbols = file.vocabularies().get(ExampleData.OUTPUT);
    if (beam.width() > 1 && !decodes()) {
      throw new IllegalArgumentException(
          "--beam is for models that write symbols, but this one is %s; leave it out"
              .formatted(anatomy.kind()));
    }
    if (draws > 0 && decodes()) {
      throw new IllegalArgumentException(
          "--monte-carlo is for answers that can be averaged, but this model writes symbols; leave "
              + "it out");
    }
    if (draws > 0 && !anatomy.drops()) {
      throw new IllegalArgumentException(
          "--monte-carlo needs a model that was trained with dropout; train one with --dropout or"
              + " --variational");
    }
  }

  /// The same that also answers `all`: the probability of each class, the most probable first,
  /// where there is one answer for an input.
  public Predictor withAll() {
    all = true;
    return this;
  }

  private boolean decodes() {
    return anatomy.kind().writes() && anatomy.hasClasses();
  }

  /// The format of inputs and outputs.
  public Sides sides() {
    return sides;
  }

  /// The number of steps of the longest training target.
  public int longestTarget() throws FormatException {
    var provenance = file.provenance();
    return provenance.has("data") && provenance.object("data").has("longestTarget")
        ? provenance.object("data").integer("longestTarget")
        : 100;
  }

  /// Inputs as examples with targets of this many steps.
  ///
  /// @throws dev.unroll.data.DataException if an input does not fit the model, with its line
  public List<Example> examples(InputFile inputs, int steps) {
    var kind = anatomy.inputs().symbols() > 0 ? new Kind.Symbols(anatomy.inputs().symbols())
        : new Kind.Features(anatomy.inputs().size());
    int n = anatomy.outputs().targets();
    var form = new Form(kind,
        anatomy.hasClasses() ? new Kind.Symbols(n) : new Kind.Features(n),
        anatomy.kind().pairing() == Pairing.ONE_INPUT ? Pairing.ONE_INPUT : Pairing.ANY);
    int asked = anatomy.kind().writes() ? steps : 1;
    var target = anatomy.hasClasses() ? new Symbols(new int[asked])
        : new Features(new float[asked * n], n);
    var examples = new ArrayList<Example>();
    for (int i = 0; i < inputs.inputs().size(); i++) {
      var example = new Example(FlatInput.of(anatomy.kind(), inputs.inputs().get(i)), target);
      form.check(example, inputs.where(i));
      examples.add(example);
    }
    return sides.scales().apply(examples, inputs::where);
  }

  /// The predictions for examples, in their order.
  public List<SequencedMap<String, Object>> predict(Engine engine, List<Example> examples,
      int steps) {
    var batch = Batch.of(examples);
    if (file.model() instanceof Generative model && decodes()) {
      var decoding = model.decoding(engine, batch.input().steps(), batch.batch(), beam.width());
      return decoding.decode(batch, beam, steps, 0).stream().map(this::written).toList();
    }
    var bounds = new ModelBounds(
        batch.input().steps(), batch.target().steps(), batch.batch(), draws > 0);
    var run = file.model().run(engine, bounds);
    Rows mean;
    @Nullable
    Rows spread = null;
    if (draws > 0) {
      var drawn = MonteCarlo.predict(run, batch, draws, 0);
      mean = drawn.mean();
      spread = drawn.spread();
    } else {
      mean = run.predict(batch);
    }
    // A chain chooses the most probable sequence, which need not be the most probable classes.
    int[] path = draws == 0 && anatomy.outputs().loss() instanceof Loss.Chain ? run.classes()
        : new int[0];
    var answers = new ArrayList<SequencedMap<String, Object>>();
    for (int b = 0; b < batch.batch(); b++) {
      int length = switch (anatomy.kind()) {
        case SEQUENCE_TO_VECTOR -> 1;
        case SEQUENCE_TO_SEQUENCE -> examples.get(b).input().length();
        case VECTOR_TO_SEQUENCE, ENCODER_DECODER -> steps;
      };
      int[] rows = IntStream.range(0, length).map(rowOf(batch.batch(), b)).toArray();
      requireFinite(mean, rows);
      answers.add(
          anatomy.hasClasses() ? classes(mean, spread, rows, path) : numbers(mean, spread, rows));
    }
    return answers;
  }

  private static void requireFinite(Rows mean, int[] rows) {
    for (int row : rows) {
      for (int j = 0; j < mean.columns(); j++) {
        if (!Float.isFinite(at(mean, row, j))) {
          FiniteModel.require("output %d of the model".formatted(j), at(mean, row, j));
        }
      }
    }
  }

  private static IntUnaryOperator rowOf(int batch, int b) {
    return t -> t * batch + b;
  }

  /// A note about outputs that were cut off; null if none was.
  ///
  /// @param steps the largest number of symbols of an output
  @Nullable
  public String note(int steps) {
    return cut == 0 ? null
        : ("%,d of %,d answers were cut off at %,d symbols, where the model would have gone on; "
            + "they say \"cut\": true; give a larger --longest for whole ones")
            .formatted(cut, answers, steps);
  }

  private SequencedMap<String, Object> written(Hypothesis hypothesis) {
    var fields = symbols(hypothesis.symbols());
    fields.put("logProbability", hypothesis.logProbability());
    fields.put("ended", hypothesis.ended());
    fields.put("cut", hypothesis.cut());
    answers++;
    cut += hypothesis.cut() ? 1 : 0;
    return fields;
  }

  private SequencedMap<String, Object> symbols(int[] written) {
    var fields = new LinkedHashMap<String, Object>();
    var names = IntStream.of(written).mapToObj(this::name).toList();
    if (isText()) {
      fields.put("text", String.join("", names.stream().map(Object::toString).toList()));
    } else {
      fields.put("symbols", names);
    }
    return fields;
  }

  private boolean isText() {
    return symbols != null && sides.target() == As.CHARACTERS;
  }

  private Object name(int symbol) {
    return symbols == null ? (Object) symbol : symbols.get(symbol);
  }

  private SequencedMap<String, Object> classes(Rows mean, @Nullable Rows spread, int[] rows,
      int[] path) {
    int[] chosen = new int[rows.length];
    var probabilities = new ArrayList<Double>();
    var spreads = new ArrayList<Double>();
    for (int t = 0; t < rows.length; t++) {
      for (int j = 1; j < mean.columns(); j++) {
        chosen[t] = at(mean, rows[t], j) > at(mean, rows[t], chosen[t]) ? j : chosen[t];
      }
      chosen[t] = path.length > 0 ? path[rows[t]] : chosen[t];
      probabilities.add(number(at(mean, rows[t], chosen[t])));
      if (spread != null) {
        spreads.add(number(at(spread, rows[t], chosen[t])));
      }
    }
    var fields = new LinkedHashMap<String, Object>();
    boolean one = anatomy.kind() == StructureKind.SEQUENCE_TO_VECTOR;
    if (one) {
      fields.put("label", name(chosen[0]));
      fields.put("probability", probabilities.getFirst());
      if (all) {
        fields.put("all", all(mean, rows[0]));
      }
    } else {
      fields.putAll(symbols(chosen));
      fields.put("probabilities", probabilities);
    }
    if (spread != null) {
      fields.put("spread", one ? spreads.getFirst() : spreads);
    }
    return fields;
  }

  private SequencedMap<String, Object> all(Rows mean, int row) {
    var all = new LinkedHashMap<String, Object>();
    IntStream.range(0, mean.columns()).boxed()
        .sorted(Comparator.comparingDouble((Integer j) -> -at(mean, row, j)))
        .forEach(j -> all.put(name(j).toString(), number(at(mean, row, j))));
    return all;
  }

  /// Numbers in the units of the data. For a Gaussian likelihood they are means, with standard
  /// deviations.
  private SequencedMap<String, Object> numbers(Rows mean, @Nullable Rows spread, int[] rows) {
    var fields = new LinkedHashMap<String, Object>();
    boolean gaussian = anatomy.outputs().loss().plain().equals(Loss.gaussian());
    int targets = anatomy.outputs().targets();
    int columns = gaussian ? targets : mean.columns();
    fields.put("numbers",
        shaped(rows, columns, (row, j) -> number(at(mean, row, j) * divisor(j, columns)
            + sides.scales().targetShift(j * targets / columns), divisor(j, columns))));
    if (gaussian) {
      fields.put("deviations", shaped(rows, targets,
          (row, j) -> number(
              (float) (Math.exp(at(mean, row, targets + j) / 2) * divisor(j, targets)))));
    }
    if (spread != null) {
      fields.put("spread",
          shaped(rows, columns,
              (row, j) -> number((float) (at(spread, row, j) * divisor(j, columns)))));
    }
    return fields;
  }

  /// The divisor of output j; the quantiles of one number are adjacent.
  private double divisor(int j, int columns) {
    return sides.scales().targetDivisor(j * anatomy.outputs().targets() / columns);
  }

  /// The value of an output, in the form that is printed.
  private interface Output {
    double of(int row, int column);
  }

  /// A list of rows, each a list or its only number; for a single output its row.
  private List<Object> shaped(int[] rows, int columns, Output output) {
    if (anatomy.kind() == StructureKind.SEQUENCE_TO_VECTOR) {
      return row(rows[0], columns, output);
    }
    return IntStream.of(rows).<Object>mapToObj(row -> columns == 1
        ? output.of(row, 0)
        : row(row, columns, output)).toList();
  }

  private static List<Object> row(int row, int columns, Output output) {
    return IntStream.range(0, columns).<Object>mapToObj(
        j -> output.of(row, j)).toList();
  }

  private static float at(Rows rows, int row, int column) {
    return rows.array()[rows.offset() + row * rows.columns() + column];
  }

  /// The shortest decimal number of a float; for a number that is far from zero and close to all
  /// others, such as a time in seconds, for which floats are too coarse, as many decimals as a
  /// float of the model has.
  ///
  /// @param divisor the divisor of the number in the model
  private static double number(double value, double divisor) {
    double step = Math.ulp(1f) * Math.abs(divisor);
    if (!Double.isFinite(value) || Math.ulp((float) value) <= COARSE * step) {
      return number((float) value);
    }
    int decimals = (int) Math.ceil(-Math.log10(step));
    return BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_EVEN).doubleValue();
  }

  /// The shortest decimal number of a float.
  private static double number(float value) {
    return Double.parseDouble(Float.toString(value));
  }
}

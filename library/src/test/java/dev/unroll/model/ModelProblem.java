package dev.unroll.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.data.Batch;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.model.loss.Loss.BinaryCrossEntropy;
import dev.unroll.model.part.StructureRun;
import dev.unroll.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/// A model, examples of different lengths, and the check of the model's gradient.
record ModelProblem(
    String name, Model model, List<Example> examples, int batch, boolean isRough) {
  static final int FEATURES = 3;
  static final int SYMBOLS = 6;

  /// By the rule of fourth order its own error is about 1e-7; the rounding of a loss of about one
  /// in `float`, some 1e-7, is divided by it.
  private static final double STEP = 0.02;

  private static final double TOLERANCE = 6e-5;

  /// For losses that bend sharply or have kinks.
  private static final double ROUGH_STEP = 1e-3;

  private static final double ROUGH_TOLERANCE = 6e-4;

  /// Examples of one side each.
  ///
  /// @param input the steps of each input, or the one for vectors
  static List<Example> examples(int[] input, int[] target, boolean inputSymbols, Outputs outputs,
      long seed) {
    return examples(input, target, inputSymbols, outputs, seed, inputSymbols ? SYMBOLS : FEATURES);
  }

  /// The same with inputs of so many symbols or features.
  static List<Example> examples(int[] input, int[] target, boolean inputSymbols, Outputs outputs,
      long seed, int inputSize) {
    var random = CounterRandom.of(seed);
    var examples = new ArrayList<Example>();
    for (int i = 0; i < input.length; i++) {
      var x = inputSymbols ? symbols(random.stream("x").stream(i), input[i], inputSize)
          : features(random.stream("x").stream(i), input[i], inputSize, false);
      boolean classes = outputs.loss().isOfClasses();
      var y = classes ? symbols(random.stream("y").stream(i), target[i], outputs.targets())
          : features(random.stream("y").stream(i), target[i], outputs.targets(),
              outputs.loss() instanceof BinaryCrossEntropy);
      examples.add(new Example(x, y));
    }
    return examples;
  }

  private static Values symbols(CounterRandom random, int n, int count) {
    return new Values.Symbols(fill(n, i -> (int) (count * random.uniform(0, i))));
  }

  /// Examples of words, of which some are the same, with 1 to 5 letters.
  static List<Example> words(int[] lengths, Outputs outputs, long seed, int letters) {
    return examples(lengths, lengths, true, outputs, seed).stream().map(example -> {
      int[] symbols = ((Values.Symbols) example.input()).symbols();
      var spelled = new int[symbols.length][];
      for (int t = 0; t < symbols.length; t++) {
        int word = symbols[t];
        spelled[t] = fill(1 + word * 4 % 5, l -> (word + 2 * l * l) % letters);
      }
      return new Example(new Values.Words(symbols, spelled), example.target());
    }).toList();
  }

  private static int[] fill(int n, ToIntFunction<Integer> value) {
    var filled = new int[n];
    for (int i = 0; i < n; i++) {
      filled[i] = value.applyAsInt(i);
    }
    return filled;
  }

  private static Values features(CounterRandom random, int n, int columns, boolean bits) {
    var values = new float[n * columns];
    for (int i = 0; i < values.length; i++) {
      float u = random.uniform(0, i);
      values[i] = bits ? Math.round(u) : 2 * u - 1;
    }
    return new Values.Features(values, columns);
  }

  /// With learned initial states that are no longer zero, and not alike.
  static <M extends Structure> M startedElsewhere(M model) {
    for (var block : model.parameters().blocks()) {
      if (block.name().matches(".*layer\\d\\.[ch]0")) {
        for (int i = 0; i < block.length(); i++) {
          model.parameters().values()[block.offset() + i] = (float) Math.sin(3 * i + 1);
        }
      }
    }
    return model;
  }

  ModelBounds bounds() {
    return bounds(1);
  }

  /// Bounds with room for more steps than the examples have.
  ModelBounds bounds(int more) {
    int time = examples.stream().mapToInt(e -> e.input().length()).max().orElseThrow();
    int target = examples.stream().mapToInt(e -> e.target().length()).max().orElseThrow();
    return new ModelBounds(time + more, target + 2 * more, batch, true);
  }

  /// The most elements of a parameter that are checked, spread evenly.
  private static final int MOST = 6;

  /// The gradient of parameters against differences of the loss.
  void assertGradient(Engine engine) {
    assertGradient(engine, bounds());
  }

  /// The same in memory for given bounds.
  void assertGradient(Engine engine, ModelBounds bounds) {
    var run = (StructureRun) model.run(engine, bounds);
    var batch = Batch.of(examples, this.batch);
    var parameters = model.parameters();
    run.train(batch, 4); // leaves other gradients, masks and symbols behind
    long draw = 5;
    Arrays.fill(parameters.gradients(), 0f);
    var score = run.train(batch, draw);
    assertThat(score.mean()).as(name).isPositive();
    for (var block : parameters.blocks()) {
      int stride = Math.max(1, block.length() / MOST);
      for (int i = block.offset(); i < block.offset() + block.length(); i += stride) {
        double expected = slope(run, batch, draw, i);
        assertThat((double) parameters.gradients()[i])
            .as("%s: gradient of %s[%d]", name, block.name(), i - block.offset())
            .isCloseTo(expected, within(
                (isRough ? ROUGH_TOLERANCE : TOLERANCE) * Math.max(1, 4 * Math.abs(expected))));
      }
    }
  }

  private double slope(StructureRun run, Batch batch, long draw, int parameter) {
    double step = isRough ? ROUGH_STEP : STEP;
    return (8 * difference(run, batch, draw, parameter, step)
        - difference(run, batch, draw, parameter, 2 * step)) / (12 * step);
  }

  private double difference(StructureRun run, Batch batch, long draw, int parameter, double step) {
    var values = model.parameters().values();
    float value = values[parameter];
    values[parameter] = (float) (value + step);
    double above = loss(run, batch, draw);
    double up = values[parameter] - value;
    values[parameter] = (float) (value - step);
    double below = loss(run, batch, draw);
    double down = value - values[parameter];
    values[parameter] = value;
    run.load();
    return (above - below) * 2 * step / (up + down);
  }

  private static double loss(StructureRun run, Batch batch, long draw) {
    run.load();
    return run.forward(batch, draw).mean() + run.penalty();
  }

  @Override
  public String toString() {
    return name;
  }
}

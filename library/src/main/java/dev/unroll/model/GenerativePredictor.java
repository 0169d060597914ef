package dev.unroll.model;

import dev.unroll.Engine;
import dev.unroll.data.Batch;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import dev.unroll.model.Decoding.Hypothesis;
import dev.unroll.model.loss.Loss;
import dev.unroll.model.part.FiniteAnswers;
import dev.unroll.model.part.Units;
import dev.unroll.tensor.guard.Cancellation;
import dev.unroll.tensor.guard.OneCaller;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Predicts with a [VectorToSequence] or an [EncoderDecoder]: a sequence for each input. One of
/// classes is decoded, as long as the model makes it; one of numbers is as long as the caller says.
/// The label that stands for what is unknown ([Tokens#UNKNOWN]) is never written.
///
/// ```java
/// var predictor = model.predictor().search(Search.beam(5, 0.6));
/// String phones = predictor.decode("nakamura");
/// ```
///
/// Cheap to make, and grows when longer inputs or more of them come. Used by one thread at a time;
/// a call that overlaps another one is refused. The parameters are taken over when it is first
/// used: [#load] after they changed. The interruption of the thread ends a call by a
/// [java.util.concurrent.CancellationException].
public final class GenerativePredictor {
  /// Inputs that are decoded side by side, so that the matrix products are large.
  private static final int SIDE_BY_SIDE = 64;

  private final Generative model;
  private final Engine engine;
  private final Units units;
  private final OneCaller caller =
      new OneCaller("this predictor", "make one for each thread, they are cheap");
  private Search search = Search.greedy();
  private int longest = 200;
  private int shortest;
  private @Nullable Decoding decoding;
  private int time;
  private int batch;
  private Generative.@Nullable Run run;
  private int runTime;
  private int runSteps;

  GenerativePredictor(Generative model, Engine engine) {
    this.model = model;
    this.engine = engine;
    units = Units.of(model);
  }

  /// Sets the search from now on; the default is greedy. Sampling gives the same result for each
  /// call with the same inputs.
  ///
  /// @return this
  public GenerativePredictor search(Search search) {
    caller.enter();
    try {
      this.search = search;
      decoding = null; // which is bound to the width of a beam
      return this;
    } finally {
      caller.leave();
    }
  }

  /// Sets the number of symbols after which sequences are cut off; 200 by default.
  ///
  /// @return this
  /// @throws IllegalArgumentException if it is below 1
  public GenerativePredictor longest(int symbols) {
    if (symbols < 1) {
      throw new IllegalArgumentException(
          "sequences of at most %d symbols, expected at least 1".formatted(symbols));
    }
    caller.enter();
    try {
      longest = symbols;
      return this;
    } finally {
      caller.leave();
    }
  }

  /// Sets the least number of symbols of a sequence; 0 by default, so that one may be empty.
  ///
  /// @return this
  /// @throws IllegalArgumentException if it is negative
  public GenerativePredictor shortest(int symbols) {
    if (symbols < 0) {
      throw new IllegalArgumentException(
          "sequences of at least %d symbols, expected 0 or more".formatted(symbols));
    }
    caller.enter();
    try {
      shortest = symbols;
      decoding = null;
      return this;
    } finally {
      caller.leave();
    }
  }

  /// Takes over changed parameters.
  public void load() {
    caller.enter();
    try {
      if (decoding != null) {
        decoding.load();
      }
      if (run != null) {
        run.load();
      }
    } finally {
      caller.leave();
    }
  }

  /// The text that is generated for a text, for a model that knows the tokens of both. Tokens of
  /// one character are joined, others are separated by a blank.
  ///
  /// @throws DataException if a character or word of the text is not known
  /// @throws IllegalStateException if the model does not know its tokens or does not output classes
  public String decode(String text) {
    var labels = model.architecture().outputs().labels();
    if (labels == null) {
      throw new IllegalStateException("the model does not know what its classes are; name them with"
          + " Outputs.named, or decode symbols");
    }
    var inputs = model.architecture().inputs();
    return text(labels, decode(new Symbols(inputs.encode(text))).symbols());
  }

  private static String text(Tokens labels, int[] symbols) {
    boolean characters =
        labels.toList().stream().allMatch(t -> t.codePointCount(0, t.length()) == 1);
    return String.join(characters ? "" : " ", labels.decode(symbols));
  }

  /// The sequence of classes that is generated for an input.
  ///
  /// @throws DataException if the model cannot read it
  /// @throws IllegalStateException if the model outputs numbers
  public Hypothesis decode(Values input) {
    DataException.refuseNull(input, "the input");
    return decode(List.of(input)).getFirst();
  }

  /// The sequences of classes that are generated for some inputs, in their order.
  ///
  /// @throws DataException if the model cannot read one
  /// @throws IllegalStateException if the model outputs numbers
  public List<Hypothesis> decode(List<? extends Values> inputs) {
    return inBatches(inputs, (bound, batch) -> bound.decode(batch, search, longest, 1));
  }

  /// What is done with inputs that lie side by side.
  @FunctionalInterface
  private interface Answering<T> {
    /// The answers to a batch.
    List<T> answer(Decoding bound, Batch batch);
  }

  /// Answers inputs of similar lengths together, so that few steps are padding.
  private <T> List<T> inBatches(List<? extends Values> inputs, Answering<T> answering) {
    requireClasses();
    DataException.refuseNullIn(inputs, "input");
    caller.enter();
    try {
      var order = IntStream.range(0, inputs.size()).boxed()
          .sorted(Comparator.comparingInt(i -> inputs.get(i).length())).toList();
      var results = new ArrayList<@Nullable T>(inputs.size());
      inputs.forEach(_ -> results.add(null));
      for (int from = 0; from < order.size(); from += SIDE_BY_SIDE) {
        var chosen = order.subList(from, Math.min(from + SIDE_BY_SIDE, order.size()));
        var answers = answerTogether(chosen.stream().map(inputs::get).toList(), answering);
        for (int b = 0; b < chosen.size(); b++) {
          results.set(chosen.get(b), answers.get(b));
        }
      }
      @SuppressWarnings("NullAway") // each has been set
      List<T> all = results;
      return all;
    } finally {
      caller.leave();
    }
  }

  private <T> List<T> answerTogether(List<? extends Values> inputs, Answering<T> answering) {
    var examples = inputs.stream().map(i -> new Example(units.input(i), Symbols.of(0))).toList();
    int steps = Math.max(1, inputs.getLast().length());
    var bound = decoding;
    if (bound == null || steps > time || inputs.size() > batch) {
      time = Math.max(time, steps);
      batch = Math.max(batch, inputs.size() == 1 ? 1 : SIDE_BY_SIDE);
      decoding = null; // so that both need not lie in memory at once
      int width = search instanceof Search.Beam beam ? beam.width() : 1;
      bound = model.decoding(engine, time, batch, width).shortest(shortest);
      decoding = bound;
    }
    return answering.answer(bound, Batch.of(examples, batch));
  }

  /// The sequences that the beam search of this predictor ends with for each of some inputs, in
  /// their order, the best first.
  ///
  /// @throws DataException if the model cannot read one
  /// @throws IllegalStateException if the model outputs numbers, or the search is no beam
  public List<List<Hypothesis>> hypotheses(List<? extends Values> inputs) {
    if (!(search instanceof Search.Beam beam)) {
      throw new IllegalStateException(
          "the search draws one sequence for each input; choose search(Search.beam(5, 0.6))");
    }
    return inBatches(inputs, (bound, batch) -> bound.hypotheses(batch, beam, longest));
  }

  /// The sequences that a beam search ends with for an input, the best first.
  ///
  /// @throws DataException if the model cannot read it
  /// @throws IllegalStateException if the model outputs numbers
  public List<Hypothesis> hypotheses(Values input, Search.Beam beam) {
    requireClasses();
    caller.enter();
    try {
      DataException.refuseNull(input, "the input");
      var example = new Example(units.input(input), Symbols.of(0));
      return model.decoding(engine, Math.max(1, input.length()), 1, beam.width())
          .shortest(shortest).hypotheses(Batch.of(List.of(example), 1), beam, longest).getFirst();
    } finally {
      caller.leave();
    }
  }

  private void requireClasses() {
    if (!(model.decoder().outputs().loss() instanceof Loss.CrossEntropy)) {
      throw new IllegalStateException(
          "the model puts out numbers, which are not decoded; use predict(input, steps)");
    }
  }

  /// The numbers that are generated for an input, `[steps, outputs]`, in the units of the data.
  /// Where numbers are fed back, they are the model's own outputs.
  ///
  /// @param steps how many are written
  /// @throws DataException if the model cannot read the input
  /// @throws IllegalStateException if the model outputs classes, or a number that is not finite
  public float[][] predict(Values input, int steps) {
    var outputs = model.decoder().outputs();
    if (outputs.loss() instanceof Loss.CrossEntropy) {
      throw new IllegalStateException("the model puts out classes; use decode(input)");
    }
    if (steps < 1) {
      throw new IllegalArgumentException("%d steps, expected at least 1".formatted(steps));
    }
    DataException.refuseNull(input, "the input");
    Cancellation.check();
    caller.enter();
    try {
      var target = new Features(new float[steps * outputs.targets()], outputs.targets());
      var bound = bound(Math.max(1, input.length()), steps);
      var rows = bound.write(Batch.of(List.of(new Example(units.input(input), target)), 1));
      var answer = new float[steps][];
      for (int t = 0; t < steps; t++) {
        int at = rows.offset() + t * rows.columns();
        answer[t] = Arrays.copyOfRange(rows.array(), at, at + rows.columns());
        units.invert(answer[t], 0);
        FiniteAnswers.require(answer[t], model.parameters());
      }
      return answer;
    } finally {
      caller.leave();
    }
  }

  private Generative.Run bound(int inputSteps, int steps) {
    var bound = run;
    if (bound == null || inputSteps > runTime || steps > runSteps) {
      runTime = Math.max(runTime, inputSteps);
      runSteps = Math.max(runSteps, steps);
      run = null; // so that both need not lie in memory at once
      bound = model.new Run(engine, new ModelBounds(runTime, runSteps, 1, false));
      run = bound;
    }
    return bound;
  }
}

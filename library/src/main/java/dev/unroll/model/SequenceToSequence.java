package dev.unroll.model;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.data.Batch;
import dev.unroll.data.DataException;
import dev.unroll.layer.recurrent.Stack;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.Span;
import dev.unroll.model.Architecture.ParameterSource;
import dev.unroll.model.loss.Loss;
import dev.unroll.model.loss.Score;
import dev.unroll.model.part.Classes;
import dev.unroll.model.part.Head;
import dev.unroll.model.part.Passes;
import dev.unroll.model.part.Reader;
import dev.unroll.model.part.StackLayers;
import dev.unroll.model.part.StructureRun;
import dev.unroll.model.part.TargetRows;
import dev.unroll.tensor.Precision;
import dev.unroll.tensor.Rows;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A model with an output at each step of a sequence.
///
/// ```
/// h_t = stack(x_1 … x_t)      in two directions: stack(x_1 … x_T) at t
/// y_t = φ(V h_t + c)
/// ```
///
/// x `[T, B, F]` or symbols `[T, B]`, y `[T, B, outputs]`; the target is as long as the input.
///
/// In one direction it can be trained on a sequence of any length, whose states are carried from
/// batch to batch ([dev.unroll.data.Batches#streams]), and be stepped ([#stepper]). A
/// [LanguageModel] is such a model.
public final class SequenceToSequence extends Structure {
  private final Parts parts;
  private final Reader reader;
  private final StackLayers trunk;
  private final Head head;

  /// The parts of the model.
  ///
  /// @param carried whether it reads long sequences part by part with carried states, as language
  ///     models do: it is evaluated the same way, and its dropout masks have names of their own
  /// @param seed of initial values and masks
  public record Parts(Inputs inputs, RecurrentStack body, Outputs outputs, boolean carried,
      long seed)
      implements
        Architecture {

    /// A model of whole sequences.
    public Parts(Inputs inputs, RecurrentStack body, Outputs outputs, long seed) {
      this(inputs, body, outputs, false, seed);
    }

    /// The same with other outputs.
    public Parts with(Outputs outputs) {
      return new Parts(inputs, body, outputs, carried, seed);
    }

    @Override
    public Parts seed(long seed) {
      return new Parts(inputs, body, outputs, carried, seed);
    }

    @Override
    public int parameterCount() {
      return new SequenceToSequence(this, Precision.FLOAT32).parameters().size();
    }

    @Override
    public SequenceToSequence initialized() {
      var model = new SequenceToSequence(this, Precision.FLOAT32);
      model.initialize();
      return model;
    }

    @Override
    public <E extends Exception> SequenceToSequence of(ParameterSource<E> values) throws E {
      return of(Precision.FLOAT32, values);
    }

    @Override
    public <E extends Exception> SequenceToSequence of(Precision weights, ParameterSource<E> values)
        throws E {
      var model = new SequenceToSequence(this, weights);
      model.take(values);
      return model;
    }
  }

  /// A model with its initial values; seed 1.
  public static SequenceToSequence of(Inputs inputs, RecurrentStack body, Outputs outputs) {
    return of(inputs, body, outputs, 1);
  }

  /// A model with its initial values, drawn from the seed.
  public static SequenceToSequence of(Inputs inputs, RecurrentStack body, Outputs outputs,
      long seed) {
    return new Parts(inputs, body, outputs, seed).initialized();
  }

  private SequenceToSequence(Parts parts, Precision weights) {
    super(parts.seed(), weights);
    this.parts = parts;
    if (parts.outputs().ends()) {
      throw new IllegalArgumentException(
          "an output at each step of the input has no end of its own; use Outputs.classes");
    }
    reader = new Reader("embedding", parts.inputs(), parameters, random);
    assembly.add(reader::initialize);
    trunk = assembly
        .add(new StackLayers("layer", parts.body(), parts.inputs().width(), parameters, random,
            l -> parts.carried() ? "dropout" + l : "layer" + l + ".dropout"));
    if (parts.carried() && !trunk.layer().isDivisible()) {
      throw new IllegalArgumentException(
          "states are carried on in one direction only; leave bidirectional out");
    }
    if (parts.carried() && !isDivisible()) {
      throw new IllegalArgumentException(
          "states are carried on from step to step only, so there can be no letters and no chain");
    }
    head = new Head(parts.outputs(), trunk.layer().outputSize(), reader.embedding(),
        parameters, random);
    assembly.add(head.dense());
  }

  @Override
  public SequenceToSequence withWeights(Precision precision) {
    return parts.of(precision, ParameterSource.copyOf(this));
  }

  @Override
  public Parts architecture() {
    return parts;
  }

  @Override
  public ModelRun run(Engine engine, ModelBounds bounds) {
    return new Run(requireNonNull(engine, "engine"), requireNonNull(bounds, "bounds"));
  }

  /// Predicts on the calling thread; cheap to make.
  public SequencePredictor predictor() {
    return predictor(Engine.of(1));
  }

  /// Predicts with an engine of the caller.
  public SequencePredictor predictor(Engine engine) {
    return new SequencePredictor(this, engine);
  }

  /// Writes text that continues a prompt, for a language model that knows its characters; the same
  /// call gives the same text.
  ///
  /// @param prompt at least one character
  /// @param length how many characters to write, 0 or more
  /// @throws dev.unroll.data.DataException if a character of the prompt is not known
  /// @throws IllegalStateException if the model does not know what its symbols are
  /// @throws IllegalArgumentException if the length is negative
  public String generate(String prompt, int length) {
    if (length < 0) {
      throw new IllegalArgumentException(
          "a length of %d characters, expected 0 or more".formatted(length));
    }
    var tokens = parts.outputs().labels();
    if (tokens == null) {
      throw new IllegalStateException(
          "the model does not know what its symbols are; make it with LanguageModel.of(text, …)");
    }
    var generator = new Generator(
        this, Engine.of(1), new Sampling(0.8, 0, 1), 1, parts.inputs().encode(prompt));
    var text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(tokens.token(generator.next()));
    }
    return text.toString();
  }

  /// Whether the model can read a sequence part by part with carried states: false for two
  /// directions, letters of words, and outputs that are a chain.
  public boolean isDivisible() {
    return trunk.layer().isDivisible() && parts.inputs().letters() == null
        && !(parts.outputs().loss() instanceof Loss.Chain);
  }

  /// Reads step by step on the calling thread, with the states given and returned at each call.
  ///
  /// @throws IllegalArgumentException if the model needs whole sequences, as those of two
  ///     directions do
  public ModelStepper stepper() {
    return stepper(Engine.of(1), 1);
  }

  /// Reads step by step, with the states given and returned at each call.
  ///
  /// @param batch how many keys are stepped at once; a call may have any number. 1 for one sequence
  /// @throws IllegalArgumentException if the model needs whole sequences, as those of two
  ///     directions do
  public ModelStepper stepper(Engine engine, int batch) {
    if (!isDivisible() && trunk.layer().isDivisible()) {
      throw new IllegalArgumentException(
          "the model reads letters of words or has a chain of outputs, so it needs whole sequences "
              + "and cannot be stepped");
    }
    return new ModelStepper(this, reader.embedding(),
        new Stack(List.of(trunk.layer(), head.dense())), engine, batch);
  }

  private final class Run extends StructureRun {
    private final Reader.Run reads;
    private final Passes passes;
    private final Head.Run ends;
    private final TargetRows targets;
    private @Nullable LayerRun body;
    private Span span = Span.of(1);
    private Rows predicted = Rows.allocate(0, 1);

    Run(Engine engine, ModelBounds bounds) {
      super(bounds);
      int time = bounds.time();
      int batch = bounds.batch();
      reads = reader.run(engine, bounds.layers(time));
      passes = trunk.run(engine, bounds.layers(time), bounds.recompute());
      ends = head.run(engine, bounds.layers(time));
      targets = new TargetRows(parts.outputs(), time * batch);
      takeOver();
    }

    @Override
    protected void takeOver() {
      reads.load();
      passes.load();
      ends.load();
    }

    private Rows hidden(Batch batch, long draw) {
      span = passes.span(batch, draw);
      var x = reads.forward(batch.input(), draw);
      var run = batch.continues() ? passes.resume(span) : passes.begin(span);
      body = run;
      return run.forward(x, span);
    }

    @Override
    public Score forward(Batch batch, long draw) {
      if (batch.input().steps() != batch.target().steps()) {
        throw new DataException("the inputs of the batch have %d steps, its targets %d; expected "
            .formatted(batch.input().steps(), batch.target().steps()) + "an answer at each step");
      }
      var asked = asked(targets.of(batch.target()));
      return ends.score(hidden(batch, draw), span.steps(), asked);
    }

    @Override
    protected void requireSeparate() {
      if (parts.outputs().loss() instanceof Loss.Chain) {
        throw new UnsupportedOperationException("the loss of a chain is that of all its outputs"
            + " together, so that no one of them counts alone");
      }
    }

    @Override
    protected void backward() {
      var dh = ends.backward(span.steps());
      if (body != null) {
        reads.backward(body.backward(dh, span));
      }
    }

    @Override
    protected Rows outputs(Batch batch, long draw) {
      var outputs = ends.predict(hidden(batch, draw), batch.input());
      predicted = outputs;
      return outputs;
    }

    @Override
    public int[] classes() {
      if (!parts.outputs().loss().isOfClasses()) {
        return super.classes();
      }
      int[] path = ends.path();
      return path == null ? Classes.mostProbable(predicted) : path;
    }

    @Override
    protected boolean carries() {
      return isDivisible();
    }

    @Override
    protected void carry(Batch batch) {
      passes.carry(batch.input().steps());
    }

    @Override
    public SequencedMap<String, Rows> states() {
      var states = new LinkedHashMap<String, Rows>();
      if (carries()) {
        passes.states().forEach(state -> states.put(state.name(), state.rows()));
      }
      return states;
    }

    @Override
    public double penalty() {
      return passes.penalty();
    }

    @Override
    public long bytes() {
      return reads.bytes() + passes.bytes() + ends.bytes();
    }
  }
}

package dev.unroll.model;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.data.Batch;
import dev.unroll.data.DataException;
import dev.unroll.layer.Attention;
import dev.unroll.layer.Pooling;
import dev.unroll.layer.attention.AttentionLayer;
import dev.unroll.layer.pooling.PoolingRun;
import dev.unroll.layer.recurrent.Stack;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.Span;
import dev.unroll.model.Architecture.ParameterSource;
import dev.unroll.model.loss.Score;
import dev.unroll.model.part.Head;
import dev.unroll.model.part.Passes;
import dev.unroll.model.part.Reader;
import dev.unroll.model.part.StackLayers;
import dev.unroll.model.part.StructureRun;
import dev.unroll.model.part.TargetRows;
import dev.unroll.tensor.Precision;
import dev.unroll.tensor.Rows;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model with one output for a sequence.
///
/// ```
/// h_t = stack(x_1 … x_t)
/// v = pooling(h_1 … h_T)
/// y = φ(V v + c)
/// ```
///
/// x `[T, B, F]` or symbols `[T, B]`, y `[B, outputs]`; the target has length 1.
public final class SequenceToVector extends Structure {
  private final Parts parts;
  private final Reader reader;
  private final StackLayers trunk;
  private final @Nullable AttentionLayer attention;
  private final Head head;

  /// The parts of the model.
  ///
  /// @param seed of initial values and masks
  public record Parts(Inputs inputs, RecurrentStack body, Pooling pooling, Outputs outputs,
      long seed)
      implements
        Architecture {

    @Override
    public Parts seed(long seed) {
      return new Parts(inputs, body, pooling, outputs, seed);
    }

    @Override
    public int parameterCount() {
      return new SequenceToVector(this, Precision.FLOAT32).parameters().size();
    }

    @Override
    public SequenceToVector initialized() {
      var model = new SequenceToVector(this, Precision.FLOAT32);
      model.initialize();
      return model;
    }

    @Override
    public <E extends Exception> SequenceToVector of(ParameterSource<E> values) throws E {
      return of(Precision.FLOAT32, values);
    }

    @Override
    public <E extends Exception> SequenceToVector of(Precision weights, ParameterSource<E> values)
        throws E {
      var model = new SequenceToVector(this, weights);
      model.take(values);
      return model;
    }
  }

  /// A model with its initial values, whose output is computed from the last step; seed 1.
  public static SequenceToVector of(Inputs inputs, RecurrentStack body, Outputs outputs) {
    return of(inputs, body, Pooling.LAST, outputs, 1);
  }

  /// A model with its initial values, drawn from the seed.
  public static SequenceToVector of(
      Inputs inputs, RecurrentStack body, Pooling pooling, Outputs outputs, long seed) {
    return new Parts(inputs, body, pooling, outputs, seed).initialized();
  }

  private SequenceToVector(Parts parts, Precision weights) {
    super(parts.seed(), weights);
    this.parts = parts;
    if (parts.outputs().ends()) {
      throw new IllegalArgumentException(
          "one answer to a sequence has no end; use Outputs.classes");
    }
    parts.outputs().refuseChain("one answer to a sequence");
    reader = new Reader("embedding", parts.inputs(), parameters, random);
    assembly.add(reader::initialize);
    trunk = assembly
        .add(new StackLayers("layer", parts.body(), parts.inputs().width(), parameters, random));
    int size = trunk.layer().outputSize();
    attention = parts.pooling() == Pooling.ATTENTION
        ? assembly.add(
            new AttentionLayer("pooling", Attention.POOLING, size, size, size, parameters, random))
        : null;
    head = new Head(parts.outputs(), size, reader.embedding(), parameters, random);
    assembly.add(head.dense());
  }

  @Override
  public SequenceToVector withWeights(Precision precision) {
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
  public VectorPredictor predictor() {
    return predictor(Engine.of(1));
  }

  /// Predicts with an engine of the caller.
  public VectorPredictor predictor(Engine engine) {
    return new VectorPredictor(this, engine);
  }

  /// Reads step by step on the calling thread, with the states given and returned at each call; the
  /// output of a step is that for the sequence so far.
  ///
  /// @throws IllegalArgumentException if the model needs whole sequences: of two directions, or
  ///     with a pooling other than the last step
  public ModelStepper stepper() {
    return stepper(Engine.of(1), 1);
  }

  /// The same with an engine of the caller.
  ///
  /// @param batch how many keys are stepped at once; a call may have any number
  public ModelStepper stepper(Engine engine, int batch) {
    if (parts.pooling() != Pooling.LAST) {
      throw new IllegalArgumentException(
          "a model whose answer is pooled over all steps cannot be stepped; use Pooling.LAST");
    }
    return new ModelStepper(this, reader.embedding(),
        new Stack(List.of(trunk.layer(), head.dense())), engine, batch);
  }

  private final class Run extends StructureRun {
    private final Reader.Run reads;
    private final Passes passes;
    private final @Nullable PoolingRun pooling;
    private final Head.Run ends;
    private final TargetRows targets;
    private final Rows nothing;
    private @Nullable LayerRun body;
    private Span span = Span.of(1);

    Run(Engine engine, ModelBounds bounds) {
      super(bounds);
      int time = bounds.time();
      int batch = bounds.batch();
      boolean training = bounds.training();
      int size = trunk.layer().outputSize();
      reads = reader.run(engine, bounds.layers(time));
      passes = trunk.run(engine, bounds.layers(time), bounds.recompute());
      var pooled = Bounds.of(time, batch, training).probed(bounds.probes());
      pooling = switch (parts.pooling()) {
        case LAST -> null;
        case MEAN -> PoolingRun.mean(engine, size, pooled);
        case MAX -> PoolingRun.max(engine, size, pooled);
        case ATTENTION -> PoolingRun.attention(requireNonNull(attention), engine, pooled);
      };
      nothing = Rows.allocate(training && pooling == null ? time * batch : 0, size);
      ends = head.run(engine, bounds.layers(1));
      targets = new TargetRows(parts.outputs(), batch);
      takeOver();
    }

    @Override
    protected void takeOver() {
      reads.load();
      passes.load();
      ends.load();
      if (pooling != null) {
        pooling.load();
      }
    }

    private Rows vector(Batch batch, long draw) {
      span = passes.span(batch.input(), draw);
      var x = reads.forward(batch.input(), draw);
      var run = passes.begin(span);
      body = run;
      var h = run.forward(x, span);
      return pooling == null ? run.last(span) : pooling.forward(h, span);
    }

    @Override
    public Score forward(Batch batch, long draw) {
      if (batch.target().steps() != 1) {
        throw new DataException("the targets of the batch have %d steps, expected one answer each"
            .formatted(batch.target().steps()));
      }
      var asked = asked(targets.of(batch.target()));
      return ends.score(vector(batch, draw), 1, asked);
    }

    @Override
    protected void backward() {
      var run = body;
      if (run == null) {
        return;
      }
      var dv = ends.backward(1);
      if (pooling == null) {
        run.backwardLast(dv, span);
        reads.backward(run.backward(nothing, span));
      } else {
        reads.backward(run.backward(pooling.backward(dv, span), span));
      }
    }

    @Override
    protected Rows outputs(Batch batch, long draw) {
      return ends.predict(vector(batch, draw), 1);
    }

    @Override
    public double penalty() {
      return passes.penalty();
    }

    @Override
    public long bytes() {
      return reads.bytes() + passes.bytes() + ends.bytes() + 4L * nothing.array().length
          + (pooling == null ? 0 : pooling.bytes());
    }
  }
}

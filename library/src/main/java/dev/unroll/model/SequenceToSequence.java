package dev.unroll.model;

import dev.unroll.data.Batch;
import dev.unroll.data.DataException;
import dev.unroll.kernel.Engine;
import dev.unroll.layer.LayerRun;
import dev.unroll.layer.Span;
import dev.unroll.tensor.Rows;
import org.jspecify.annotations.Nullable;

/// An output at each step of a sequence.
///
/// ```
/// h_t = body(x_1 … x_t)       in two directions: body(x_1 … x_T) at t
/// y_t = φ(V h_t + c)
/// ```
///
/// x `[T, B, F]` or symbols `[T, B]`, y `[T, B, outputs]`; the target is as long as the input.
public final class SequenceToSequence extends Structure {
  private final Parts parts;
  private final Reader reader;
  private final Trunk trunk;
  private final Head head;

  /// What it is made of.
  ///
  /// @param seed of first values and masks
  public record Parts(Inputs inputs, Body body, Outputs outputs, long seed)
      implements
        Architecture {

    @Override
    public SequenceToSequence initialized() {
      var model = new SequenceToSequence(this);
      model.initialize();
      return model;
    }

    @Override
    public <E extends Exception> SequenceToSequence of(LanguageModel.Values<E> values) throws E {
      var model = new SequenceToSequence(this);
      model.take(values);
      return model;
    }
  }

  /// A model with its first values, drawn from the seed.
  public static SequenceToSequence of(Inputs inputs, Body body, Outputs outputs, long seed) {
    return new Parts(inputs, body, outputs, seed).initialized();
  }

  private SequenceToSequence(Parts parts) {
    super(parts.seed());
    this.parts = parts;
    if (parts.outputs().ends()) {
      throw new IllegalArgumentException(
          "an output at each step of the input has no end of its own; use Outputs.classes");
    }
    reader = new Reader("embedding", parts.inputs(), parameters, random);
    add(reader::initialize);
    trunk = add(new Trunk(
        "layer", parts.body(), parts.inputs().size(), parameters, random));
    head = new Head(parts.outputs(), trunk.layer().outputSize(), reader.embedding(),
        parameters, random);
    add(head.dense());
  }

  @Override
  public Parts architecture() {
    return parts;
  }

  @Override
  public ModelRun run(Engine engine, ModelBounds bounds) {
    return new Run(engine, bounds);
  }

  private final class Run extends StructureRun {
    private final Reader.Run reads;
    private final Passes passes;
    private final Head.Run ends;
    private final TargetRows targets;
    private @Nullable LayerRun body;
    private Span span = Span.of(1);

    Run(Engine engine, ModelBounds bounds) {
      super(bounds);
      int time = bounds.time();
      int batch = bounds.batch();
      reads = reader.run(engine, time, batch, bounds.isNoisy());
      passes = trunk.run(engine, bounds.layers(time));
      ends = head.run(engine, bounds.layers(time));
      targets = new TargetRows(parts.outputs(), time * batch);
      takeOver();
    }

    @Override
    void takeOver() {
      passes.load();
      ends.load();
    }

    private Rows hidden(Batch batch, long draw) {
      span = passes.span(batch.input(), draw);
      var x = reads.forward(batch.input(), draw);
      var run = passes.begin(span);
      body = run;
      return run.forward(x, span);
    }

    @Override
    Score forward(Batch batch, long draw) {
      if (batch.input().steps() != batch.target().steps()) {
        throw new DataException("The inputs of the batch have %d steps, its targets %d; expected "
            .formatted(batch.input().steps(), batch.target().steps()) + "an answer at each step.");
      }
      var asked = asked(targets.of(batch.target()));
      return ends.score(hidden(batch, draw), span.steps(), asked);
    }

    @Override
    void backward() {
      var dh = ends.backward(span.steps());
      if (body != null) {
        reads.backward(body.backward(dh, span));
      }
    }

    @Override
    Rows outputs(Batch batch, long draw) {
      return ends.predict(hidden(batch, draw), batch.input().steps());
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

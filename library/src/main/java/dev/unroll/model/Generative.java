package dev.unroll.model;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.data.Batch;
import dev.unroll.layer.run.Bounds;
import dev.unroll.model.decoding.Decoder;
import dev.unroll.model.decoding.DecoderRun;
import dev.unroll.model.loss.Loss;
import dev.unroll.model.loss.Score;
import dev.unroll.model.part.Source;
import dev.unroll.model.part.StructureRun;
import dev.unroll.tensor.Precision;
import dev.unroll.tensor.Rows;

/// A model that writes a sequence: trained on known targets (teacher forcing), it then generates
/// from its own outputs ([#predictor]).
public abstract sealed class Generative extends Structure permits VectorToSequence, EncoderDecoder {

  Generative(long seed, Precision weights) {
    super(seed, weights);
  }

  abstract Decoder decoder();

  abstract Source source(Engine engine, Bounds bounds);

  @Override
  public ModelRun run(Engine engine, ModelBounds bounds) {
    return new Run(requireNonNull(engine, "engine"), requireNonNull(bounds, "bounds"));
  }

  /// Predicts on the calling thread; cheap to make.
  public GenerativePredictor predictor() {
    return predictor(Engine.of(1));
  }

  /// Predicts with an engine of the caller.
  public GenerativePredictor predictor(Engine engine) {
    return new GenerativePredictor(this, engine);
  }

  /// Binds the model for writing, to sizes of the caller's choice; [#predictor] chooses them
  /// itself.
  ///
  /// @param time the largest number of steps of an input
  /// @param batch B, the columns of every batch
  /// @param width the number of sequences that are followed for each sample: the largest beam, or 1
  /// @throws IllegalArgumentException if the model writes numbers, not classes
  public Decoding decoding(Engine engine, int time, int batch, int width) {
    if (!(decoder().outputs().loss() instanceof Loss.CrossEntropy)) {
      throw new IllegalArgumentException(
          "only classes are decoded, but the model puts out numbers; use a run's predict");
    }
    return new Decoding(decoder(), source(engine, Bounds.of(time, batch, false)), engine, time,
        batch, width);
  }

  /// Bound to memory.
  final class Run extends StructureRun {
    private final Source source;
    private final DecoderRun decoding;

    Run(Engine engine, ModelBounds bounds) {
      super(bounds);
      source = source(engine, bounds.layers(bounds.time()));
      int steps = bounds.targetTime() + (decoder().outputs().ends() ? 1 : 0);
      decoding = new DecoderRun(decoder(), engine, bounds.time(), bounds.layers(steps));
      takeOver();
    }

    @Override
    protected void takeOver() {
      source.load();
      decoding.load();
    }

    @Override
    public Score forward(Batch batch, long draw) {
      source.forward(batch.input(), draw);
      return bounds.isNoisy() ? decoding.score(source, batch.target(), draw, this::asked)
          : decoding.evaluate(source, batch.target(), this::asked);
    }

    @Override
    protected void backward() {
      decoding.backward();
      source.backward(decoding.vectorGradient(), decoding.memoryGradient());
    }

    @Override
    protected Rows outputs(Batch batch, long draw) {
      source.forward(batch.input(), draw);
      return decoding.predict(source, batch.target(), draw);
    }

    /// Generates for the inputs of a batch, as many steps as its targets have.
    Rows write(Batch batch) {
      source.forward(batch.input(), 0);
      return decoding.write(source, batch.target());
    }

    @Override
    public double penalty() {
      return source.penalty() + decoding.penalty();
    }

    @Override
    public long bytes() {
      return source.bytes() + decoding.bytes();
    }
  }
}

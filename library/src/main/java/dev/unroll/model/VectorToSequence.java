package dev.unroll.model;

import dev.unroll.Engine;
import dev.unroll.data.DataException;
import dev.unroll.data.Padded;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.Span;
import dev.unroll.model.Architecture.ParameterSource;
import dev.unroll.model.decoding.Decoder;
import dev.unroll.model.part.Reader;
import dev.unroll.model.part.Source;
import dev.unroll.tensor.Precision;
import dev.unroll.tensor.Rows;

/// A model that generates a sequence from one vector.
///
/// ```
/// s_0 = tanh(W v + b)                   where the vector starts the states, else 0 or learned
/// x_t = [v; e(y_{t−1})]                 v at every step, or at the first step only
/// h_t = stack(x_t, s_{t−1})
/// y_t = φ(V h_t + c)
/// ```
///
/// The input has length 1: a vector `[B, F]`, or a symbol that is embedded as one. The previous
/// output, `e(y_{t−1})`, is fed back only with [Parts#feedback].
public final class VectorToSequence extends Generative {
  private final Parts parts;
  private final Reader reader;
  private final Decoder decoder;

  /// The parts of the model.
  ///
  /// @param feeding when the vector is read
  /// @param starts whether the vector also starts the states
  /// @param feedback the size of the vectors of the symbols that come back as input, 0 for none;
  ///     numbers are fed back with any value but 0
  /// @param sampling the probability with which, in training, the model's own symbols come back
  /// @param samplingSteps over how many training steps that probability grows from zero
  /// @param seed of initial values and masks
  public record Parts(Inputs inputs, Feeding feeding, boolean starts, RecurrentStack body,
      int feedback,
      double sampling, long samplingSteps, Outputs outputs, long seed) implements Architecture {

    /// The same with states that start from zero, or from the vector.
    public Parts starting(boolean starts) {
      return new Parts(inputs, feeding, starts, body, feedback, sampling, samplingSteps, outputs,
          seed);
    }

    /// The same with symbols that come back as vectors of a size.
    public Parts feedback(int size) {
      return new Parts(inputs, feeding, starts, body, size, sampling, samplingSteps, outputs, seed);
    }

    /// The same with scheduled sampling (Bengio 2015).
    ///
    /// @param sampling the probability with which the model's own symbols come back
    /// @param steps over how many training steps it grows from zero
    public Parts sampling(double sampling, long steps) {
      return new Parts(inputs, feeding, starts, body, feedback, sampling, steps, outputs, seed);
    }

    @Override
    public Parts seed(long seed) {
      return new Parts(inputs, feeding, starts, body, feedback, sampling, samplingSteps,
          outputs, seed);
    }

    @Override
    public int parameterCount() {
      return new VectorToSequence(this, Precision.FLOAT32).parameters().size();
    }

    @Override
    public VectorToSequence initialized() {
      var model = new VectorToSequence(this, Precision.FLOAT32);
      model.initialize();
      return model;
    }

    @Override
    public <E extends Exception> VectorToSequence of(ParameterSource<E> values) throws E {
      return of(Precision.FLOAT32, values);
    }

    @Override
    public <E extends Exception> VectorToSequence of(Precision weights, ParameterSource<E> values)
        throws E {
      var model = new VectorToSequence(this, weights);
      model.take(values);
      return model;
    }
  }

  /// The parts of a model whose vector is read as `feeding` says and starts the states at the first
  /// step.
  public static Parts of(
      Inputs inputs, Feeding feeding, RecurrentStack body, Outputs outputs, long seed) {
    return new Parts(
        inputs, feeding, feeding == Feeding.FIRST_STEP, body, 0, 0, 0, outputs, seed);
  }

  private VectorToSequence(Parts parts, Precision weights) {
    super(parts.seed(), weights);
    this.parts = parts;
    parts.outputs().refuseChain("a decoder");
    reader = new Reader("embedding", parts.inputs(), parameters, random);
    assembly.add(reader::initialize);
    int size = parts.inputs().width();
    var options = new Decoder.Options(parts.feeding(), parts.starts(), parts.feedback(), null,
        false, parts.sampling(), parts.samplingSteps());
    decoder = new Decoder(assembly, "", size, 0, options, parts.body(), parts.outputs());
  }

  @Override
  public VectorToSequence withWeights(Precision precision) {
    return parts.of(precision, ParameterSource.copyOf(this));
  }

  @Override
  public Parts architecture() {
    return parts;
  }

  @Override
  Decoder decoder() {
    return decoder;
  }

  @Override
  Source source(Engine engine, Bounds bounds) {
    return new Vectors(reader.run(engine, bounds.time(1)));
  }

  /// The input, unchanged.
  private static final class Vectors implements Source {
    private static final Span ONCE = Span.of(1);

    private final Reader.Run reads;
    private Rows vector = Rows.allocate(0, 1);

    Vectors(Reader.Run reads) {
      this.reads = reads;
    }

    @Override
    public void load() {
      reads.load();
    }

    @Override
    public void forward(Padded input, long draw) {
      if (input.steps() != 1) {
        throw new DataException("the inputs of the batch have %d steps, expected one vector each"
            .formatted(input.steps()));
      }
      vector = reads.forward(input, draw);
    }

    @Override
    public Rows vector() {
      return vector;
    }

    @Override
    public Rows memory() {
      return vector;
    }

    @Override
    public Span span() {
      return ONCE;
    }

    @Override
    public void backward(Rows dVector, Rows dMemory) {
      reads.backward(dVector);
    }

    @Override
    public double penalty() {
      return 0;
    }

    @Override
    public long bytes() {
      return reads.bytes();
    }
  }
}

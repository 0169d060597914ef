package dev.unroll.model;

import dev.unroll.Engine;
import dev.unroll.layer.Attention;
import dev.unroll.layer.run.Bounds;
import dev.unroll.model.Architecture.ParameterSource;
import dev.unroll.model.decoding.Decoder;
import dev.unroll.model.part.Encoding;
import dev.unroll.model.part.Reader;
import dev.unroll.model.part.Source;
import dev.unroll.model.part.StackLayers;
import dev.unroll.tensor.Precision;
import org.jspecify.annotations.Nullable;

/// A sequence from a sequence of another length.
///
/// ```
/// h_1 … h_S = encoder(x_1 … x_S)        c = h_S, each direction where it ends
/// s_0 = tanh(W c + b)                   where c starts the states, else 0 or learned
/// x'_t = [c; e(y_{t−1})]                c at the first step only, or at every step (Cho 2014), or
/// x'_t = [Σ_j α_tj h_j; e(y_{t−1})]     additive attention by the state before (Bahdanau 2015), or
/// x'_t = e(y_{t−1})                     multiplicative attention after the step (Luong 2015), or
/// x'_t = [h̃_{t−1}; e(y_{t−1})]          the same with input feeding, h̃_0 = 0
/// y_t = φ(V h'_t + c)                   additive: φ(V [h'_t; Σ_j α_tj h_j] + c)
///                                       multiplicative: φ(V h̃_t + c)
/// h̃_t = tanh(C [h'_t; Σ_j α_tj h_j] + d)        the attentional vector
/// ```
///
/// Cho et al. 2014, arXiv 1406.1078; Bahdanau, Cho and Bengio 2015, arXiv 1409.0473; Luong, Pham
/// and Manning 2015, arXiv 1508.04025, input feeding in section 3.3. With [Outputs#symbols] the
/// model appends an end symbol to each target and writes until it outputs one.
public final class EncoderDecoder extends Generative {
  private final Parts parts;
  private final Reader reader;
  private final StackLayers encoder;
  private final Decoder decoder;

  /// The parts of the model.
  ///
  /// @param feeding when the decoder reads c; unused with attention
  /// @param starts whether the decoder's states start from c, else from zero
  /// @param attention the rule of attention, null for none
  /// @param inputFeeding whether each step of the decoder also reads the attentional vector of the
  ///     step before, so it knows what was attended to; for multiplicative attention
  /// @param feedback the size of the vectors of the symbols that come back as input
  /// @param sampling the probability with which, in training, the model's own symbols come back
  /// @param samplingSteps over how many training steps that probability grows from zero
  /// @param seed of initial values and masks
  public record Parts(Inputs inputs, RecurrentStack encoder, Feeding feeding, boolean starts,
      @Nullable Attention attention, boolean inputFeeding, RecurrentStack decoder,
      int feedback,
      double sampling, long samplingSteps, Outputs outputs, long seed) implements Architecture {

    /// The same with attention.
    public Parts attention(Attention rule) {
      return new Parts(inputs, encoder, feeding, starts, rule, inputFeeding, decoder, feedback,
          sampling, samplingSteps, outputs, seed);
    }

    /// The same with input feeding or without, for attention by DOT or GENERAL.
    public Parts inputFeeding(boolean inputFeeding) {
      return new Parts(inputs, encoder, feeding, starts, attention, inputFeeding, decoder, feedback,
          sampling, samplingSteps, outputs, seed);
    }

    /// The same with a decoder that reads c at all steps or at the first one.
    public Parts feeding(Feeding feeding) {
      return new Parts(inputs, encoder, feeding, starts, attention, inputFeeding, decoder, feedback,
          sampling, samplingSteps, outputs, seed);
    }

    /// The same with another seed of initial values and masks; 1 unless said otherwise.
    @Override
    public Parts seed(long seed) {
      return new Parts(inputs, encoder, feeding, starts, attention, inputFeeding, decoder, feedback,
          sampling, samplingSteps, outputs, seed);
    }

    /// The same with decoder states that start from c, or from zero.
    public Parts starting(boolean starts) {
      return new Parts(inputs, encoder, feeding, starts, attention, inputFeeding, decoder, feedback,
          sampling, samplingSteps, outputs, seed);
    }

    /// The same with symbols that come back as vectors of a size; 0 for none.
    public Parts feedback(int size) {
      return new Parts(inputs, encoder, feeding, starts, attention, inputFeeding, decoder, size,
          sampling, samplingSteps, outputs, seed);
    }

    /// The same with scheduled sampling (Bengio 2015).
    ///
    /// @param sampling the probability with which the model's own symbols come back
    /// @param steps over how many training steps it grows from zero
    public Parts sampling(double sampling, long steps) {
      return new Parts(inputs, encoder, feeding, starts, attention, inputFeeding, decoder, feedback,
          sampling, steps, outputs, seed);
    }

    @Override
    public int parameterCount() {
      return new EncoderDecoder(this, Precision.FLOAT32).parameters().size();
    }

    @Override
    public EncoderDecoder initialized() {
      var model = new EncoderDecoder(this, Precision.FLOAT32);
      model.initialize();
      return model;
    }

    @Override
    public <E extends Exception> EncoderDecoder of(ParameterSource<E> values) throws E {
      return of(Precision.FLOAT32, values);
    }

    @Override
    public <E extends Exception> EncoderDecoder of(Precision weights, ParameterSource<E> values)
        throws E {
      var model = new EncoderDecoder(this, weights);
      model.take(values);
      return model;
    }
  }

  /// The parts of a model whose decoder starts from c, reads it at every step, and reads its
  /// previous outputs as vectors of the size of the input's.
  public static Parts of(
      Inputs inputs, RecurrentStack encoder, RecurrentStack decoder, Outputs outputs) {
    return new Parts(inputs, encoder, Feeding.EVERY_STEP, true, null, false, decoder,
        inputs.size(), 0, 0, outputs, 1);
  }

  private EncoderDecoder(Parts parts, Precision weights) {
    super(parts.seed(), weights);
    this.parts = parts;
    parts.outputs().refuseChain("a decoder");
    reader = new Reader("embedding", parts.inputs(), parameters, random);
    assembly.add(reader::initialize);
    encoder = assembly.add(new StackLayers(
        "encoder.layer", parts.encoder(), parts.inputs().width(), parameters, random));
    int size = encoder.layer().outputSize();
    var options = new Decoder.Options(parts.feeding(), parts.starts(), parts.feedback(),
        parts.attention(), parts.inputFeeding(), parts.sampling(), parts.samplingSteps());
    decoder =
        new Decoder(assembly, "decoder.", size, size, options, parts.decoder(), parts.outputs());
  }

  @Override
  public EncoderDecoder withWeights(Precision precision) {
    return parts.of(precision, ParameterSource.copyOf(this));
  }

  @Override
  public Parts architecture() {
    return parts;
  }

  /// The layers of the two parts, each under its name.
  @Override
  public String toString() {
    var text = new StringBuilder();
    for (int i = 0; i < layers().size(); i++) {
      text.append(i == 0 ? "encoder\n" : i == 1 ? "decoder\n" : "").append("  ")
          .append(layers().get(i).toString().replace("\n", "\n  ")).append('\n');
    }
    return text.append("%,d parameters".formatted(parameters.size())).toString();
  }

  @Override
  Decoder decoder() {
    return decoder;
  }

  @Override
  Source source(Engine engine, Bounds bounds) {
    int time = bounds.time();
    int batch = bounds.batch();
    boolean training = bounds.training();
    return new Encoding(encoder, reader.run(engine, bounds),
        encoder.run(engine, bounds), time * batch, training, parts.attention() != null);
  }
}

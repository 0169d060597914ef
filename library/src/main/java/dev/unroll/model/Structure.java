package dev.unroll.model;

import static java.util.Objects.requireNonNull;

import dev.unroll.data.Example;
import dev.unroll.data.Form;
import dev.unroll.data.Form.Kind;
import dev.unroll.data.Form.Pairing;
import dev.unroll.data.Tokens;
import dev.unroll.layer.Layer;
import dev.unroll.model.Architecture.ParameterSource;
import dev.unroll.model.file.ModelFile;
import dev.unroll.model.part.Assembly;
import dev.unroll.model.part.Units;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Parameters.RowSource;
import dev.unroll.tensor.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;

/// A model made of an input, a recurrent stack and an output. The four kinds are its subclasses;
/// what each is made of is a value, its [Architecture].
public abstract sealed class Structure implements Model
    permits SequenceToVector, SequenceToSequence, Generative {
  final Assembly assembly;
  final Parameters parameters;
  final CounterRandom random;

  Structure(long seed, Precision weights) {
    assembly = new Assembly(seed, requireNonNull(weights, "precision"));
    parameters = assembly.parameters();
    random = assembly.random();
  }

  /// Draws the initial values.
  void initialize() {
    assembly.initialize();
  }

  /// Takes given values. All of them are requested before memory is allocated.
  <E extends Exception> void take(ParameterSource<E> values) throws E {
    var found = new ArrayList<RowSource>();
    for (var block : parameters.blocks()) {
      found.add(values.rows(block));
    }
    parameters.freeze();
    for (var block : parameters.blocks()) {
      parameters.fill(block, found.removeFirst());
    }
  }

  /// What the model is made of.
  public abstract Architecture architecture();

  /// A copy whose matrices, those of embeddings and outputs too, are stored in a precision: half or
  /// a quarter of the bytes in a file and for each step. It is for inference; biases, peepholes and
  /// norms stay floats. Its results are those of a model of floats with the rounded weights, bit
  /// for bit.
  ///
  /// @throws IllegalArgumentException if a weight is not finite
  public abstract Structure withWeights(Precision precision);

  /// Checks that this model can learn from these examples.
  ///
  /// @throws dev.unroll.data.DataException one sentence that names the example by its place in the
  ///     list, if there is none or one does not fit: its kinds, widths, symbols, classes, lengths,
  ///     or a number that is not finite
  public void check(List<Example> examples) {
    form().check(requireNonNull(examples, "examples"));
  }

  /// The form of every example that it learns from.
  public Form form() {
    var architecture = architecture();
    var inputs = architecture.inputs();
    var outputs = architecture.outputs();
    return new Form(
        kind(inputs),
        outputs.loss().isOfClasses() ? new Kind.Symbols(outputs.targets())
            : new Kind.Features(outputs.targets()),
        switch (this) {
          case SequenceToVector _ -> Pairing.ONE_TARGET;
          case SequenceToSequence _ -> Pairing.STEP_BY_STEP;
          case VectorToSequence _ -> Pairing.ONE_INPUT;
          case EncoderDecoder _ -> Pairing.ANY;
        });
  }

  private static Kind kind(Inputs inputs) {
    var letters = inputs.letters();
    return inputs.symbols() == 0 ? new Kind.Features(inputs.size())
        : letters == null ? new Kind.Symbols(inputs.symbols())
            : new Kind.Words(inputs.symbols(), letters.tokens().size());
  }

  /// Gives the unknown symbol of the inputs ([dev.unroll.data.Tokens#UNKNOWN]) a vector of zeros,
  /// if there is one. Where it does not occur in training, a vector that was drawn would say
  /// something that nobody learned.
  public void silenceUnknown() {
    var tokens = architecture().inputs().tokens();
    var block = parameters.byName().get("embedding.E");
    if (tokens != null && tokens.hasUnknown() && block != null) {
      parameters.requireTrainable();
      int from = block.offset() + tokens.number(Tokens.UNKNOWN) * block.columns();
      Arrays.fill(parameters.values(), from, from + block.columns(), 0f);
    }
  }

  /// Examples in the units of the model, to be put in a [dev.unroll.data.Batch]: unchanged unless
  /// its inputs or outputs are scaled ([Inputs#scaled]).
  ///
  /// @throws dev.unroll.data.DataException if they have other columns, or a number is beyond a
  ///     float once it is scaled
  public List<Example> scaled(List<Example> examples) {
    return Units.of(this).scaled(requireNonNull(examples, "examples"));
  }

  /// Writes the model with its vocabulary, labels and scaling to a file, so that a crash leaves the
  /// old file or the new one; [#load] reads it.
  ///
  /// @throws IOException if it cannot be written; the old file is then intact
  public void save(Path path) throws IOException {
    ModelFile.write(requireNonNull(path, "path"), this, new LinkedHashMap<>());
  }

  /// Loads a model that was saved or trained by the command line, with its vocabulary, labels and
  /// scaling.
  ///
  /// @return a [SequenceToVector], a [SequenceToSequence], a [VectorToSequence] or an
  ///     [EncoderDecoder]
  /// @throws dev.unroll.format.FormatException if there is no intact model in the file
  public static Structure load(Path path) throws IOException {
    return ModelFile.read(requireNonNull(path, "path")).model();
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public List<Layer> layers() {
    return assembly.layers();
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    layers().forEach(layer -> text.append(layer).append('\n'));
    return text.append("%,d parameters".formatted(parameters.size())).toString();
  }
}

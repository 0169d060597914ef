package dev.unroll.exchange.network;

import dev.unroll.data.Tokens;
import dev.unroll.exchange.checkpoint.Transfer;
import dev.unroll.expr.Dimensions;
import dev.unroll.format.FormatException;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Architecture;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.model.loss.Loss;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes a model of ours of a [ForeignNetwork].
public final class NetworkModel {
  private static final int MOST_NAMED = 6;

  private final ForeignNetwork network;
  private final List<Transfer> transfers = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();

  /// What a checkpoint does not say.
  ///
  /// @param form the structure
  /// @param pooling how one answer is made of the outputs of all steps; null for what the file
  ///     says, or the last one
  /// @param outputs the outputs; null for classes, or numbers if there is one
  /// @param vocabulary the symbols that are read; null if they are numbers
  /// @param labels the classes; null if they are numbers
  public record Wishes(Form form, @Nullable Pooling pooling, @Nullable Outputs outputs,
      @Nullable Tokens vocabulary, @Nullable Tokens labels) {}

  /// The structures that a chain can become.
  public enum Form {
    /// One answer.
    SEQUENCE_TO_VECTOR,
    /// An answer at each step.
    SEQUENCE_TO_SEQUENCE,
    /// The next symbol at each step, with states carried on.
    LANGUAGE_MODEL
  }

  private NetworkModel(ForeignNetwork network) {
    this.network = network;
    remarks.addAll(network.remarks());
  }

  /// A model and how it came about.
  ///
  /// @param model the model
  /// @param transfers where each of its parameters comes from
  /// @param remarks what was decided
  public record Result(Structure model, List<Transfer> transfers, List<String> remarks) {}

  /// Makes the model.
  ///
  /// @throws FormatException if the network is no such model; says which part of it and why
  public static Result of(ForeignNetwork network, Wishes wishes) throws IOException {
    var made = new NetworkModel(network);
    var model = made.model(wishes);
    return new Result(model, made.transfers, made.remarks);
  }

  private Structure model(Wishes wishes) throws IOException {
    requireAllUsed();
    var body = body();
    try {
      return architecture(wishes, body).of(weights()::read);
    } catch (IllegalArgumentException e) {
      throw new FormatException("%s cannot be this model: %s".formatted(network.source(),
          e.getMessage()), e);
    }
  }

  private void requireAllUsed() throws FormatException {
    var unused = network.unused();
    if (!unused.isEmpty()) {
      throw new FormatException(
          ("%s has %d tensor%s beside its recurrent layers that a model of one chain has no place"
              + " for: %s%s; name the part to take (--prefix), or leave them out by name"
              + " (--leave-out), or take a recurrent layer alone").formatted(network.source(),
                  unused.size(),
                  unused.size() == 1 ? "" : "s",
                  String.join(", ", unused.subList(0, Math.min(MOST_NAMED, unused.size()))),
                  unused.size() > MOST_NAMED ? ", …" : ""));
    }
  }

  /// The layers as one stack, which has the same cell in all of them.
  private RecurrentStack body() throws FormatException {
    var first = network.layers().getFirst();
    int size = first.inputs();
    for (var layer : network.layers()) {
      if (!layer.cell().equals(first.cell()) || !layer.sizes().equals(first.sizes())
          || layer.directions().size() != first.directions().size()) {
        throw new FormatException(
            ("%s: %s is %s, but %s is %s; the layers of a model are alike: take them one by one"
                + " as recurrent layers").formatted(network.source(), first.name(), text(first),
                    layer.name(), text(layer)));
      }
      if (layer.inputs() != size) {
        throw new FormatException("%s: %s reads %d features, but what is before it has %d; take the"
            .formatted(network.source(), layer.name(), layer.inputs(), size)
            + " layers one by one");
      }
      size = network.outputs(layer);
    }
    var body = RecurrentStack.of(first.cell(), new Dimensions(first.sizes()))
        .layers(network.layers().size());
    return first.directions().size() == 1 ? body : body.bidirectional(network.merge());
  }

  private static String text(RecurrentWeights layer) {
    return "%s of %s%s".formatted(layer.cell().name(), layer.sizes(),
        layer.directions().size() == 1 ? "" : " in two directions");
  }

  private Architecture architecture(Wishes wishes, RecurrentStack body) throws FormatException {
    var inputs = inputs(wishes);
    var outputs = outputs(wishes);
    return switch (wishes.form()) {
      case SEQUENCE_TO_VECTOR -> {
        var pooling = pooling(wishes.pooling());
        if (pooling == Pooling.LAST && body.directions() != null && network.form() == null) {
          remarks.add("of each direction the state after its own last step is read, as h_n has it;"
              + " output[:, -1] would be another model");
        }
        yield new SequenceToVector.Parts(inputs, body, pooling, outputs, 1);
      }
      case SEQUENCE_TO_SEQUENCE -> new SequenceToSequence.Parts(inputs, body, outputs, false, 1);
      case LANGUAGE_MODEL -> {
        if (inputs.symbols() == 0 || outputs.targets() != inputs.symbols()) {
          throw new FormatException(
              "%s reads %s and puts out %d numbers; a language model puts out one for each symbol"
                  .formatted(network.source(), inputs.symbols() == 0 ? "vectors"
                      : inputs.symbols() + " symbols", outputs.targets())
                  + " that it reads");
        }
        yield new SequenceToSequence.Parts(inputs, body,
            outputs.named(inputs.tokens()), true, 1);
      }
    };
  }

  /// What the file says of it must be what is asked for.
  private Pooling pooling(@Nullable Pooling wished) throws FormatException {
    var said = network.pooling() == null && network.form() == Form.SEQUENCE_TO_VECTOR
        ? Pooling.LAST
        : network.pooling();
    if (wished != null && said != null && wished != said) {
      throw new FormatException(
          "%s itself makes one answer by %s pooling, but %s is asked for; leave --pooling out"
              .formatted(network.source(), said.name().toLowerCase(Locale.ROOT),
                  wished.name().toLowerCase(Locale.ROOT)));
    }
    return wished != null ? wished : said != null ? said : Pooling.LAST;
  }

  private Inputs inputs(Wishes wishes) throws FormatException {
    var table = network.embedding();
    var vocabulary = wishes.vocabulary() != null ? wishes.vocabulary() : network.vocabulary();
    if (table == null) {
      if (wishes.vocabulary() != null) {
        throw new FormatException("%s reads vectors, so it has no use for a vocabulary"
            .formatted(network.source()));
      }
      return Inputs.features(network.layers().getFirst().inputs());
    }
    if (vocabulary != null && vocabulary.size() != table.rows()) {
      throw new FormatException("%s has %d symbols (%s), but the vocabulary has %d; give the one"
          .formatted(network.source(), table.rows(), table.from().getFirst(), vocabulary.size())
          + " that it was trained with");
    }
    return Inputs.symbols(table.rows(), table.columns()).named(vocabulary);
  }

  private Outputs outputs(Wishes wishes) throws FormatException {
    var dense = network.output();
    int n = dense == null ? network.outputs(network.layers().getLast()) : dense.v().rows();
    var given = wishes.outputs() != null ? wishes.outputs() : network.outputs();
    Outputs outputs;
    if (given != null) {
      requireSame(given, network.outputs());
      if (given.size() != n) {
        throw new FormatException("%s puts out %d numbers, but %d are expected".formatted(
            network.source(), n, given.size()));
      }
      outputs = given;
    } else if (dense == null) {
      remarks.add("there is no output layer: the states of the last layer are the outputs");
      outputs = Outputs.numbers(n);
    } else {
      outputs = n == 1 ? Outputs.numbers(1) : Outputs.classes(n);
    }
    var labels = wishes.labels() != null || wishes.outputs() != null ? wishes.labels()
        : network.labels();
    if (labels != null && labels.size() != outputs.targets()) {
      throw new FormatException("%s has %d classes, but there are %d labels; give one for each"
          .formatted(network.source(), outputs.targets(), labels.size()));
    }
    outputs = labels == null ? outputs : outputs.named(labels);
    return dense != null && dense.tied() ? outputs.tie() : outputs;
  }

  /// Refuses outputs that the end of the network contradicts: numbers where it has a softmax.
  private void requireSame(Outputs given, @Nullable Outputs said) throws FormatException {
    if (said != null && !(said.loss() instanceof Loss.Regression)
        && said.loss().getClass() != given.loss().getClass()) {
      throw new FormatException("%s ends with a %s, but %s are asked for; leave --outputs out"
          .formatted(network.source(),
              said.loss() instanceof Loss.BinaryCrossEntropy ? "sigmoid: its outputs are bits"
                  : "softmax: its outputs are classes",
              given.loss() instanceof Loss.Regression ? "numbers"
                  : given.loss() instanceof Loss.BinaryCrossEntropy ? "bits" : "classes"));
    }
  }

  private ParameterWeights weights() throws FormatException {
    var weights = new HashMap<String, Weight>();
    if (network.embedding() != null) {
      weights.put("embedding.E", network.embedding());
    }
    for (int l = 0; l < network.layers().size(); l++) {
      put(weights, "layer" + l, network.layers().get(l).directions());
    }
    var dense = network.output();
    int size = network.outputs(network.layers().getLast());
    weights.put("output.V", dense == null ? Weight.identity(size) : dense.v());
    weights.put("output.c",
        dense == null ? Weight.zeros(size, "output layer") : dense.c());
    return new ParameterWeights(network.source(), weights, transfers);
  }

  /// Adds the weights of a layer under the names that the parameters of a model have.
  static void put(Map<String, Weight> weights, String name,
      List<Map<String, Weight>> directions) {
    for (int d = 0; d < directions.size(); d++) {
      var prefix = directions.size() == 1 ? name + "."
          : name + (d == 0 ? ".forward." : ".backward.");
      directions.get(d).forEach((parameter, weight) -> weights.put(prefix + parameter, weight));
    }
  }
}

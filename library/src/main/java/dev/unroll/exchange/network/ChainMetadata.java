package dev.unroll.exchange.network;

import dev.unroll.cell.SimpleRnn;
import dev.unroll.data.DataException;
import dev.unroll.data.Tokens;
import dev.unroll.exchange.network.NetworkModel.Form;
import dev.unroll.expr.Function;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.Json;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Outputs;
import dev.unroll.model.loss.Loss;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a file that we have exported says beside its weights, as texts by key: all that the layers
/// of a chain do not show, so that the same model is made of it again.
///
/// | key | |
/// | --- | --- |
/// | `unroll.export` | the version of Unroll that has written the file |
/// | `structure` | `sequence-to-vector`, `sequence-to-sequence` or `language-model` |
/// | `pooling` | how one answer is made of all steps |
/// | `loss`, `activation` | of the outputs |
/// | `nonlinearity` | `relu`, for simple cells that have it |
/// | `vocabulary`, `labels` | JSON |
/// | `scaling` | of `inputs`, `outputs` or both, which the file does not have |
public final class ChainMetadata {
  private static final String EXPORT = "unroll.export";
  private static final String STRUCTURE = "structure";
  private static final String POOLING = "pooling";
  private static final String LOSS = "loss";
  private static final String ACTIVATION = "activation";
  private static final String NONLINEARITY = "nonlinearity";
  private static final String VOCABULARY = "vocabulary";
  private static final String LABELS = "labels";
  private static final String SCALING = "scaling";

  private ChainMetadata() {}

  /// Whether a file with such metadata is an export of ours.
  public static boolean isOwn(Map<String, String> metadata) {
    return metadata.containsKey(EXPORT);
  }

  /// Whether the file is an export of ours whose simple cells have max(0, x).
  public static boolean isRectified(Map<String, String> metadata) {
    return isOwn(metadata) && "relu".equals(metadata.get(NONLINEARITY));
  }

  /// What there is to say of a chain.
  public static SequencedMap<String, String> of(PlainChain chain) {
    var metadata = new LinkedHashMap<String, String>();
    var version = ChainMetadata.class.getPackage().getImplementationVersion();
    metadata.put(EXPORT, version == null ? "development" : version);
    var pooling = chain.pooling();
    metadata.put(STRUCTURE, word(pooling != null ? Form.SEQUENCE_TO_VECTOR
        : chain.carried() ? Form.LANGUAGE_MODEL : Form.SEQUENCE_TO_SEQUENCE));
    if (pooling != null) {
      metadata.put(POOLING, word(pooling));
    }
    var outputs = chain.outputs();
    metadata.put(LOSS, outputs.loss().toString());
    if (outputs.activation() != null) {
      metadata.put(ACTIVATION, word(outputs.activation()));
    }
    if (chain.body().cell().equations().equals(SimpleRnn.of(Function.RELU).equations())) {
      metadata.put(NONLINEARITY, "relu");
    }
    put(metadata, VOCABULARY, chain.inputs().tokens());
    put(metadata, LABELS, outputs.labels());
    var scaled = new ArrayList<String>();
    if (chain.inputs().scaling() != null) {
      scaled.add("inputs");
    }
    if (outputs.scaling() != null) {
      scaled.add("outputs");
    }
    if (!scaled.isEmpty()) {
      metadata.put(SCALING, String.join(" and ", scaled));
    }
    return metadata;
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void put(SequencedMap<String, String> metadata, String key,
      @Nullable Tokens tokens) {
    if (tokens != null) {
      metadata.put(key, Json.write(tokens.toList()));
    }
  }

  /// A network with what the metadata of its file says of it; the same where they are not ours.
  ///
  /// @throws FormatException if they say what we have not
  public static ForeignNetwork applied(ForeignNetwork network, Map<String, String> metadata)
      throws FormatException {
    if (!isOwn(metadata)) {
      return network;
    }
    var source = network.source();
    var remarks = new ArrayList<>(network.remarks());
    if (metadata.containsKey(SCALING)) {
      remarks.add(("the model that was exported scales its %s itself, which is not in the file: the"
          + " numbers are in the scale that the network has learned").formatted(
              metadata.get(SCALING)));
    }
    var form = constant(source, metadata, STRUCTURE, Form.class);
    var pooling = constant(source, metadata, POOLING, Pooling.class);
    var dense = network.output();
    var loss = metadata.get(LOSS);
    var activation = constant(source, metadata, ACTIVATION, Function.class);
    var outputs = network.outputs();
    if (dense != null && loss != null) {
      outputs = outputs(source, dense.v().rows(), loss);
      try {
        outputs = activation == null ? outputs : outputs.activation(activation);
      } catch (IllegalArgumentException e) {
        throw new FormatException("%s: activation in its metadata: %s".formatted(source,
            e.getMessage()), e);
      }
    }
    return new ForeignNetwork(source, network.embedding(), network.layers(), dense,
        network.unused(), remarks, form != null ? form : network.form(), outputs,
        pooling != null ? pooling : network.pooling(), network.merge(),
        network.embedding() == null ? null : tokens(source, metadata, VOCABULARY),
        dense == null ? null : tokens(source, metadata, LABELS));
  }

  /// The outputs of a loss as it is written.
  ///
  /// @param n how many numbers the network puts out
  /// @throws FormatException if it is no loss, or not one of so many numbers
  public static Outputs outputs(String source, int n, String text) throws FormatException {
    Loss loss;
    try {
      loss = Loss.parse(text);
    } catch (IllegalArgumentException e) {
      throw new FormatException("%s: loss in its metadata: %s".formatted(source, e.getMessage()),
          e);
    }
    int each = loss.outputs(1);
    if (n % each != 0) {
      throw new FormatException(
          "%s puts out %d numbers, but its metadata has the loss %s, which is of %d for each target"
              .formatted(source, n, text, each));
    }
    return Outputs.numbers(n / each).loss(loss);
  }

  private static <E extends Enum<E>> @Nullable E constant(String source,
      Map<String, String> metadata, String key, Class<E> type) throws FormatException {
    var text = metadata.get(key);
    if (text == null) {
      return null;
    }
    for (var value : type.getEnumConstants()) {
      if (word(value).equals(text)) {
        return value;
      }
    }
    throw new FormatException("%s: %s in its metadata is '%s', expected one of %s".formatted(source,
        key, text, List.of(type.getEnumConstants()).stream().map(ChainMetadata::word).toList()));
  }

  /// Tokens in the metadata of an export, as JSON; null if there are none.
  ///
  /// @throws FormatException if they are no list of different texts
  public static @Nullable Tokens tokens(String source, Map<String, String> metadata, String key)
      throws FormatException {
    var text = metadata.get(key);
    if (text == null) {
      return null;
    }
    if (!(Json.parse(text, source + ", " + key) instanceof List<?> list)) {
      throw new FormatException("%s: %s in its metadata is no list".formatted(source, key));
    }
    try {
      return Tokens.of(list.stream().map(String::valueOf).collect(Collectors.toList()));
    } catch (DataException e) {
      throw new FormatException("%s: %s in its metadata: %s".formatted(source, key,
          e.getMessage()), e);
    }
  }
}

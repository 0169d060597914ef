package dev.unroll.keras.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.exchange.checkpoint.Checkpoint;
import dev.unroll.format.FormatException;
import dev.unroll.format.file.ByteSource;
import dev.unroll.format.json.Json;
import dev.unroll.format.zip.ZipArchive;
import dev.unroll.format.zip.ZipMember;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A file of Keras: what its layers are, as far as it says so, and their weights.
///
/// | file | has |
/// | --- | --- |
/// | `.keras` | a zip archive of `config.json`, `metadata.json` and `model.weights.h5` |
/// | `.h5`, `.hdf5` of a model | HDF5, the attribute `model_config`, weights under `model_weights` |
/// | `.h5`, `.hdf5` of weights | HDF5, the attributes `layer_names`, and `weight_names` of each layer |
/// | `.weights.h5` | HDF5, weights as `layers/lstm/cell/vars/0`, layers by the names of their classes |
///
/// @param source the file, for messages
/// @param kind what it is
/// @param version of Keras that wrote it; empty where it does not say
/// @param layers in the order of the file
/// @param chain why the layers are no chain; null if they are, or the file does not say
/// @param arrays all arrays by their paths in the file
public record KerasFile(String source, String kind, String version, List<KerasLayer> layers,
    @Nullable String chain, Checkpoint arrays) {
  /// Where the metadata of our exports have what they say beside their layers.
  static final String OWN = "unroll";

  private static final String WEIGHTS = "model.weights.h5";
  private static final int MOST_JSON = 1 << 26;
  private static final int MOST_BYTES = Integer.MAX_VALUE - 8;
  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  /// Whether a file is HDF5, or an archive of Keras, as its bytes say.
  public static boolean isKeras(Path file) throws IOException {
    var source = ByteSource.of(file);
    byte[] start = source.bytes(0, (int) Math.min(HDF5.length, source.size()));
    return isHdf5(start) || ZipArchive.begins(start)
        && ZipArchive.read(source).member(WEIGHTS) != null;
  }

  private static boolean isHdf5(byte[] start) {
    return start.length >= HDF5.length
        && List.of(0, 1, 2, 3, 4, 5, 6, 7).stream().allMatch(i -> start[i] == HDF5[i]);
  }

  /// Reads a file; weights are read when they are asked for.
  ///
  /// @throws FormatException one sentence, if it is none of these, or not intact
  public static KerasFile read(Path file) throws IOException {
    return read(ByteSource.of(file));
  }

  /// Reads a file that lies in memory.
  ///
  /// @param source where it is from, for messages
  /// @throws FormatException one sentence, if it is none of these, or not intact
  public static KerasFile read(byte[] bytes, String source) throws IOException {
    return read(ByteSource.of(bytes, source));
  }

  private static KerasFile read(ByteSource source) throws IOException {
    try {
      return opened(source);
    } catch (FormatException e) {
      throw PlainSentence.of(e);
    }
  }

  private static KerasFile opened(ByteSource source) throws IOException {
    byte[] start = source.bytes(0, (int) Math.min(HDF5.length, source.size()));
    if (ZipArchive.begins(start)) {
      return archive(source);
    }
    if (!isHdf5(start)) {
      throw new FormatException("%s is no file of Keras: expected .keras, or an HDF5 file (.h5)"
          .formatted(source.name()));
    }
    if (source.size() > MOST_BYTES) {
      throw new FormatException("%s has %d bytes, at most %d are supported".formatted(
          source.name(), source.size(), MOST_BYTES));
    }
    return hdf5(source.name(), source.bytes(0, (int) source.size()));
  }

  private static KerasFile archive(ByteSource source) throws IOException {
    var archive = ZipArchive.read(source);
    var weights = archive.member(WEIGHTS);
    var config = archive.member("config.json");
    if (weights == null || config == null) {
      throw new FormatException("%s has no %s, so it is no model of Keras; its members are %s"
          .formatted(source.name(), weights == null ? WEIGHTS : "config.json",
              archive.members().keySet().stream().limit(6).toList()));
    }
    var metadata = archive.member("metadata.json");
    SequencedMap<String, @Nullable Object> about = metadata == null ? new LinkedHashMap<>()
        : json(source, metadata);
    var version = about.get("keras_version") instanceof String said ? said : "";
    var own = new LinkedHashMap<String, String>();
    if (about.get(OWN) instanceof Map<?, ?> ours) {
      ours.forEach((key, value) -> own.put(String.valueOf(key), String.valueOf(value)));
    }
    var model = new ModelConfig(source.name(), json(source, config));
    var tree = HdfTree.read(weights.bytes(MOST_BYTES), source.name());
    return new KerasFile(source.name(), "Keras model", version,
        new VariableGroups(tree).layers(model.layers()), model.whyNoChain(), arrays(tree, own));
  }

  private static SequencedMap<String, @Nullable Object> json(ByteSource source, ZipMember member)
      throws IOException {
    return Json.object(new String(member.bytes(MOST_JSON), UTF_8),
        source.name() + ", " + member.name());
  }

  private static KerasFile hdf5(String source, byte[] bytes) throws FormatException {
    var tree = HdfTree.read(bytes, source);
    var config = tree.text("", "model_config");
    var root = tree.hasGroup("model_weights") ? "model_weights" : "";
    if (tree.texts(root, "layer_names") == null) {
      return new KerasFile(source, "weights of Keras", "3",
          new VariableGroups(tree).layers(List.of()), null, arrays(tree));
    }
    var said = tree.text(root, "keras_version");
    // Before 1.1 no version was written.
    var version = said == null ? "1" : said;
    var weights = new NamedWeights(tree, root);
    if (config == null) {
      return new KerasFile(source, "weights of Keras", version, weights.layers(List.of()), null,
          arrays(tree));
    }
    var model = new ModelConfig(source, Json.object(config, source + ", model_config"));
    return new KerasFile(source, "Keras model", version, weights.layers(model.layers()),
        model.whyNoChain(), arrays(tree));
  }

  private static Checkpoint arrays(HdfTree tree) {
    return arrays(tree, Map.of());
  }

  private static Checkpoint arrays(HdfTree tree, Map<String, String> metadata) {
    return new Checkpoint(tree.source(), "HDF5 file", false, List.of(), metadata,
        tree.arrays().values());
  }

  /// The layer of a name; null if there is none.
  public @Nullable KerasLayer layer(String name) {
    return layers.stream().filter(layer -> layer.name().equals(name)).findFirst().orElse(null);
  }
}

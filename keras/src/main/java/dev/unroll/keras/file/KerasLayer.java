package dev.unroll.keras.file;

import dev.unroll.exchange.checkpoint.CheckpointTensor;
import dev.unroll.format.FormatException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A layer as its file has it.
///
/// @param name of the layer
/// @param type its class, as `LSTM`; empty where the file has weights alone
/// @param settings what its configuration says; empty where the file has weights alone
/// @param weights in the order of Keras: of a layer in two directions, the forward ones first
public record KerasLayer(String name, String type, SequencedMap<String, @Nullable Object> settings,
    List<CheckpointTensor> weights) {

  /// Whether the file says what the layer is.
  public boolean isKnown() {
    return !type.isEmpty();
  }

  /// The same with other weights.
  public KerasLayer with(List<CheckpointTensor> some) {
    return new KerasLayer(name, type, settings, some);
  }

  /// A setting that is a text; a function of Keras may be written as an object with its name.
  ///
  /// @param usual what it is where nothing is said
  /// @throws FormatException if it is something else, as a function of the user's own
  public String text(String key, String usual) throws FormatException {
    var value = settings.get(key);
    if (value instanceof Map<?, ?> function && function.get("config") instanceof String said) {
      value = said;
    }
    if (!settings.containsKey(key)) {
      return usual;
    }
    return switch (value) {
      case null -> "linear";
      case String text -> text;
      default -> throw new FormatException(
          "%s has %s = %s, which is no function of Keras's own".formatted(name, key, value));
    };
  }

  /// A setting that is yes or no.
  public boolean flag(String key, boolean usual) {
    return settings.get(key) instanceof Boolean said ? said : usual;
  }

  /// The layer inside of this one: of `Bidirectional` or `TimeDistributed`.
  ///
  /// @param key `layer` or `backward_layer`
  /// @return null if there is none
  public @Nullable KerasLayer inner(String key) {
    var inner = object(settings.get(key));
    return inner == null ? null : of(inner, name, weights);
  }

  /// A layer of a configuration.
  ///
  /// @param described an object with `class_name` and `config`
  /// @param usual its name, if it says none
  static KerasLayer of(Map<String, @Nullable Object> described, String usual,
      List<CheckpointTensor> weights) {
    var settings = object(described.get("config"));
    var type = described.get("class_name") instanceof String said ? said : "?";
    var name = settings != null && settings.get("name") instanceof String said ? said
        : described.get("name") instanceof String said ? said : usual;
    return new KerasLayer(name, type, settings == null ? new LinkedHashMap<>() : settings, weights);
  }

  static @Nullable SequencedMap<String, @Nullable Object> object(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return null;
    }
    var object = new LinkedHashMap<String, @Nullable Object>();
    map.forEach((key, of) -> object.put(String.valueOf(key), of));
    return object;
  }
}

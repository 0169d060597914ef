package dev.unroll.stream;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/// Extracts the features of an event.
///
/// ```java
/// Features<Event> byHand = (event, row) -> row.set("temperature", event.t()).set("load", event.l());
/// Features<Event> anArray = Features.of(Event::features);
/// Features<Map<String, ?>> byName = Features.byName(Map::get);     // the names are in the model
/// ```
///
/// A feature that is not set is missing. Engines serialize it, so a lambda must not capture
/// anything that is not serializable. Called by one thread at a time.
///
/// @param <E> the type of the events
@FunctionalInterface
public interface Features<E> extends Serializable {
  /// Sets the features of an event.
  ///
  /// @param row with nothing set
  void read(E event, FeatureRow row);

  /// Features in an array, in the order of the model.
  static <E> Features<E> of(Values<E> values) {
    return (event, row) -> row.set(values.of(event));
  }

  /// A token, for a model that reads symbols.
  static <E> Features<E> token(Token<E> token) {
    return (event, row) -> row.symbol(token.of(event));
  }

  /// Features by the names that stand in the model file.
  ///
  /// ```java
  /// Features.byName(Map::get)
  /// Features.byName(GenericRecord::get)                                               // Avro
  /// Features.byName((JsonNode node, String name) -> node.path(name).asText(null))     // Jackson 2
  /// Features.byName(Row::getField)                                                    // Flink
  /// ```
  ///
  /// A value may be a number, a boolean, which is 1 or 0, either of them as text, null where it is
  /// missing, or the token for a model that reads symbols.
  static <E> Features<E> byName(Field<E> field) {
    return (event, row) -> {
      for (int i = 0; i < row.size(); i++) {
        row.set(i, field.of(event, row.names().get(i)));
      }
    };
  }

  /// The features of an event as an array.
  @FunctionalInterface
  interface Values<E> extends Serializable {
    float[] of(E event);
  }

  /// The token of an event.
  @FunctionalInterface
  interface Token<E> extends Serializable {
    String of(E event);
  }

  /// The value of a field of an event.
  @FunctionalInterface
  interface Field<E> extends Serializable {
    @Nullable
    Object of(E event, String name);
  }
}

package dev.unroll.format.json;

import dev.unroll.format.FormatException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A JSON object with typed access to its fields, with an error that names the file,
/// the field, the expected type and the actual value. Immutable.
public final class JsonFields {
  private final String where;
  private final SequencedMap<String, @Nullable Object> values;

  /// @param where the source, for the beginning of an error message
  /// @param values the object, as `Json.object` gives it; not copied
  public JsonFields(String where, SequencedMap<String, @Nullable Object> values) {
    this.where = where;
    this.values = Collections.unmodifiableSequencedMap(values);
  }

  /// Parses a text that is one JSON object.
  public static JsonFields parse(String text, String where) throws FormatException {
    return new JsonFields(where, Json.object(text, where));
  }

  /// The names of the fields, in order.
  public Set<String> keys() {
    return values.keySet();
  }

  /// Whether the field exists, `null` or not.
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /// The fields as a map, in order.
  public SequencedMap<String, @Nullable Object> values() {
    return values;
  }

  /// A string. This and the next ones throw a FormatException if the field is missing or of another
  /// type.
  public String string(String key) throws FormatException {
    return field(key, String.class, "a string");
  }

  /// `true` or `false`.
  public boolean bool(String key) throws FormatException {
    return field(key, Boolean.class, "true or false");
  }

  /// A number, integer or not.
  public double number(String key) throws FormatException {
    return field(key, Number.class, "a number").doubleValue();
  }

  /// An integer.
  public long longInteger(String key) throws FormatException {
    return field(key, Long.class, "a whole number");
  }

  /// An integer in the range of an `int`.
  public int integer(String key) throws FormatException {
    long value = longInteger(key);
    if (value != (int) value) {
      throw wrong(key, "a whole number of 32 bits");
    }
    return (int) value;
  }

  /// An object.
  public JsonFields object(String key) throws FormatException {
    return new JsonFields(where + ": " + Quote.of(key), map(field(key, Map.class, "an object")));
  }

  /// A list of any values.
  public List<@Nullable Object> list(String key) throws FormatException {
    List<?> list = field(key, List.class, "a list");
    return new ArrayList<>(list);
  }

  /// A list of strings.
  public List<String> strings(String key) throws FormatException {
    return list(key, String.class, "a list of strings");
  }

  /// A list of integers.
  public List<Long> longs(String key) throws FormatException {
    return list(key, Long.class, "a list of whole numbers");
  }

  /// A list of numbers.
  public List<Double> numbers(String key) throws FormatException {
    return list(key, Number.class, "a list of numbers").stream().map(Number::doubleValue).toList();
  }

  /// A list of objects.
  public List<JsonFields> objects(String key) throws FormatException {
    var objects = new ArrayList<JsonFields>();
    for (Map<?, ?> map : list(key, Map.class, "a list of objects")) {
      objects.add(new JsonFields(where + ": " + Quote.of(key) + " " + objects.size(), map(map)));
    }
    return objects;
  }

  private <T> List<T> list(String key, Class<T> type, String expected) throws FormatException {
    List<?> list = field(key, List.class, expected);
    var typed = new ArrayList<T>(list.size());
    for (Object element : list) {
      if (!type.isInstance(element)) {
        throw wrong(key, expected);
      }
      typed.add(type.cast(element));
    }
    return Collections.unmodifiableList(typed);
  }

  private <T> T field(String key, Class<T> type, String expected) throws FormatException {
    Object value = values.get(key);
    if (!type.isInstance(value)) {
      throw wrong(key, expected);
    }
    return type.cast(value);
  }

  private FormatException wrong(String key, String expected) {
    String found = has(key) ? "is " + Quote.raw(String.valueOf(values.get(key))) : "is missing";
    return new FormatException(
        ("%s: the field %s %s, expected %s;"
            + " the file is damaged or made by another program or version.")
            .formatted(where, Quote.of(key), found, expected));
  }

  private static SequencedMap<String, @Nullable Object> map(Map<?, ?> map) {
    var copy = new LinkedHashMap<String, @Nullable Object>();
    map.forEach((key, value) -> copy.put((String) key, value));
    return copy;
  }
}

package dev.unroll.format.json;

import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonReader;
import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import dev.unroll.format.FormatException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// JSON (RFC 8259) to Java and back.
///
/// An object is a `SequencedMap` in the order of the text, an array a `List`, a number without
/// fraction and exponent a `Long`, another one a `Double`; `null` is null. Reading is strict: a
/// name that occurs twice in an object, a number that fits neither type and text after the value
/// are errors. Writing is deterministic.
public final class Json {
  private static final int DEEPEST = 64;

  /// No number needs more digits: a double has at most 767 significant ones.
  private static final int LONGEST_NUMBER = 1100;

  private Json() {}

  /// Parses a text.
  ///
  /// @param source the source of the text, for the beginning of an error message
  /// @throws FormatException if the text is not one JSON value, or nested deeper than 64
  public static @Nullable Object parse(String text, String source) throws FormatException {
    return parse(text, source, DEEPEST);
  }

  /// The fields of a text that is one JSON object; otherwise like `parse`.
  public static SequencedMap<String, @Nullable Object> object(String text, String source)
      throws FormatException {
    return object(text, source, DEEPEST);
  }

  public static SequencedMap<String, @Nullable Object> object(String text, String source,
      int deepest)
      throws FormatException {
    if (parse(text, source, deepest) instanceof LinkedHashMap<?, ?> map) {
      var object = new LinkedHashMap<String, @Nullable Object>();
      map.forEach((key, value) -> object.put((String) key, value));
      return object;
    }
    throw new FormatException(
        "%s: is JSON, but not an object; the file is damaged or of another kind."
            .formatted(source));
  }

  private static @Nullable Object parse(String text, String source, int deepest)
      throws FormatException {
    JsonNesting.check(text, source, deepest);
    try {
      // The array around it lets the reader detect text after the value.
      var reader = JsonReader.from("[" + text + "]");
      reader.array();
      if (!reader.next()) {
        throw notJson(source, "there is nothing");
      }
      Object value = value(reader, source);
      if (reader.next()) {
        throw notJson(source, "something follows the value");
      }
      return value;
    } catch (JsonParserException e) {
      throw notJson(source, reason(e));
    }
  }

  private static @Nullable Object value(JsonReader reader, String source)
      throws JsonParserException, FormatException {
    return switch (reader.current()) {
      case OBJECT -> {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        reader.object();
        while (reader.next()) {
          String key = reader.key();
          if (fields.containsKey(key)) {
            throw notJson(source, "the name " + Quote.of(key) + " occurs twice in one object");
          }
          fields.put(key, value(reader, source));
        }
        yield fields;
      }
      case ARRAY -> {
        var elements = new ArrayList<@Nullable Object>();
        reader.array();
        while (reader.next()) {
          elements.add(value(reader, source));
        }
        yield elements;
      }
      case NUMBER -> number(reader.number().toString(), source);
      case STRING -> reader.string();
      case BOOLEAN -> reader.bool();
      case NULL -> null;
    };
  }

  private static Number number(String literal, String source) throws FormatException {
    boolean whole = literal.chars().noneMatch(c -> c == '.' || c == 'e' || c == 'E');
    if (literal.length() <= LONGEST_NUMBER) {
      try {
        if (whole && !literal.equals("-0")) {
          return Long.parseLong(literal);
        }
        double value = Double.parseDouble(literal);
        if (Double.isFinite(value)) {
          return value;
        }
      } catch (NumberFormatException _) {
        // falls through: too large for a long, or an exponent with two signs
      }
    }
    throw notJson(source, "the number " + Quote.raw(literal) + " is too large or malformed");
  }

  /// The parser's own message, without its position, which counts the array around the text.
  private static String reason(JsonParserException e) {
    String message = String.valueOf(e.getMessage()).replaceFirst(" on line \\d+, char -?\\d+$", "");
    int line = e.getLinePosition();
    int column = Math.max(1, e.getCharPosition() - (line == 1 ? 1 : 0));
    String what =
        message.startsWith("token mismatch")
            ? "a value, comma, colon or bracket is missing or misplaced"
            : Quote.raw(message);
    return "%s at line %d, column %d".formatted(what, line, column);
  }

  private static FormatException notJson(String source, String problem) {
    return new FormatException(
        "%s: is not well-formed JSON: %s; the file is damaged or of another kind."
            .formatted(source, problem));
  }

  /// The text of a value, on one line and in the order of its maps.
  ///
  /// @param value a `SequencedMap` with strings as keys, a `List`, a string, a number, a boolean or
  ///     null; a number that JSON cannot write, NaN or an infinity, becomes `null`
  /// @throws IllegalArgumentException for anything else, such as a `Map` with an undefined order
  public static String write(@Nullable Object value) {
    var writer = JsonWriter.string();
    write(value, writer);
    return writer.done();
  }

  private static void write(@Nullable Object value, JsonStringWriter writer) {
    switch (value) {
      case null -> writer.nul();
      case SequencedMap<?, ?> map -> {
        writer.object();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          writer.key((String) entry.getKey());
          write(entry.getValue(), writer);
        }
        writer.end();
      }
      case List<?> list -> {
        writer.array();
        for (Object element : list) {
          write(element, writer);
        }
        writer.end();
      }
      case String string -> writer.value(string);
      case Boolean bool -> writer.value(bool);
      case Integer number -> writer.value(number);
      case Long number -> writer.value(number);
      // As a Number, not a float or double: only then does the writer write NaN as null.
      case Float number -> writer.value((Number) number);
      case Double number -> writer.value((Number) number);
      default ->
          throw new IllegalArgumentException(
              ("Json: cannot write a %s; expected a SequencedMap, List, String, Boolean, Integer,"
                  + " Long, Float, Double or null.")
                  .formatted(value.getClass().getName()));
    }
  }
}

package dev.unroll.datasets.example;

import dev.unroll.data.DataException;
import dev.unroll.datasets.format.SourceBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An object of a JSON Lines file.
///
/// @param form the expected form of each line, for messages
record JsonLine(long line, JsonNode object, String form) implements Numbered {
  /// The form of an example.
  static final String EXAMPLE = "{\"input\": …, \"target\": …}";

  /// The form of an input without a target.
  static final String INPUT = "{\"input\": …}";

  private static final JsonMapper MAPPER = JsonMapper.builder()
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .build();

  private static final Pattern NO_NUMBER =
      Pattern.compile("Non-standard token '([+-]?(?:NaN|INF|Infinity))'");

  /// Such as `: enable `JsonReadFeature.ALLOW_…` to allow`, or
  /// `(not recognized as one since Feature …)`.
  private static final Pattern SWITCH = Pattern.compile(
      "[:;,]? *(?:\\([^()]*(?:Feature|ALLOW_)[^()]*\\)|enable [^,;]*(?:Feature|ALLOW_)[^,;]*)");

  private static final Pattern NEEDS_SWITCH = Pattern.compile("require enabling [^,;]*");

  /// All lines that are not blank, or the objects of an array that begins the file.
  ///
  /// @param form the expected form of each
  /// @throws DataException if one is not a JSON object
  static List<JsonLine> all(SourceBytes source, String form) {
    if (isArray(source.text())) {
      return array(source, form);
    }
    var lines = source.lines();
    var objects = new ArrayList<JsonLine>(lines.size());
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        objects.add(of(source.name(), lines.get(i), i + 1L, form));
      }
    }
    return objects;
  }

  /// Whether an array of objects begins: a line that is an array of something else is a mistake of
  /// that line.
  private static boolean isArray(String text) {
    int at = after(text, 0);
    if (at == text.length() || text.charAt(at) != '[') {
      return false;
    }
    at = after(text, at + 1);
    return at < text.length() && text.charAt(at) == '{';
  }

  /// The index of the first character that is not blank.
  private static int after(String text, int from) {
    int at = from;
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static List<JsonLine> array(SourceBytes source, String form) {
    var objects = new ArrayList<JsonLine>();
    long line = 1;
    try (var parser = MAPPER.createParser(source.text())) {
      parser.nextToken();
      for (var token = parser.nextToken(); token != JsonToken.END_ARRAY; token =
          parser.nextToken()) {
        line = parser.currentTokenLocation().getLineNr();
        JsonNode node = parser.readValueAsTree();
        if (!node.isObject()) {
          throw new DataException(
              "%s, line %d: expected an object %s.".formatted(source.name(), line, form));
        }
        objects.add(new JsonLine(line, node, form));
      }
    } catch (JacksonException e) {
      var at = e.getLocation();
      throw new DataException("%s, line %d: not JSON: %s; write an array of objects %s."
          .formatted(source.name(), at == null ? line : at.getLineNr(), reason(e), form), e);
    }
    return objects;
  }

  /// One line.
  ///
  /// @param name of the file
  /// @param form its expected form
  /// @throws DataException if it is not a JSON object
  static JsonLine of(String name, String text, long line, String form) {
    JsonNode node;
    try {
      node = MAPPER.readTree(text);
    } catch (StreamConstraintsException e) {
      throw new DataException(
          "%s, line %d: longer than any data: %s; shorten it.".formatted(name, line,
              e.getOriginalMessage().replaceAll(", from `[^`]*`", "")),
          e);
    } catch (JacksonException e) {
      throw new DataException(
          "%s, line %d: not JSON: %s; write one whole object %s a line."
              .formatted(name, line, reason(e), form),
          e);
    }
    if (!node.isObject()) {
      throw new DataException(
          "%s, line %d: expected an object %s.".formatted(name, line, form));
    }
    return new JsonLine(line, node, form);
  }

  /// The error for users: without the hints about Jackson's switches, which are for programmers.
  private static String reason(JacksonException e) {
    var said = e.getOriginalMessage().replaceFirst(": was expecting .*", "")
        .replaceFirst("^Unrecognized token", "unknown word");
    var word = NO_NUMBER.matcher(said);
    return word.find() ? "%s is no number that JSON has".formatted(word.group(1))
        : SWITCH.matcher(NEEDS_SWITCH.matcher(said).replaceAll("are not allowed")).replaceAll("");
  }
}

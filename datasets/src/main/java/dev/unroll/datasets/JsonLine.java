package dev.unroll.datasets;

import dev.unroll.data.DataException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An object of a JSON Lines file.
record JsonLine(long line, JsonNode object) implements Numbered {
  private static final JsonMapper MAPPER = JsonMapper.builder()
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .build();

  /// All lines that are not blank.
  ///
  /// @throws DataException if one is not a JSON object
  static List<JsonLine> all(Source source) {
    var lines = source.lines();
    var objects = new ArrayList<JsonLine>(lines.size());
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        objects.add(of(source.name(), lines.get(i), i + 1L));
      }
    }
    return objects;
  }

  /// One line.
  ///
  /// @param name of the file
  /// @throws DataException if it is not a JSON object
  static JsonLine of(String name, String text, long line) {
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
          "%s, line %d: not JSON: %s; write one whole object {\"input\": …, \"target\": …} a line."
              .formatted(name, line, e.getOriginalMessage()),
          e);
    }
    if (!node.isObject()) {
      throw new DataException(
          "%s, line %d: expected an object {\"input\": …, \"target\": …}.".formatted(name, line));
    }
    return new JsonLine(line, node);
  }
}

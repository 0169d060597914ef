package dev.unroll.datasets;

import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// What one side of the examples of a JSON Lines file looks like.
final class JsonLook {
  private JsonLook() {}

  /// How to read a side.
  ///
  /// @param text how a text is read
  /// @param whole how whole numbers are read, if all numbers are whole
  static As of(String name, List<JsonLine> lines, As text, As whole) {
    var nodes = lines.stream().map(line -> line.object().path(name)).toList();
    if (nodes.isEmpty() || nodes.getFirst().isString()) {
      return text;
    }
    if (nodes.getFirst().isArray() && nodes.getFirst().path(0).isString()) {
      return As.WORDS;
    }
    if (nodes.getFirst().isBoolean()) {
      return As.LABEL;
    }
    if (!nodes.stream().allMatch(JsonLook::isWhole)) {
      return As.NUMBERS;
    }
    var numbers =
        nodes.stream().flatMap(node -> node.isArray() ? node.valueStream() : Stream.of(node));
    return Looks.areClasses(numbers.map(JsonNode::longValue)) ? whole : As.NUMBERS;
  }

  private static boolean isWhole(JsonNode node) {
    if (!node.isArray()) {
      return node.isIntegralNumber();
    }
    for (var number : node) {
      if (!number.isIntegralNumber()) {
        return false;
      }
    }
    return true;
  }
}

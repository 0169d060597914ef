package dev.unroll.datasets.example;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Detects the format of one side of the examples of a JSON Lines file.
final class JsonLook {
  private JsonLook() {}

  /// Detects the format of a side.
  ///
  /// @param name its field
  /// @param text the format of a text
  /// @param whole the format of integers, if all numbers are integers
  static Detection of(String name, List<JsonLine> lines, As text, As whole) {
    return of(lines.stream().map(line -> line.object().path(name)).toList(), text, whole);
  }

  /// Detects the format of the values of a side.
  static Detection of(List<JsonNode> nodes, As text, As whole) {
    // Most of them decide, so that the few others are errors with their lines.
    if (2L * nodes.stream().filter(JsonNode::isString).count() >= nodes.size()) {
      return Detection.ofTexts(
          nodes.stream().filter(JsonNode::isString).map(JsonNode::asString).toList(), text);
    }
    if (2L * nodes.stream().filter(node -> node.path(0).isString()).count() >= nodes.size()) {
      return new Detection(As.WORDS, "arrays of texts");
    }
    if (nodes.getFirst().isBoolean()) {
      return new Detection(As.LABEL, "truth values");
    }
    if (nodes.stream().anyMatch(node -> node.path(0).isArray())) {
      return Detection.ofRows();
    }
    if (!nodes.stream().allMatch(node -> isEach(node, JsonNode::isIntegralNumber))) {
      return Detection.ofNumbers();
    }
    if (!nodes.stream().allMatch(node -> isEach(node, JsonLook::isLong))) {
      return Detection.ofLargeNumbers();
    }
    var numbers =
        nodes.stream().flatMap(node -> node.isArray() ? node.valueStream() : Stream.of(node));
    return Detection.ofWholeNumbers(numbers.map(JsonNode::longValue).toList(), whole);
  }

  /// Whether the predicate holds for a number, or for each of an array.
  private static boolean isEach(JsonNode node, Predicate<JsonNode> is) {
    return node.isArray() ? node.valueStream().allMatch(is) : is.test(node);
  }

  /// A larger integer is not that of a class.
  private static boolean isLong(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToLong();
  }
}

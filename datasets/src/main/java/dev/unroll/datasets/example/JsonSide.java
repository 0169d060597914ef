package dev.unroll.datasets.example;

import dev.unroll.data.DataException;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import dev.unroll.data.text.Excerpt;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads one side of the examples from JSON.
///
/// @param name of the side, for messages
/// @param field its field; null for that of its name
/// @param as its format
record JsonSide(String name, @Nullable String field, As as) {

  /// The group of a line.
  ///
  /// @throws DataException if it has none
  static String group(JsonLine line, String field) {
    var node = line.object().get(field);
    if (node == null || node.isNull() || node.isContainer()) {
      throw new DataException(
          "there is no \"%s\", which has the groups; write it as a text or number."
              .formatted(field));
    }
    return node.asString();
  }

  /// The cell of a line.
  ///
  /// @throws DataException what is wrong with it, without the number of the line
  SideValue cell(JsonLine line) {
    var node = line.object().get(field == null ? name : field);
    if (node == null) {
      throw new DataException(
          "there is no \"%s\"; write %s.".formatted(field == null ? name : field,
              line.form().replace(name, field == null ? name : field)));
    }
    if (node.isNull()) {
      throw new DataException(
          "the %s is null, expected a value; give it one, or leave the example out."
              .formatted(name));
    }
    return value(node);
  }

  /// A value that is not null.
  ///
  /// @throws DataException what is wrong with it, without the number of the line
  SideValue value(JsonNode node) {
    return switch (as) {
      case CHARACTERS -> {
        require(node.isString(), node, "a text");
        yield SideValue.characters(name, node.asString());
      }
      case WORDS ->
          node.isString() ? SideValue.cut(name, node.asString())
              : SideValue.words(name, texts(node));
      case LABEL -> {
        require(
            node.isString() || node.isIntegralNumber() || node.isBoolean(),
            node,
            "one class: a text, a whole number or a truth value");
        yield SideValue.words(name, List.of(node.asString()));
      }
      case SYMBOLS -> new SideValue.Known(new Symbols(symbols(node)));
      case NUMBERS -> new SideValue.Known(features(node));
    };
  }

  private List<String> texts(JsonNode node) {
    require(node.isArray(), node, "a text or an array of texts");
    var texts = new ArrayList<String>();
    for (var text : node) {
      require(text.isString(), text, "a text in the array");
      texts.add(text.asString());
    }
    return texts;
  }

  private int[] symbols(JsonNode node) {
    if (!node.isArray()) {
      return new int[] {symbol(node)};
    }
    int[] symbols = new int[steps(node)];
    for (int t = 0; t < symbols.length; t++) {
      symbols[t] = symbol(node.get(t));
    }
    return symbols;
  }

  private int symbol(JsonNode node) {
    require(node.canConvertToInt() && node.isIntegralNumber(), node, "a whole number from -1 on");
    require(node.asInt() >= -1, node, "a whole number from -1 on");
    return node.asInt();
  }

  private Features features(JsonNode node) {
    if (!node.isArray()) {
      return Features.exact(new double[] {number(node)}, 1);
    }
    double[][] rows = new double[steps(node)][];
    for (int t = 0; t < rows.length; t++) {
      var row = node.get(t);
      rows[t] = new double[row.isArray() ? steps(row) : 1];
      for (int c = 0; c < rows[t].length; c++) {
        rows[t][c] = number(row.isArray() ? row.get(c) : row);
      }
      if (rows[t].length != rows[0].length) {
        throw new DataException(
            "step %d of the %s has %d numbers, but step 0 has %d; give every step the same."
                .formatted(t, name, rows[t].length, rows[0].length));
      }
    }
    return Features.exactRows(rows);
  }

  private int steps(JsonNode array) {
    if (array.isEmpty()) {
      throw new DataException(
          "the %s has an empty array, expected at least one step; leave the example out."
              .formatted(name));
    }
    return array.size();
  }

  private double number(JsonNode node) {
    require(node.isNumber(), node, "a number");
    // An integer of hundreds of digits has no asDouble; as a double it is infinite.
    double number = node.numberValue().doubleValue();
    if (Double.isInfinite(number) && node.isFloatingPointNumber()) {
      // The text is lost, and it was not Infinity.
      throw new DataException("the %s has a number beyond ±1.8e308, expected one that fits a float."
          .formatted(name));
    }
    require(Float.isFinite((float) number), node, "a number that fits a float");
    return number;
  }

  private void require(boolean right, JsonNode node, String expected) {
    if (!right) {
      throw new DataException(
          "the %s has %s, expected %s.".formatted(name, Excerpt.of(node.toString()), expected));
    }
  }
}

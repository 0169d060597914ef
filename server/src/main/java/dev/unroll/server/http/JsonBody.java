package dev.unroll.server.http;

import static dev.unroll.server.protocol.RefusedException.invalid;

import dev.unroll.server.protocol.JsonFormat;
import dev.unroll.server.protocol.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The fields of a small object of JSON, with a sentence for each that is wrong.
final class JsonBody {
  private final JsonNode node;
  private final String what;

  private JsonBody(JsonNode node, String what) {
    this.node = node;
    this.what = what;
  }

  /// Reads a body.
  static JsonBody read(byte[] body) {
    var node = JsonFormat.tree(body);
    if (!node.isObject()) {
      throw invalid("the body must be a JSON object, {…}");
    }
    return new JsonBody(node, "the request");
  }

  /// Refuses fields that nobody reads: a slip of the pen would go unnoticed.
  JsonBody only(Set<String> known) {
    node.propertyNames().forEach(name -> {
      if (!known.contains(name)) {
        throw invalid("%s has a field %s that is not known; there are %s", what, Shown.of(name),
            new TreeSet<>(known));
      }
    });
    return this;
  }

  /// The names of its fields.
  List<String> names() {
    return List.copyOf(node.propertyNames());
  }

  /// Whether there is a field that is not null.
  boolean has(String name) {
    return node.has(name) && !node.get(name).isNull();
  }

  /// A field as it is; null if there is none.
  @Nullable
  JsonNode node(String name) {
    return has(name) ? node.get(name) : null;
  }

  /// An object in it; null if there is none.
  @Nullable
  JsonBody object(String name) {
    var field = node(name);
    if (field == null) {
      return null;
    }
    if (!field.isObject()) {
      throw invalid("%s is %s, expected an object, {…}", name, shown(field));
    }
    return new JsonBody(field, name);
  }

  /// A text.
  String text(String name) {
    var field = node(name);
    if (field == null) {
      throw invalid("%s has no %s", what, name);
    }
    if (!field.isString()) {
      throw invalid("%s is %s, expected a string", name, shown(field));
    }
    return field.stringValue();
  }

  /// A text; another one if there is none.
  @Nullable
  String text(String name, @Nullable String otherwise) {
    return has(name) ? text(name) : otherwise;
  }

  /// A number.
  double number(String name, double otherwise, double least, double most) {
    var field = node(name);
    if (field == null) {
      return otherwise;
    }
    double value = field.isNumber() ? field.doubleValue() : Double.NaN;
    if (!(value >= least && value <= most)) {
      throw invalid("%s is %s, expected a number from %s to %s", name, shown(field),
          plain(least), plain(most));
    }
    return value;
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /// A whole number.
  long whole(String name, long otherwise, long least, long most) {
    var field = node(name);
    if (field == null) {
      return otherwise;
    }
    if (!field.isIntegralNumber() || !field.canConvertToLong() || field.longValue() < least
        || field.longValue() > most) {
      throw invalid("%s is %s, expected a whole number from %d to %d", name, shown(field), least,
          most);
    }
    return field.longValue();
  }

  /// A truth value.
  boolean truth(String name, boolean otherwise) {
    var field = node(name);
    if (field == null) {
      return otherwise;
    }
    if (!field.isBoolean()) {
      throw invalid("%s is %s, expected true or false", name, shown(field));
    }
    return field.booleanValue();
  }

  /// A text, or an array of texts; empty if there is none.
  List<String> texts(String name) {
    var field = node(name);
    if (field == null) {
      return List.of();
    }
    if (field.isString()) {
      return List.of(field.stringValue());
    }
    return texts(field, name);
  }

  /// An array of texts.
  static List<String> texts(JsonNode field, String name) {
    var texts = new ArrayList<String>();
    if (field.isArray()) {
      for (var one : field) {
        if (!one.isString()) {
          throw invalid("%s: element %d is %s, expected a string", name, texts.size(), shown(one));
        }
        texts.add(one.stringValue());
      }
      return texts;
    }
    throw invalid("%s is %s, expected a string or an array of strings", name, shown(field));
  }

  /// An array of numbers, NaN for null.
  static double[] numbers(JsonNode field, String name) {
    if (!field.isArray()) {
      throw invalid("%s is %s, expected an array of numbers", name, shown(field));
    }
    var numbers = new double[field.size()];
    for (int i = 0; i < numbers.length; i++) {
      var one = field.get(i);
      if (!one.isNumber() && !one.isNull()) {
        throw invalid("%s: element %d is %s, expected a number, or null for one that is missing",
            name, i, shown(one));
      }
      numbers[i] = one.isNull() ? Double.NaN : one.doubleValue();
    }
    return numbers;
  }

  /// A value in a message: texts in quotation marks.
  static String shown(JsonNode node) {
    if (node.isContainer()) {
      return node.isArray() ? "[…]" : "{…}";
    }
    return node.isString() ? Shown.of(node.stringValue()) : node.asString();
  }
}

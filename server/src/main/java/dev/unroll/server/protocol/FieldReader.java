package dev.unroll.server.protocol;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Reads the fields of objects of JSON that are no tensors: texts and parameters.
record FieldReader(JsonParser json) {
  private static final int MOST_PARAMETERS = 100;

  /// The text at the current token.
  String text(String what) {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw RefusedException.invalid("%s must be a string", what);
    }
    return json.getString();
  }

  /// Requires that an array begins at the current token.
  void requireArray(String what) {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw RefusedException.invalid("%s: expected an array, […]", what);
    }
  }

  /// Requires that an object begins at the current token.
  void requireObject(String what) {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw RefusedException.invalid("%s: expected an object, {…}", what);
    }
  }

  /// `$parameters`: numbers as Long, BigInteger or Double, truth values and texts; those that are
  /// null are left out.
  ///
  /// @param known names; one that is nearly one of them is refused
  Map<String, Object> parameters(String of, Set<String> known) {
    requireObject("the parameters of " + of);
    var parameters = new LinkedHashMap<String, Object>();
    for (var field = json.nextName(); field != null; field = json.nextName()) {
      if (!known.contains(field)) {
        Misspelling.refuse("the parameter %s of " + of, field, known);
      }
      switch (json.nextToken()) {
        case VALUE_STRING -> parameters.put(field, json.getString());
        case VALUE_NUMBER_INT -> parameters.put(field, integer());
        case VALUE_NUMBER_FLOAT -> parameters.put(field, json.getDoubleValue());
        case VALUE_TRUE -> parameters.put(field, true);
        case VALUE_FALSE -> parameters.put(field, false);
        case VALUE_NULL -> {
        }
        default -> throw RefusedException.invalid(
            "the parameter %s is neither a text, a number nor a truth value", Shown.of(field));
      }
      if (parameters.size() > MOST_PARAMETERS) {
        throw RefusedException.invalid("%s has more than %d parameters", of, MOST_PARAMETERS);
      }
    }
    return parameters;
  }

  private Number integer() {
    return json.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? json.getBigIntegerValue()
        : Long.valueOf(json.getLongValue());
  }
}

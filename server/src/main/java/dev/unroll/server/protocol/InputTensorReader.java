package dev.unroll.server.protocol;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Reads `$request_input`: a tensor, whose fields may come in any order.
final class InputTensorReader {
  /// Enough axes for any model, and few enough that a shape is no place to put a million numbers.
  private static final int MOST_AXES = 16;

  private static final Set<String> FIELDS =
      Set.of("name", "shape", "datatype", "parameters", "data");
  private static final Set<String> PARAMETERS =
      Set.of("binary_data_size", "shared_memory_region", "shared_memory_byte_size",
          "shared_memory_offset");

  private final JsonParser json;
  private final FieldReader fields;
  private String name = "";
  private @Nullable Datatype datatype;
  private int @Nullable [] shape;
  private Map<String, Object> parameters = Map.of();
  private TensorElements.@Nullable Found data;

  /// Where the data begins, if it came before the datatype; −1 if it did not.
  private long later = -1;

  private InputTensorReader(JsonParser json, FieldReader fields) {
    this.json = json;
    this.fields = fields;
  }

  /// Reads the object at the current token.
  static InputTensorReader read(JsonParser json, FieldReader fields) {
    fields.requireObject("an input");
    var input = new InputTensorReader(json, fields);
    for (var field = json.nextName(); field != null; field = json.nextName()) {
      json.nextToken();
      input.field(field);
    }
    return input;
  }

  private void field(String field) {
    switch (field) {
      case "name" -> name = fields.text("the name of an input");
      case "datatype" -> datatype = Datatype.of(fields.text("the datatype of an input"));
      case "shape" -> shape = shape();
      case "parameters" -> parameters = fields.parameters("an input", PARAMETERS);
      case "data" -> data();
      default -> {
        Misspelling.refuse("the field %s of an input", field, FIELDS);
        json.skipChildren();
      }
    }
  }

  /// The name; empty if it has none.
  String name() {
    return name;
  }

  private int[] shape() {
    fields.requireArray("the shape of an input");
    int[] sizes = new int[MOST_AXES];
    int axes = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
          || json.getNumberType() != JsonParser.NumberType.INT || json.getIntValue() < 0
          || axes == MOST_AXES) {
        throw RefusedException.invalid(
            "the shape of the input %s is not an array of at most %d sizes, each a whole number"
                + " of 0 or more",
            Shown.of(name), MOST_AXES);
      }
      sizes[axes++] = json.getIntValue();
    }
    return Arrays.copyOf(sizes, axes);
  }

  /// Reads the data, or remembers where it is if the datatype is not known yet.
  private void data() {
    if (datatype == null) {
      later = json.currentTokenLocation().getByteOffset();
      json.skipChildren();
    } else {
      data = TensorElements.read(json, name, datatype, expected());
    }
  }

  private long expected() {
    long expected = 1;
    if (shape != null) {
      for (int size : shape) {
        expected = Math.min(Integer.MAX_VALUE, expected * size);
      }
    }
    return expected;
  }

  /// The tensor, once all of the JSON was read.
  ///
  /// @param body whose first bytes are the JSON
  TensorData tensor(byte[] body, int jsonLength, BinaryPart binary) {
    if (name.isEmpty() || datatype == null || shape == null) {
      throw name.isEmpty() ? RefusedException.invalid("an input has no name")
          : RefusedException.invalid("the input %s has no %s", Shown.of(name),
              datatype == null ? "datatype" : "shape");
    }
    var size = parameters.get("binary_data_size");
    if (size != null && (data != null || later >= 0)) {
      throw RefusedException.invalid(
          "the input %s has both data and binary_data_size; give one of them", Shown.of(name));
    }
    if (size != null) {
      return tensor(binary.read(name, datatype, size), datatype, shape);
    }
    var found = data != null ? data : late(body, jsonLength, datatype);
    var tensor = tensor(found.elements(), datatype, shape);
    int[] nested = found.nested();
    if (nested != null && !Arrays.equals(nested, shape)) {
      throw RefusedException.invalid(
          "the data of the input %s is arrays in arrays of the sizes %s, expected those of the "
              + "shape,"
              + " or one array",
          tensor, Arrays.toString(nested));
    }
    return tensor;
  }

  private TensorData tensor(Object elements, Datatype type, int[] sizes) {
    var tensor = new TensorData(name, type, sizes, elements);
    if (tensor.size() != expected()) {
      throw RefusedException.invalid("the input %s has %d elements, but its shape has %d",
          tensor, tensor.size(), expected());
    }
    return tensor;
  }

  private TensorElements.Found late(byte[] body, int jsonLength, Datatype known) {
    if (later < 0) {
      throw RefusedException.invalid(
          parameters.containsKey("shared_memory_region")
              ? "the input %s lies in shared memory, which is not supported; send its data"
              : "the input %s has no data",
          Shown.of(name));
    }
    int from = (int) later;
    try (var again = JsonFormat.parser(body, from, jsonLength - from)) {
      again.nextToken();
      return TensorElements.read(again, name, known, expected());
    }
  }
}

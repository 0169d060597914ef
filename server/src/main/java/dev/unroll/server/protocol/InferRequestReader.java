package dev.unroll.server.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Reads `$inference_request`: an object of JSON, and behind it the binary data of the inputs that
/// have the parameter `binary_data_size`. Tokens are read as they come; no tree is made.
public final class InferRequestReader {
  /// Enough axes for any model, and few enough that a shape is no place to put a million numbers.
  private static final int MOST_AXES = 16;

  private static final int MOST_INPUTS = 1_000;
  private static final int MOST_PARAMETERS = 100;
  private static final String BINARY_SIZE = "binary_data_size";

  private final byte[] body;
  private final int jsonLength;
  private final JsonParser json;
  private int binary;

  private InferRequestReader(byte[] body, int jsonLength, JsonParser json) {
    this.body = body;
    this.jsonLength = jsonLength;
    this.json = json;
    binary = jsonLength;
  }

  /// Reads a request.
  ///
  /// @param jsonLength the bytes of JSON at the beginning of the body: the header
  ///     `Inference-Header-Content-Length`
  /// @throws RefusedException if it is not one
  public static InferRequest read(byte[] body, int jsonLength) {
    try (var json = JsonFormat.parser(body, 0, jsonLength)) {
      return new InferRequestReader(body, jsonLength, json).request();
    } catch (JacksonException e) {
      throw JsonFormat.unreadable(e);
    }
  }

  private InferRequest request() {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw RefusedException.invalid("the body must be a JSON object, {\"inputs\": […]}");
    }
    String id = null;
    Map<String, Object> parameters = Map.of();
    List<Input> inputs = null;
    List<InferRequest.Asked> outputs = List.of();
    for (var field = json.nextName(); field != null; field = json.nextName()) {
      json.nextToken();
      switch (field) {
        case "id" -> id = text("the id of the request");
        case "parameters" -> parameters = parameters("the request");
        case "inputs" -> inputs = inputs();
        case "outputs" -> outputs = outputs();
        default -> json.skipChildren();
      }
    }
    requireEnd();
    if (inputs == null) {
      throw RefusedException.invalid("the request has no inputs");
    }
    var tensors = new ArrayList<TensorData>(inputs.size());
    for (var input : inputs) {
      tensors.add(input.tensor());
    }
    if (binary != body.length) {
      throw RefusedException.invalid("the body has %d bytes of binary data, but the inputs say %d",
          body.length - jsonLength, binary - jsonLength);
    }
    return new InferRequest(id, parameters, tensors, outputs);
  }

  private void requireEnd() {
    if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
      throw RefusedException.invalid("the body goes on after the object of the request");
    }
  }

  private List<Input> inputs() {
    requireArray("inputs");
    var inputs = new ArrayList<Input>(1);
    var names = new HashSet<String>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      var input = input();
      if (!names.add(input.name)) {
        throw RefusedException.invalid("the input %s is given twice", Shown.of(input.name));
      }
      inputs.add(input);
      if (inputs.size() > MOST_INPUTS) {
        throw RefusedException.invalid("the request has more than %d inputs", MOST_INPUTS);
      }
    }
    return inputs;
  }

  private Input input() {
    requireObject("an input");
    var input = new Input();
    for (var field = json.nextName(); field != null; field = json.nextName()) {
      json.nextToken();
      switch (field) {
        case "name" -> input.name = text("the name of an input");
        case "datatype" -> input.datatype = Datatype.of(text("the datatype of an input"));
        case "shape" -> input.shape = shape(input);
        case "parameters" -> input.parameters = parameters("an input");
        case "data" -> input.data();
        default -> json.skipChildren();
      }
    }
    return input;
  }

  /// An input while it is read.
  private final class Input {
    private String name = "";
    private @Nullable Datatype datatype;
    private int @Nullable [] shape;
    private Map<String, Object> parameters = Map.of();
    private @Nullable Object elements;
    private long later = -1;

    /// Reads the data, or remembers where it is if the datatype is not known yet.
    void data() {
      if (datatype == null) {
        later = json.currentTokenLocation().getByteOffset();
        json.skipChildren();
      } else {
        elements = TensorElements.read(json, name, datatype, expected());
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

    TensorData tensor() {
      if (name.isEmpty() || datatype == null || shape == null) {
        throw RefusedException.invalid("the input %s has no %s", Shown.of(name),
            name.isEmpty() ? "name" : datatype == null ? "datatype" : "shape");
      }
      var found = elements(datatype);
      var tensor = new TensorData(name, datatype, shape, found);
      if (tensor.size() != expected()) {
        throw RefusedException.invalid("the input %s has %d elements, but its shape has %d",
            tensor, tensor.size(), expected());
      }
      return tensor;
    }

    private Object elements(Datatype known) {
      var size = parameters.get(BINARY_SIZE);
      if (size != null) {
        return binary(known, size);
      }
      if (elements != null) {
        return elements;
      }
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

    private Object binary(Datatype known, Object size) {
      if (!(size instanceof Long bytes) || bytes < 0) {
        throw RefusedException.invalid("%s of the input %s is %s, expected a number of bytes",
            BINARY_SIZE, Shown.of(name), size);
      }
      if (bytes > body.length - binary) {
        throw RefusedException.invalid(
            "the input %s has %d bytes of binary data, but the body has %d behind the JSON; is the"
                + " header Inference-Header-Content-Length the length of the JSON?",
            Shown.of(name), bytes, body.length - jsonLength);
      }
      int from = binary;
      binary += bytes.intValue();
      return BinaryElements.read(body, from, bytes.intValue(), name, known);
    }
  }

  private int[] shape(Input input) {
    requireArray("the shape of an input");
    int[] shape = new int[MOST_AXES];
    int axes = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
          || json.getNumberType() != JsonParser.NumberType.INT || json.getIntValue() < 0
          || axes == MOST_AXES) {
        throw RefusedException.invalid(
            "the shape of the input %s is not an array of at most %d sizes, each a whole number"
                + " of 0 or more",
            Shown.of(input.name), MOST_AXES);
      }
      shape[axes++] = json.getIntValue();
    }
    return Arrays.copyOf(shape, axes);
  }

  private List<InferRequest.Asked> outputs() {
    requireArray("outputs");
    var outputs = new ArrayList<InferRequest.Asked>();
    var names = new HashSet<String>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      requireObject("an output");
      String name = null;
      Map<String, Object> parameters = Map.of();
      for (var field = json.nextName(); field != null; field = json.nextName()) {
        json.nextToken();
        switch (field) {
          case "name" -> name = text("the name of an output");
          case "parameters" -> parameters = parameters("an output");
          default -> json.skipChildren();
        }
      }
      if (name == null) {
        throw RefusedException.invalid("an output that is asked for has no name");
      }
      if (!names.add(name)) {
        throw RefusedException.invalid("the output %s is asked for twice", Shown.of(name));
      }
      refuseUnsupported(name, parameters);
      outputs.add(new InferRequest.Asked(name, parameters.get("binary_data") instanceof Boolean b
          ? b
          : null));
      if (outputs.size() > MOST_INPUTS) {
        throw RefusedException.invalid("the request asks for more than %d outputs", MOST_INPUTS);
      }
    }
    return outputs;
  }

  private static void refuseUnsupported(String output, Map<String, Object> parameters) {
    for (var extension : List.of("classification", "shared_memory_region")) {
      if (parameters.containsKey(extension)) {
        throw RefusedException.invalid("the output %s is asked for with %s, which is not supported",
            Shown.of(output), extension);
      }
    }
  }

  private Map<String, Object> parameters(String of) {
    requireObject("the parameters of " + of);
    var parameters = new LinkedHashMap<String, Object>();
    for (var field = json.nextName(); field != null; field = json.nextName()) {
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

  private String text(String what) {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw RefusedException.invalid("%s must be a string", what);
    }
    return json.getString();
  }

  private void requireArray(String what) {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw RefusedException.invalid("%s: expected an array, […]", what);
    }
  }

  private void requireObject(String what) {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw RefusedException.invalid("%s: expected an object, {…}", what);
    }
  }
}

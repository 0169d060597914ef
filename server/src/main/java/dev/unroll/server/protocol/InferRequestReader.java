package dev.unroll.server.protocol;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Reads `$inference_request`: an object of JSON, and behind it the binary data of the inputs that
/// have the parameter `binary_data_size`. Tokens are read as they come; no tree is made.
///
/// Fields and parameters that are not known are passed over: the protocol lets clients send
/// parameters of their own, and Triton hands them to models, which need not read them. Those that
/// are nearly known ones are refused.
public final class InferRequestReader {
  private static final int MOST_INPUTS = 1_000;

  private static final Set<String> FIELDS = Set.of("id", "parameters", "inputs", "outputs");
  private static final Set<String> FIELDS_OF_OUTPUT = Set.of("name", "parameters");
  private static final Set<String> PARAMETERS = Set.of("sequence_id", "sequence_start",
      "sequence_end", "binary_data_output", "time", "start", "beam", "max_tokens", "steps");
  private static final Set<String> PARAMETERS_OF_OUTPUT =
      Set.of("binary_data", "classification", "shared_memory_region");

  private final JsonParser json;
  private final FieldReader fields;

  private InferRequestReader(JsonParser json) {
    this.json = json;
    fields = new FieldReader(json);
  }

  /// Reads a request.
  ///
  /// @param jsonLength the bytes of JSON at the beginning of the body: the header
  ///     `Inference-Header-Content-Length`
  /// @throws RefusedException if it is not one
  public static InferRequest read(byte[] body, int jsonLength) {
    try (var json = JsonFormat.parser(body, 0, jsonLength)) {
      return new InferRequestReader(json).request(body, jsonLength);
    } catch (JacksonException e) {
      throw JsonFormat.unreadable(e);
    }
  }

  private InferRequest request(byte[] body, int jsonLength) {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw RefusedException.invalid("the body must be a JSON object, {\"inputs\": […]}");
    }
    String id = null;
    Map<String, Object> parameters = Map.of();
    List<InputTensorReader> inputs = null;
    List<InferRequest.Asked> outputs = List.of();
    for (var field = json.nextName(); field != null; field = json.nextName()) {
      json.nextToken();
      switch (field) {
        case "id" -> id = fields.text("the id of the request");
        case "parameters" -> parameters = fields.parameters("the request", PARAMETERS);
        case "inputs" -> inputs = inputs();
        case "outputs" -> outputs = outputs();
        default -> {
          Misspelling.refuse("the field %s of the request", field, FIELDS);
          json.skipChildren();
        }
      }
    }
    requireEnd();
    if (inputs == null) {
      throw RefusedException.invalid("the request has no inputs");
    }
    truth(parameters, "binary_data_output");
    var tensors = new ArrayList<TensorData>(inputs.size());
    var binary = new BinaryPart(body, jsonLength);
    for (var input : inputs) {
      tensors.add(input.tensor(body, jsonLength, binary));
    }
    binary.requireEnd();
    return new InferRequest(id, parameters, tensors, outputs);
  }

  private void requireEnd() {
    if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
      throw RefusedException.invalid("the body goes on after the object of the request");
    }
  }

  private List<InputTensorReader> inputs() {
    fields.requireArray("inputs");
    var inputs = new ArrayList<InputTensorReader>(1);
    var names = new HashSet<String>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      var input = InputTensorReader.read(json, fields);
      if (!names.add(input.name())) {
        throw RefusedException.invalid("the input %s is given twice", Shown.of(input.name()));
      }
      inputs.add(input);
      if (inputs.size() > MOST_INPUTS) {
        throw RefusedException.invalid("the request has more than %d inputs", MOST_INPUTS);
      }
    }
    return inputs;
  }

  private List<InferRequest.Asked> outputs() {
    fields.requireArray("outputs");
    var outputs = new ArrayList<InferRequest.Asked>();
    var names = new HashSet<String>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      fields.requireObject("an output");
      String name = null;
      Map<String, Object> parameters = Map.of();
      for (var field = json.nextName(); field != null; field = json.nextName()) {
        json.nextToken();
        switch (field) {
          case "name" -> name = fields.text("the name of an output");
          case "parameters" -> parameters =
              fields.parameters("an output", PARAMETERS_OF_OUTPUT);
          default -> {
            Misspelling.refuse("the field %s of an output", field, FIELDS_OF_OUTPUT);
            json.skipChildren();
          }
        }
      }
      if (name == null) {
        throw RefusedException.invalid("an output that is asked for has no name");
      }
      if (!names.add(name)) {
        throw RefusedException.invalid("the output %s is asked for twice", Shown.of(name));
      }
      refuseUnsupported(name, parameters);
      outputs.add(new InferRequest.Asked(name, truth(parameters, "binary_data")));
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

  private static @Nullable Boolean truth(Map<String, Object> parameters, String name) {
    return switch (parameters.get(name)) {
      case null -> null;
      case Boolean truth -> truth;
      case Object other -> throw RefusedException.invalid(
          "the parameter %s is %s, expected true or false", name, Shown.value(other));
    };
  }
}

package dev.unroll.server.http;

import dev.unroll.server.protocol.ByteSink;
import dev.unroll.server.protocol.JsonFormat;
import dev.unroll.server.protocol.TensorSpec;
import dev.unroll.server.repository.ModelRepository;
import dev.unroll.server.repository.ModelVersion;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/// What the server is, whether it is ready, and what its models read and answer.
final class MetadataService {
  private static final List<String> EXTENSIONS =
      List.of("binary_tensor_data", "parameters", "sequence", "sequence(string_id)", "generate",
          "unroll.sequence_snapshot", "unroll.sequence_batch");

  private final ModelRepository repository;
  private final String version;

  /// @param version of the server
  MetadataService(ModelRepository repository, String version) {
    this.repository = repository;
    this.version = version;
  }

  /// `$metadata_server_response`.
  void server(Exchange exchange) {
    exchange.json(200, object(json -> {
      json.writeStringProperty("name", "unroll");
      json.writeStringProperty("version", version);
      json.writeArrayPropertyStart("extensions");
      EXTENSIONS.forEach(json::writeString);
      json.writeEndArray();
    }));
  }

  /// `$live_server_response`.
  void live(Exchange exchange) {
    exchange.json(200, object(json -> json.writeBooleanProperty("live", true)));
  }

  /// `$ready_server_response`: the specification names its field `live`, clients look for `ready`.
  void ready(Exchange exchange, boolean isReady) {
    exchange.json(isReady ? 200 : 503, object(json -> {
      json.writeBooleanProperty("live", true);
      json.writeBooleanProperty("ready", isReady);
    }));
  }

  /// `$ready_model_response`.
  void ready(Exchange exchange, ModelVersion model) {
    exchange.json(200, object(json -> {
      json.writeStringProperty("name", model.name());
      json.writeBooleanProperty("ready", true);
    }));
  }

  /// `$metadata_model_response`.
  void model(Exchange exchange, ModelVersion model) {
    exchange.json(200, object(json -> {
      json.writeStringProperty("name", model.name());
      json.writeArrayPropertyStart("versions");
      repository.versions(model.name()).forEach(json::writeString);
      json.writeEndArray();
      json.writeStringProperty("platform", model.model().platform());
      tensors(json, "inputs", model.model().inputs());
      tensors(json, "outputs", model.model().outputs());
      json.writeObjectPropertyStart("parameters");
      json.writeStringProperty("kind", model.model().kind());
      json.writeBooleanProperty("sequences", model.model().steps() != null);
      json.writeBooleanProperty("generate", model.model().texts() != null);
      json.writeEndObject();
    }));
  }

  private static void tensors(JsonGenerator json, String name, List<TensorSpec> specs) {
    json.writeArrayPropertyStart(name);
    for (var spec : specs) {
      json.writeStartObject();
      json.writeStringProperty("name", spec.name());
      json.writeStringProperty("datatype", spec.datatype().name());
      json.writeArrayPropertyStart("shape");
      spec.shape().forEach(json::writeNumber);
      json.writeEndArray();
      if (!spec.labels().isEmpty()) {
        json.writeArrayPropertyStart("labels");
        spec.labels().forEach(json::writeString);
        json.writeEndArray();
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private interface Fields {
    void write(JsonGenerator json);
  }

  private static byte[] object(Fields fields) {
    var out = new ByteSink(256);
    try (var json = JsonFormat.generator(out)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    }
    return out.toByteArray();
  }
}

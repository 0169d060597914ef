package dev.unroll.server.http;

import dev.unroll.server.protocol.ByteSink;
import dev.unroll.server.protocol.JsonFormat;
import dev.unroll.server.protocol.RefusedException;
import dev.unroll.server.protocol.Shown;
import dev.unroll.server.repository.ModelRepository;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/// Triton's model repository extension: what models there are. They come and go as files do.
final class RepositoryService {
  private final ModelRepository repository;

  RepositoryService(ModelRepository repository) {
    this.repository = repository;
  }

  /// `$repository_index_response`: all versions of all models; those that could not be loaded with
  /// the reason, unless only those are asked for that are ready.
  void index(Exchange exchange) {
    boolean onlyReady = onlyReady(exchange.body());
    var out = new ByteSink(256);
    try (var json = JsonFormat.generator(out)) {
      json.writeStartArray();
      for (var model : repository.all()) {
        entry(json, model.name(), model.version(), "READY", "");
      }
      if (!onlyReady) {
        repository.unavailable().forEach((model, why) -> entry(json, model.name(),
            model.version(), "UNAVAILABLE", why));
      }
      json.writeEndArray();
    }
    exchange.send(200, Exchange.JSON, out);
  }

  /// `$repository_index_request`, which may be left out.
  private static boolean onlyReady(byte[] body) {
    return body.length > 0
        && JsonBody.read(body).only(Set.of("ready")).truth("ready", false);
  }

  private static void entry(JsonGenerator json, String name, String version, String state,
      String reason) {
    json.writeStartObject();
    json.writeStringProperty("name", name);
    json.writeStringProperty("version", version);
    json.writeStringProperty("state", state);
    json.writeStringProperty("reason", reason);
    json.writeEndObject();
  }

  /// Refuses to load or unload a model.
  ///
  /// @param what `load` or `unload`
  void refuse(String name, String what) {
    throw RefusedException.invalid(what.equals("load")
        ? "models are not loaded by requests; put the file of %s into a folder that the server"
            + " watches, and it is loaded"
        : "models are not unloaded by requests; take the file of %s out of the folder that the"
            + " server watches, and it is unloaded",
        Shown.of(name));
  }
}

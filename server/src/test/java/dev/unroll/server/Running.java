package dev.unroll.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.cell.Lstm;
import dev.unroll.model.Inputs;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.onnx.OnnxExport;
import dev.unroll.server.operation.ServerLimits;
import dev.unroll.server.protocol.JsonFormat;
import dev.unroll.server.repository.ModelPlace;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// A server that runs with small models, and a client that knows nothing of ours.
final class Running implements AutoCloseable {
  /// F of the model `steps`, and the size of its answers.
  static final int FEATURES = 3;
  static final int NUMBERS = 2;

  static final String ALPHABET = "abc xyz\n";

  private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
      .build();
  private final UnrollServer server;
  final List<String> log;

  private Running(UnrollServer server, List<String> log) {
    this.server = server;
    this.log = log;
  }

  /// Serves the models in a folder at a free port.
  static Running of(Path folder) throws IOException {
    return of(folder, options());
  }

  /// One whose limits are low and whose patience is a second.
  ///
  /// @param folder where its models are made
  static Running limited(Path folder) throws IOException {
    var limits = new ServerLimits(1 << 20, 16 << 10, 50, 100, 100, 100, 100, Duration.ofSeconds(1),
        Duration.ofMinutes(5));
    return of(models(folder), options().limits(limits));
  }

  static Running of(Path folder, ServerOptions options) throws IOException {
    var log = Collections.synchronizedList(new ArrayList<String>());
    return new Running(UnrollServer.start(options.logs(options.accessLog(), log::add),
        List.of(ModelPlace.of(folder.toString(), Path.of("")))), log);
  }

  /// Any free port, no look at files but those that tests ask for.
  static ServerOptions options() {
    return ServerOptions.DEFAULT.at("127.0.0.1", 0).times(Duration.ofMinutes(10), Duration.ZERO,
        Duration.ofSeconds(20));
  }

  /// A model of numbers that steps.
  static SequenceToSequence steps(long seed) {
    return SequenceToSequence.of(Inputs.features(FEATURES), RecurrentStack.of(Lstm.cell(), 5),
        Outputs.numbers(NUMBERS), seed);
  }

  /// A language model.
  static SequenceToSequence text() {
    return LanguageModel.of(ALPHABET, RecurrentStack.of(Lstm.cell(), 7));
  }

  /// Writes the models `steps`, `text` and `onnx`, which is `steps` as ONNX.
  static Path models(Path folder) throws IOException {
    steps(1).save(folder.resolve("steps.safetensors"));
    text().save(folder.resolve("text.safetensors"));
    OnnxExport.of(steps(1)).withStates().write(folder.resolve("onnx.onnx"));
    return folder;
  }

  UnrollServer server() {
    return server;
  }

  int port() {
    return server.port();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  /// An answer.
  record Answer(int status, byte[] body, HttpResponse<byte[]> response) {
    String text() {
      return new String(body, UTF_8);
    }

    JsonNode json() {
      return JsonFormat.mapper().readTree(body);
    }

    /// The sentence of an error.
    String error() {
      return json().get("error").stringValue();
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    /// The data of an output.
    float[] data(String output) {
      for (var each : json().get("outputs")) {
        if (each.get("name").stringValue().equals(output)) {
          var data = new float[each.get("data").size()];
          for (int i = 0; i < data.length; i++) {
            data[i] = each.get("data").get(i).floatValue();
          }
          return data;
        }
      }
      throw new AssertionError("no output " + output + " in " + text());
    }
  }

  Answer get(String path) {
    return send(HttpRequest.newBuilder(uri(path)).GET());
  }

  Answer post(String path, String body) {
    return send(HttpRequest.newBuilder(uri(path)).header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body)));
  }

  Answer send(HttpRequest.Builder request) {
    try {
      var response = client.send(request.timeout(Duration.ofSeconds(30)).build(),
          BodyHandlers.ofByteArray());
      return new Answer(response.statusCode(), response.body(), response);
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  Answer infer(String model, String body) {
    return post("/v2/models/" + model + "/infer", body);
  }

  /// A request of steps of the model `steps`.
  static String request(String parameters, String shape, float... x) {
    var data = new ArrayList<String>();
    for (float value : x) {
      data.add(Float.toString(value));
    }
    return String.format(Locale.ROOT,
        "{\"parameters\":{%s},\"inputs\":[{\"name\":\"features\",\"shape\":%s,"
            + "\"datatype\":\"FP32\",\"data\":[%s]}]}",
        parameters, shape, String.join(",", data));
  }

  @Override
  public void close() {
    server.close();
    client.close();
  }
}

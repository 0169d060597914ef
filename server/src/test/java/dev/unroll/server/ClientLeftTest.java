package dev.unroll.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.cell.Gru;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.server.operation.ServerLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that close the connection before they are answered. The work for them went on to its
/// end, however long it took.
class ClientLeftTest {
  private static final int TOKENS = 1_000_000_000;

  /// A request for a text that takes hours.
  static final String ENDLESS = "{\"text_input\":\"abc\",\"max_tokens\":" + TOKENS + "}";

  @TempDir
  private static Path folder;

  private static final ByteArrayOutputStream LOG = new ByteArrayOutputStream();
  private static Running server;

  @BeforeAll
  static void serve() throws IOException {
    Running.models(folder);
    var beam = EncoderDecoder.of(Inputs.symbols(3, 2), RecurrentStack.of(Gru.cell(), 32),
        RecurrentStack.of(Gru.cell(), 32), Outputs.symbols(20)).initialized();
    var bias = beam.parameters().blocks().getLast();
    // It never ends by itself.
    beam.parameters().values()[bias.offset() + bias.length() - 1] = -1_000;
    beam.save(folder.resolve("beam.safetensors"));
    server = Running.of(folder, options(LOG));
  }

  /// With limits that let a request take hours.
  static ServerOptions options(ByteArrayOutputStream log) {
    var limits = new ServerLimits(1 << 28, 16 << 10, 10_000_000, 100, 100, 100, TOKENS,
        Duration.ofMinutes(10), Duration.ofMinutes(5));
    return Running.options().limits(limits).logs(log, _ -> {
    });
  }

  @AfterAll
  static void end() {
    server.close();
  }

  /// The line of the access log about a request, once there is one.
  static String line(ByteArrayOutputStream log, String path) throws InterruptedException {
    var said = "\"path\":\"" + path + "\"";
    Optional<String> found;
    do {
      Thread.sleep(10);
      found = log.toString(UTF_8).lines().filter(line -> line.contains(said)).findFirst();
    } while (found.isEmpty());
    return found.get();
  }

  @Test
  void aTextIsNotWrittenOn() throws Exception {
    var path = "/v2/models/text/generate";
    try (var socket = RawHttp.connect(server.port())) {
      RawHttp.post(socket, path, ENDLESS);
    }
    assertThat(line(LOG, path)).contains("\"status\":499").doesNotContain("\"error\"");
  }

  /// A stream has begun; it ends as soon as nothing can be written any longer.
  @Test
  void aStreamIsNotWrittenOn() throws Exception {
    var path = "/v2/models/text/generate_stream";
    try (var socket = RawHttp.connect(server.port())) {
      RawHttp.post(socket, path, ENDLESS);
      assertThat((char) socket.getInputStream().read()).isEqualTo('H');
    }
    assertThat(line(LOG, path)).contains("\"status\":200").doesNotContain("\"error\"");
    assertThat(server.log).noneMatch(text -> text.contains("failed"));
  }

  /// Nothing of a stream can be written while its prompt is read.
  @Test
  void aPromptIsNotReadOn() throws Exception {
    var path = "/v2/models/text/versions/1/generate_stream";
    try (var socket = RawHttp.connect(server.port())) {
      RawHttp.post(socket, path, "{\"text_input\":\"" + "a".repeat(9_000_000)
          + "\",\"max_tokens\":1}");
    }
    assertThat(line(LOG, path)).contains("\"status\":499");
  }

  @Test
  void aBeamIsNotFollowed() throws Exception {
    var path = "/v2/models/beam/infer";
    try (var socket = RawHttp.connect(server.port())) {
      RawHttp.post(socket, path, "{\"parameters\":{\"beam\":100,\"max_tokens\":10000},"
          + "\"inputs\":[{\"name\":\"symbols\",\"datatype\":\"INT64\",\"shape\":[1,2],"
          + "\"data\":[0,1]}]}");
    }
    assertThat(line(LOG, path)).contains("\"status\":499");
  }

  /// Sequences as a whole, and one that goes on with its state.
  @ParameterizedTest
  @ValueSource(strings = {"", "\"sequence_id\":7,\"sequence_start\":true"})
  void longSequencesAreNotReadOn(String parameters) throws Exception {
    boolean isWhole = parameters.isEmpty();
    int steps = 40_000;
    int count = 50;
    var path = "/v2/models/steps/" + (isWhole ? "infer" : "versions/1/infer");
    try (var socket = RawHttp.connect(server.port())) {
      RawHttp.post(socket, path,
          "{\"parameters\":{%s},\"inputs\":[{\"name\":\"features\",\"datatype\":\"FP32\","
              .formatted(
                  parameters)
              + "\"shape\":"
              + (isWhole ? "[" + count + "," + steps + ",3]" : "[1," + count * steps + ",3]")
              + ",\"data\":[0" + ",0".repeat(3 * count * steps - 1) + "]}]}");
    }
    assertThat(line(LOG, path)).contains("\"status\":499");
    if (!isWhole) {
      assertThat(server.get("/v2/models/steps/sequences/7").status())
          .as("a request that nobody waits for begins no sequence").isEqualTo(404);
    }
  }

  /// What is read ahead while an answer is computed is the beginning of the next request.
  @Test
  void aRequestThatComesBeforeTheAnswerToTheOneBeforeIsAnsweredAfterIt() throws Exception {
    try (var socket = RawHttp.connect(server.port())) {
      pipelined(socket);
    }
  }

  static void pipelined(Socket socket) throws IOException, InterruptedException {
    var text = "{\"text_input\":\"abc\",\"seed\":1,\"max_tokens\":%d}";
    var path = "/v2/models/text/versions/1/generate";
    RawHttp.post(socket, path, text.formatted(100_000));
    Thread.sleep(300); // so that somebody reads ahead
    var second = text.formatted(1);
    RawHttp.post(socket, path, second);
    RawHttp.post(socket, path, second);
    assertThat(RawHttp.readOne(socket.getInputStream())).contains("200 OK", "\"tokens\":100000");
    for (int i = 0; i < 2; i++) {
      assertThat(RawHttp.readOne(socket.getInputStream())).contains("200 OK", "\"tokens\":1,");
    }
  }
}

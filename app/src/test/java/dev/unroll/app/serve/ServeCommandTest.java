package dev.unroll.app.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.Commands;
import dev.unroll.cell.Lstm;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ServeCommandTest {
  private static final Pattern ADDRESS = Pattern.compile("serving at (http://127.0.0.1:\\d+);");

  private static final String INFER = "/v2/models/pumps/infer";

  @TempDir
  private Path folder;

  @BeforeEach
  void model() throws IOException {
    SequenceToSequence.of(Inputs.features(2), RecurrentStack.of(Lstm.cell(), 3),
        Outputs.numbers(1)).save(folder.resolve("pumps.safetensors"));
  }

  @Test
  void whatCannotBeServedIsRefusedInOneSentence() throws IOException {
    var commands = new Commands(folder);
    assertThat(commands.refused("serve")).contains("MODEL");
    assertThat(commands.refused("serve", "nothing")).contains("there is no")
        .contains("nothing").contains("the folder of a run");
    assertThat(commands.refused("serve", "pumps.safetensors", "--port", "70000"))
        .contains("--port is 70000");
    assertThat(commands.refused("serve", "pumps.safetensors", "--max-body", "0"))
        .contains("--max-body is 0");
    assertThat(commands.refused("serve", "pumps.safetensors", "--tls-key", "k"))
        .contains("--tls-certificate");
    assertThat(commands.refused("serve", "pumps.safetensors", "--host", "no.such.host.invalid"))
        .contains("no.such.host.invalid");
    Files.writeString(folder.resolve("garbage.safetensors"), "garbage");
    assertThat(commands.refused("serve", "garbage.safetensors")).contains("garbage.safetensors");
    assertThat(commands.refused("serve", "pumps.safetensors", "pumps.safetensors"))
        .contains("the same name, pumps").contains("NAME=");
    Files.writeString(folder.resolve("keys"), "short");
    assertThat(commands.refused("serve", "pumps.safetensors", "--key-file", "keys"))
        .contains("fewer than 16 characters");
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var port = Integer.toString(taken.getLocalPort());
      assertThat(commands.refused("serve", "pumps.safetensors", "--port", port).lines().toList())
          .last().asString().contains("port " + port).contains("--port");
    }
  }

  /// SIGTERM ends it as it should, with what ran finished; `kill -9` does not, and what a client
  /// has fetched goes on in the next start.
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no such signals")
  void signals() throws Exception {
    var commands = new Commands(folder);
    var step = "{\"parameters\":{\"sequence_id\":7%s},\"inputs\":[{\"name\":\"features\","
        + "\"shape\":[1,1,2],\"datatype\":\"FP32\",\"data\":[0.5,-1]}]}";
    byte[] snapshot;
    String expected;
    var first = start(commands);
    try {
      var uri = address(first);
      assertThat(ask(uri, INFER, step.formatted(",\"sequence_start\":true"))
          .statusCode()).isEqualTo(200);
      snapshot = send(HttpRequest.newBuilder(uri.resolve("/v2/models/pumps/sequences/7"))).body();
      expected = new String(ask(uri, INFER, step.formatted("")).body(), UTF_8);
    } finally {
      first.destroyForcibly();
    }
    assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
    var second = start(commands);
    try {
      var uri = address(second);
      assertThat(ask(uri, INFER, step.formatted("")).statusCode())
          .isEqualTo(400);
      assertThat(send(HttpRequest.newBuilder(uri.resolve("/v2/models/pumps/sequences/7"))
          .PUT(BodyPublishers.ofByteArray(snapshot))).statusCode()).isEqualTo(204);
      assertThat(new String(ask(uri, INFER, step.formatted("")).body(), UTF_8))
          .isEqualTo(expected);
    } finally {
      second.destroy(); // SIGTERM
    }
    var result = commands.await(second);
    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).contains("unroll: ended").doesNotContain("\tat ");
  }

  private static Process start(Commands commands) throws IOException {
    return commands.start(List.of("--add-modules", "jdk.incubator.vector"),
        List.of("serve", "pumps.safetensors", "--port", "0"));
  }

  /// Waits until it listens.
  private URI address(Process process) throws Exception {
    while (process.isAlive()) {
      var found = ADDRESS.matcher(Files.readString(folder.resolve("out")));
      if (found.find()) {
        return URI.create(found.group(1));
      }
      Thread.sleep(20);
    }
    throw new AssertionError(Files.readString(folder.resolve("err")));
  }

  private static HttpResponse<byte[]> ask(URI server, String path, String body) throws Exception {
    return send(HttpRequest.newBuilder(server.resolve(path)).POST(BodyPublishers.ofString(body)));
  }

  private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request.version(HttpClient.Version.HTTP_1_1).build(),
          BodyHandlers.ofByteArray());
    }
  }
}

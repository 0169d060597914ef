package dev.unroll.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.format.FormatException;
import dev.unroll.server.operation.ApiKeys;
import dev.unroll.server.protocol.JsonFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Keys, TLS, figures and logs.
class OperationTest {
  private static final String KEY = "0123456789abcdef0123";

  @TempDir
  private Path folder;

  @TempDir
  private Path files;

  private Running running(ServerOptions options) throws IOException {
    Running.steps(1).save(folder.resolve("steps.safetensors"));
    return Running.of(folder, options);
  }

  @Test
  void keys() throws IOException {
    var file = Files.writeString(files.resolve("keys"), "# ours\n" + KEY + "\n\n");
    try (var server = running(Running.options().access(null, ApiKeys.read(file)))) {
      for (var path : List.of("/v2", "/v2/models/steps", "/metrics", "/v1/openapi.json", "/x")) {
        var answer = server.get(path);
        assertThat(answer.status()).as(path).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(answer.error()).contains("Bearer KEY");
      }
      assertThat(server.get("/v2/health/live").status()).isEqualTo(200);
      assertThat(server.get("/v2/health/ready").status()).isEqualTo(200);
      assertThat(server.send(get(server, "/v2").header("Authorization", "Bearer " + KEY)).status())
          .isEqualTo(200);
      assertThat(server.send(get(server, "/v2").header("X-API-Key", KEY)).status())
          .isEqualTo(200);
      assertThat(server.send(get(server, "/v2").header("X-API-Key", KEY + "4")).status())
          .isEqualTo(401);
    }
    Files.writeString(file, "short\n");
    assertThatThrownBy(() -> ApiKeys.read(file)).isInstanceOf(FormatException.class)
        .hasMessageContaining("openssl rand").hasMessageNotContaining("short\n");
    Files.writeString(file, "# none\n");
    assertThatThrownBy(() -> ApiKeys.read(file)).hasMessageContaining("has no key");
  }

  /// Balancers ask by HEAD, too, and a name that was allowed is that of the server.
  @Test
  void headOfHealthAndAllowedHosts() throws IOException {
    try (var server = running(Running.options().allowHosts(Set.of("models.example")))) {
      assertThat(server.send(HttpRequest.newBuilder(server.uri("/v2/health/ready")).HEAD())
          .status()).isEqualTo(200);
      var origin = get(server, "/v2").header("Origin", "https://models.example");
      assertThat(server.send(origin).status()).isEqualTo(200);
      var other = get(server, "/v2").header("Origin", "https://other.example");
      assertThat(server.send(other).status()).isEqualTo(403);
    }
  }

  private static HttpRequest.Builder get(Running server, String path) {
    return HttpRequest.newBuilder(server.uri(path)).GET();
  }

  @Test
  void figures() throws IOException {
    try (var server = running(Running.options())) {
      server.infer("steps",
          Running.request("\"sequence_id\":1,\"sequence_start\":true", "[1,1,3]", 1, 2, 3));
      server.get("/v2/models/not%20there");
      var answer = server.get("/metrics");
      assertThat(answer.header("Content-Type")).startsWith("text/plain");
      assertThat(answer.text())
          .contains("unroll_requests_seconds_count{route=\"infer\",status=\"200\"} 1")
          .contains("unroll_requests_seconds_count{route=\"unknown\",status=\"404\"} 1")
          .contains("unroll_sequences 1.0").contains("unroll_models 1.0")
          .containsPattern("unroll_steps_count\\{model=\"steps\"} \\d+")
          .contains("jvm_memory_used_bytes").doesNotContain("not there");
    }
  }

  @Test
  void accessLog() throws IOException {
    var out = new ByteArrayOutputStream();
    var options = Running.options();
    try (var server = running(options.logs(out, options.log()))) {
      server.infer("steps", "{\"inputs\":[]}");
      server.get("/v2/models/a%0Ab" + "x".repeat(1_000));
    }
    var lines = out.toString(UTF_8).split("\n");
    assertThat(lines).hasSize(2);
    var first = JsonFormat.mapper().readTree(lines[0]);
    assertThat(Instant.parse(first.get("time").stringValue())).isBeforeOrEqualTo(Instant.now());
    assertThat(first.get("peer").stringValue()).isEqualTo("127.0.0.1");
    assertThat(first.get("method").stringValue()).isEqualTo("POST");
    assertThat(first.get("path").stringValue()).isEqualTo("/v2/models/steps/infer");
    assertThat(first.get("status").intValue()).isEqualTo(400);
    assertThat(first.get("received").intValue()).isEqualTo(13);
    assertThat(first.get("error").stringValue()).contains("features is missing");
    assertThat(lines[1].length()).isLessThan(1_000);
    assertThat(JsonFormat.mapper().readTree(lines[1]).get("status").intValue()).isEqualTo(404);
  }

  @Test
  void aPortThatIsTaken() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> running(Running.options().at("127.0.0.1", taken.getLocalPort())))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("nothing can listen at 127.0.0.1, port " + taken.getLocalPort())
          .hasMessageContaining("--port");
    }
  }
}

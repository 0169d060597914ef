package dev.unroll.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.format.FormatException;
import dev.unroll.server.operation.ApiKeys;
import dev.unroll.server.operation.TlsFiles;
import dev.unroll.server.protocol.JsonFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Keys, TLS, figures and logs.
class OperationTest {
  private static final String KEY = "0123456789abcdef0123";
  private static final char[] PASSWORD = "changeit".toCharArray();

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
  void tlsAndCertificatesOfClients() throws Exception {
    var server = identity("server");
    var known = identity("known");
    var stranger = identity("stranger");
    var tls = new TlsFiles(certificate("server", server), privateKey("server", server),
        certificate("known", known));
    try (var running = running(Running.options().access(tls, null))) {
      assertThat(ask(running, server, known)).isEqualTo(200);
      assertThatThrownBy(() -> ask(running, server, null)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> ask(running, server, stranger)).isInstanceOf(IOException.class);
    }
    try (var open = running(Running.options()
        .access(new TlsFiles(tls.certificate(), tls.key(), null), null))) {
      assertThat(ask(open, server, null)).isEqualTo(200);
    }
    var noKey = new TlsFiles(tls.certificate(), tls.certificate(), null);
    assertThatThrownBy(noKey::read).isInstanceOf(FormatException.class)
        .hasMessageContaining("openssl pkcs8");
    var noCertificate = new TlsFiles(tls.key(), tls.key(), null);
    assertThatThrownBy(noCertificate::read).isInstanceOf(FormatException.class)
        .hasMessageContaining("server.key");
  }

  /// A key and a certificate that it has signed itself.
  private KeyStore identity(String name) throws Exception {
    var file = files.resolve(name + ".p12");
    var process = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
        "-alias", name, "-keyalg", "EC", "-dname", "CN=localhost", "-ext",
        "san=dns:localhost,ip:127.0.0.1", "-storetype", "PKCS12", "-storepass",
        new String(PASSWORD), "-keystore", file.toString()).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    var store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  private Path certificate(String name, KeyStore store) throws Exception {
    return pem(name + ".pem", "CERTIFICATE", store.getCertificate(name).getEncoded());
  }

  private Path privateKey(String name, KeyStore store) throws Exception {
    return pem(name + ".key", "PRIVATE KEY", store.getKey(name, PASSWORD).getEncoded());
  }

  private Path pem(String name, String type, byte[] bytes) throws IOException {
    return Files.writeString(files.resolve(name), "-----BEGIN " + type + "-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(UTF_8)).encodeToString(bytes) + "\n-----END "
        + type + "-----\n");
  }

  private static int ask(Running running, KeyStore server,
      @Nullable KeyStore client) throws Exception {
    var trust = TrustManagerFactory.getInstance("PKIX");
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", server.getCertificate("server"));
    trust.init(trusted);
    var keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(client, PASSWORD);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    try (var https = HttpClient.newBuilder().sslContext(context).build()) {
      return https.send(HttpRequest.newBuilder(
          URI.create("https://localhost:%d/v2".formatted(running.port()))).build(),
          BodyHandlers.ofString()).statusCode();
    }
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

package dev.unroll.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.format.FormatException;
import dev.unroll.server.operation.TlsFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// HTTPS: certificates of the server and of clients, and connections that are closed or go on while
/// an answer is computed.
class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir
  private Path files;

  private Path models() throws IOException {
    return Running.models(Files.createDirectories(files.resolve("models")));
  }

  @Test
  void tlsAndCertificatesOfClients() throws Exception {
    var server = identity("server");
    var known = identity("known");
    var stranger = identity("stranger");
    var tls = new TlsFiles(certificate("server", server), privateKey("server", server),
        certificate("known", known));
    try (var running = Running.of(models(), Running.options().access(tls, null))) {
      assertThat(ask(running, server, known)).isEqualTo(200);
      assertThatThrownBy(() -> ask(running, server, null)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> ask(running, server, stranger)).isInstanceOf(IOException.class);
    }
    try (var open = Running.of(models(), Running.options()
        .access(new TlsFiles(tls.certificate(), tls.key(), null), null))) {
      assertThat(ask(open, server, null)).isEqualTo(200);
    }
    assertThatThrownBy(new TlsFiles(tls.certificate(), privateKey("known", known), null)::read)
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("known.key is not the private key of ")
        .hasMessageContaining("server.pem: what it signs, the certificate does not confirm");
    var noKey = new TlsFiles(tls.certificate(), tls.certificate(), null);
    assertThatThrownBy(noKey::read).isInstanceOf(FormatException.class)
        .hasMessageContaining("openssl pkcs8");
    var noCertificate = new TlsFiles(tls.key(), tls.key(), null);
    assertThatThrownBy(noCertificate::read).isInstanceOf(FormatException.class)
        .hasMessageContaining("server.key");
  }

  /// The server began, and every handshake failed; of a key that is no PEM it was told only after
  /// all models were loaded.
  @Test
  void aKeyOfAnotherCertificateIsRefusedBeforeModelsAreLoaded() throws Exception {
    var tls = new TlsFiles(certificate("server", identity("server")),
        privateKey("rsa", identity("rsa", "RSA")), null);
    var folder = Files.createDirectories(files.resolve("none"));
    Files.writeString(folder.resolve("model.safetensors"), "not a model");
    assertThatThrownBy(() -> Running.of(folder, Running.options().access(tls, null)))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("rsa.key is not the private key of ");
  }

  /// A key and a certificate that it has signed itself.
  private KeyStore identity(String name) throws Exception {
    return identity(name, "EC");
  }

  private KeyStore identity(String name, String algorithm) throws Exception {
    var file = files.resolve(name + ".p12");
    var process = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
        "-alias", name, "-keyalg", algorithm, "-dname", "CN=localhost", "-ext",
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

  private static SSLContext context(KeyStore server, @Nullable KeyStore client) throws Exception {
    var trust = TrustManagerFactory.getInstance("PKIX");
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", server.getCertificate("server"));
    trust.init(trusted);
    var keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(client, PASSWORD);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static int ask(Running running, KeyStore server,
      @Nullable KeyStore client) throws Exception {
    try (var https = HttpClient.newBuilder().sslContext(context(server, client)).build()) {
      return https.send(HttpRequest.newBuilder(
          URI.create("https://localhost:%d/v2".formatted(running.port()))).build(),
          BodyHandlers.ofString()).statusCode();
    }
  }

  /// Reading ahead goes through the same engine as the answer.
  @Test
  void connectionsAreReadAheadWhileAnAnswerIsComputed() throws Exception {
    var server = identity("server");
    var tls = new TlsFiles(certificate("server", server), privateKey("server", server), null);
    var log = new ByteArrayOutputStream();
    var path = "/v2/models/text/generate";
    try (var running = Running.of(models(),
        ClientLeftTest.options(log).access(tls, null))) {
      var sockets = context(server, null).getSocketFactory();
      try (var socket = sockets.createSocket("localhost", running.port())) {
        ClientLeftTest.pipelined(socket);
      }
      try (var socket = sockets.createSocket("localhost", running.port())) {
        RawHttp.post(socket, path, ClientLeftTest.ENDLESS);
        Thread.sleep(300); // a client of TLS says goodbye, which must be more than the handshake
      }
      assertThat(ClientLeftTest.line(log, path)).contains("\"status\":499");
    }
  }
}

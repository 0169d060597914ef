package dev.unroll.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// HEAD, which is answered as GET is, without a body. It was refused by 405 with a body, which the
/// next answer of the connection was then mistaken for.
class HeadTest {
  @TempDir
  private static Path folder;

  private static Running server;

  @BeforeAll
  static void serve() throws IOException {
    server = Running.of(Running.models(folder));
    server.infer("steps",
        Running.request("\"sequence_id\":1,\"sequence_start\":true", "[1,1,3]", 1, 2, 3));
  }

  @AfterAll
  static void end() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2", "/v2/health/live", "/v2/health/ready", "/v2/models/steps",
    "/v2/models/steps/ready", "/v2/models/steps/sequences/1", "/v1/openapi.json", "/metrics",
    "/v2/models/nobody", "/v2/nothing", "/v2/models/steps/infer", "/v1/classify"})
  void isAnsweredAsGet(String path) throws IOException {
    try (var socket = RawHttp.connect(server.port())) {
      ask(socket, "HEAD", path);
      var head = RawHttp.readHead(socket.getInputStream());
      ask(socket, "GET", path);
      var got = RawHttp.readOne(socket.getInputStream());
      assertThat(got).startsWith("HTTP/1.1 ");
      if (!path.equals("/metrics")) { // whose numbers change
        assertThat(plain(head)).isEqualTo(plain(got.substring(0, got.indexOf("\r\n\r\n") + 4))
            .replace("\"GET\"", "\"HEAD\""));
      }
    }
  }

  /// The head of an answer without its date; the sentence of a 405 names the method.
  private static String plain(String head) {
    return head.replaceFirst("Date: .*", "").replaceFirst("(?s)^(HTTP/1.1 405.*)Content-Length: "
        + "\\d+", "$1");
  }

  private static void ask(Socket socket, String method, String path) throws IOException {
    socket.getOutputStream().write("%s %s HTTP/1.1\r\nHost: localhost\r\n\r\n"
        .formatted(method, path).getBytes(ISO_8859_1));
  }

  @Test
  void aRequestThatCannotBeReadIsAnsweredWithoutABody() throws IOException {
    assertThat(RawHttp.exchange(server.port(), "HEAD /v2 HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1)))
        .startsWith("HTTP/1.1 400").endsWith("\r\n\r\n");
  }

  @Test
  void anotherMethodIsToldOfBoth() {
    var answer = server.post("/v2/models/steps", "");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("GET, HEAD");
    assertThat(server.post("/v2/models/steps/sequences/1", "").header("Allow"))
        .isEqualTo("GET, HEAD, PUT, DELETE");
  }
}

package dev.unroll.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.server.operation.ServerLimits;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that are slow, stop in the middle, or are too many: they take nothing from others.
class SlowClientTest {
  private static final String INFER = "/v2/models/steps/infer";

  @TempDir
  private static Path folder;

  private static Running server;

  @BeforeAll
  static void serve() throws IOException {
    server = Running.limited(folder);
  }

  @AfterAll
  static void end() {
    server.close();
  }

  @AfterEach
  void itGoesOn() {
    assertThat(server.infer("steps", Running.request("", "[1,1,3]", 1, 2, 3)).status())
        .isEqualTo(200);
  }

  /// Half of a request, and then nothing: in the headers, in the body.
  @ParameterizedTest
  @ValueSource(strings = {"POST /v2/models/steps/infer HTTP/1.1\r\nHost: x\r\nContent-",
    "POST /v2/models/steps/infer HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"inp"})
  void aRequestThatStops(String half) throws IOException {
    // The connection is closed when patience is over.
    assertThat(RawHttp.exchange(server.port(), half.getBytes(ISO_8859_1)))
        .doesNotContain("HTTP/1.1 200")
        .doesNotContain("SocketTimeoutException");
  }

  /// A byte every now and then does not make a request that arrives.
  @Test
  void aClientThatSendsByteByByte() throws Exception {
    var body = Running.request("", "[1,1,3]", 1, 2, 3).getBytes(UTF_8);
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(8_000);
      OutputStream out = socket.getOutputStream();
      out.write(RawHttp.head(INFER, "Content-Length: " + body.length));
      int sent = 0;
      try {
        for (byte b : body) {
          out.write(b);
          out.flush();
          sent++;
          Thread.sleep(50);
        }
      } catch (IOException _) {
        // It has been closed, as it should.
      }
      assertThat(RawHttp.readAll(socket)).doesNotContain("HTTP/1.1 200");
      assertThat(sent).isLessThan(body.length);
    }
  }

  /// A client that asks for a stream and does not read is closed, not kept for ever.
  @Test
  void aClientThatDoesNotRead() throws Exception {
    var body = "{\"text_input\":\"abc\",\"max_tokens\":100}".getBytes(UTF_8);
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(8_000);
      var out = socket.getOutputStream();
      var request =
          RawHttp.head("/v2/models/text/generate_stream", "Content-Length: " + body.length);
      try {
        // Answers fill the buffers of the connection.
        for (int i = 0; i < 100_000; i++) {
          out.write(request);
          out.write(body);
        }
        throw new AssertionError("the server has read all requests and nobody its answers");
      } catch (IOException _) {
        // Closed.
      }
    }
  }

  /// Beyond the limit of requests at once, a client is told when to come again.
  @Test
  void tooManyRequestsAtOnce() throws Exception {
    var limits = ServerLimits.DEFAULT;
    var few = new ServerLimits(limits.body(), limits.headers(), limits.steps(),
        limits.sequences(), 2, limits.connections(), 1_000_000, Duration.ofMinutes(10),
        limits.idle());
    var infer = Running.request("", "[1,1,3]", 1, 2, 3);
    try (var small = Running.of(folder, Running.options().limits(few))) {
      var stuck = List.of(endless(small.port()), endless(small.port()));
      var answer = small.infer("steps", infer);
      while (answer.status() == 200) {
        answer = small.infer("steps", infer); // until both run
      }
      assertThat(answer.status()).isEqualTo(429);
      assertThat(answer.header("Retry-After")).isEqualTo("1");
      assertThat(answer.error()).contains("2 requests are running, the limit");
      for (var path : List.of("/v2/health/live", "/v2/health/ready", "/metrics")) {
        assertThat(small.get(path).status()).as(path).isEqualTo(200);
      }
      for (var socket : stuck) {
        socket.close();
      }
      while (answer.status() == 429) {
        answer = small.infer("steps", infer);
      }
      assertThat(answer.status()).isEqualTo(200);
    }
  }

  /// Asks for a long text, and reads nothing of it.
  private static Socket endless(int port) throws IOException {
    var body = "{\"text_input\":\"abc\",\"max_tokens\":1000000}".getBytes(UTF_8);
    var socket = new Socket();
    socket.setReceiveBufferSize(4_096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.getOutputStream().write(
        RawHttp.head("/v2/models/text/generate_stream", "Content-Length: " + body.length));
    socket.getOutputStream().write(body);
    // It runs once its answer begins; until then it might be the one that is refused.
    assertThat((char) socket.getInputStream().read()).isEqualTo('H');
    return socket;
  }

  /// Clients that have sent half of a request keep nobody from being answered.
  @Test
  void halfRequestsTakeNothingFromOthers() throws Exception {
    var limits = ServerLimits.DEFAULT;
    var few = new ServerLimits(limits.body(), limits.headers(), limits.steps(),
        limits.sequences(), 1, limits.connections(), limits.tokens(), Duration.ofMinutes(10),
        limits.idle());
    try (var small = Running.of(folder,
        Running.options().limits(few).times(Duration.ofMinutes(1), Duration.ZERO, Duration.ZERO));
        var first = new Socket(InetAddress.getLoopbackAddress(), small.port());
        var second = new Socket(InetAddress.getLoopbackAddress(), small.port())) {
      first.getOutputStream().write(RawHttp.head(INFER, "Content-Length: 100"));
      second.getOutputStream().write(RawHttp.head(INFER, "Content-Length: 100"));
      for (int i = 0; i < 50; i++) {
        assertThat(small.infer("steps", Running.request("", "[1,1,3]", 1, 2, 3)).status())
            .isEqualTo(200);
      }
    }
  }

  /// Half of a body and the end of the connection was a failure of the server, with a trace.
  @Test
  void halfABodyIsAFaultOfTheClient() throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(8_000);
      socket.getOutputStream().write(RawHttp.head(INFER, "Content-Length: 100"));
      socket.getOutputStream().write("{\"inp".getBytes(UTF_8));
      socket.shutdownOutput();
      assertThat(RawHttp.readAll(socket)).startsWith("HTTP/1.1 400")
          .contains("the body ends after");
    }
    assertThat(server.log).noneMatch(line -> line.contains("failed"));
  }
}

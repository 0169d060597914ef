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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What clients do wrong, or on purpose: the server says so by a 4xx and goes on.
class FaultTest {
  @TempDir
  private static Path folder;

  private static Running server;

  @BeforeAll
  static void serve() throws IOException {
    var limits = new ServerLimits(1 << 20, 16 << 10, 50, 100, 100, 100, 100, Duration.ofSeconds(1),
        Duration.ofMinutes(5));
    server = Running.of(Running.models(folder), Running.options().limits(limits));
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

  /// Sends bytes, and reads what comes until the server closes the connection.
  private static String raw(byte[]... parts) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(8_000);
      for (var part : parts) {
        try {
          socket.getOutputStream().write(part);
          socket.getOutputStream().flush();
        } catch (IOException _) {
          break; // it has closed the connection already
        }
      }
      return read(socket);
    }
  }

  private static String read(Socket socket) {
    var text = new StringBuilder();
    var bytes = new byte[4096];
    try {
      for (int n = socket.getInputStream().read(bytes); n >= 0; n =
          socket.getInputStream().read(bytes)) {
        text.append(new String(bytes, 0, n, ISO_8859_1));
      }
    } catch (IOException e) {
      text.append(e);
    }
    return text.toString();
  }

  private static byte[] head(String path, String... headers) {
    return ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("\r\n", headers)
        + "\r\n\r\n").getBytes(ISO_8859_1);
  }

  private static final String INFER = "/v2/models/steps/infer";

  @Test
  void aBodyOfTwoGigabytesIsRefusedByItsHeader() throws IOException {
    var answer = raw(head(INFER, "Content-Length: 2147483648"));
    assertThat(answer).startsWith("HTTP/1.1 413").contains("\"error\"").contains("1048576 bytes");
  }

  @Test
  void aBodyWithoutALengthThatGoesOnIsRefused() throws IOException {
    var chunk = ("10000\r\n" + " ".repeat(1 << 16) + "\r\n").getBytes(ISO_8859_1);
    var parts = new byte[20][];
    parts[0] = head(INFER, "Transfer-Encoding: chunked");
    for (int i = 1; i < parts.length; i++) {
      parts[i] = chunk;
    }
    // The server closes the connection while more comes, so that the answer may be lost.
    var answer = raw(parts);
    assertThat(answer).satisfiesAnyOf(text -> assertThat(text).startsWith("HTTP/1.1 413"),
        text -> assertThat(text).contains("SocketException"));
  }

  @Test
  void aSequenceThatIsTooLong() {
    var x = new float[3 * 51];
    for (var parameters : new String[] {"", "\"sequence_id\":1,\"sequence_start\":true"}) {
      var answer = server.infer("steps", Running.request(parameters, "[1,51,3]", x));
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.error()).contains("51 steps").contains("at most 50");
    }
  }

  /// Sequences that are short enough, and so many that computing and answering them took all the
  /// memory: 8 million symbols became a gigabyte of probabilities.
  @ParameterizedTest
  @CsvSource({"3000, numbers, 1048576", "6000, steps in all its sequences, 262144"})
  void manySequencesAtOnceAreRefusedBeforeTheyAreComputed(int n, String what, String most) {
    var answer = server.infer("text", "{\"inputs\":[{\"name\":\"symbols\",\"datatype\":\"INT64\","
        + "\"shape\":[" + n + ",50],\"data\":[0" + ",0".repeat(50 * n - 1) + "]}]}");
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.error()).contains(what).contains("at most " + most);
  }

  @ParameterizedTest
  @CsvSource({"1000, 32", "200000, 32"})
  void deepJson(int depth, String limit) {
    var answer = server.infer("steps", "{\"inputs\":[{\"name\":\"features\","
        + "\"datatype\":\"FP32\",\"data\":" + "[".repeat(depth));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).contains("nesting depth").contains(limit);
    var ignored = server.infer("steps", "{\"x\":" + "{\"a\":".repeat(depth));
    assertThat(ignored.status()).isEqualTo(400);
  }

  @Test
  void invalidUtf8() throws IOException {
    var body = "{\"inputs\":[{\"name\":\"\u00ff\u00fe\"}]}".getBytes(ISO_8859_1);
    var answer = raw(head(INFER, "Content-Length: " + body.length, "Connection: close"), body);
    assertThat(answer).startsWith("HTTP/1.1 400").contains("UTF-8");
  }

  @Test
  void aSequenceIdOfAMegabyte() {
    var answer = server.infer("steps", Running.request(
        "\"sequence_id\":\"" + "x".repeat(900_000) + "\",\"sequence_start\":true", "[1,1,3]", 1, 2,
        3));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).contains("900000 characters, expected at most 256");
    assertThat(answer.body().length).isLessThan(500);
  }

  @Test
  void aNumberOfAMillionDigits() {
    var answer = server.infer("steps", Running.request("", "[1,1,3]", 1, 2, 3)
        .replace("[1.0,", "[1" + "0".repeat(500_000) + ","));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).contains("Number");
  }

  /// A shape is a claim, and no reason to take memory.
  @Test
  void aShapeOfBillions() {
    var answer = server.infer("steps", Running.request("", "[2000000000,2000000000,3]", 1, 2, 3));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).contains("has 3 elements");
  }

  @Test
  void headersThatAreTooLarge() throws IOException {
    var answer = raw(head(INFER, "X-Large: " + "x".repeat(20_000)));
    assertThat(answer).startsWith("HTTP/1.1 4").contains("\"error\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello\r\n\r\n", "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    "GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"})
  void whatIsNoHttp(String text) throws IOException {
    assertThat(raw(text.getBytes(ISO_8859_1))).startsWith("HTTP/1.1 4").contains("\"error\"");
  }

  /// Half of a request, and then nothing: in the headers, in the body.
  @ParameterizedTest
  @ValueSource(strings = {"POST /v2/models/steps/infer HTTP/1.1\r\nHost: x\r\nContent-",
    "POST /v2/models/steps/infer HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"inp"})
  void aRequestThatStops(String half) throws IOException {
    // The connection is closed when patience is over.
    assertThat(raw(half.getBytes(ISO_8859_1))).doesNotContain("HTTP/1.1 200")
        .doesNotContain("SocketTimeoutException");
  }

  @Test
  void anEncodedBodyIsNotSupported() throws IOException {
    assertThat(raw(head(INFER, "Content-Encoding: gzip", "Content-Length: 1"), new byte[1]))
        .startsWith("HTTP/1.1 415").contains("Content-Encoding");
  }

  @Test
  void aNumberThatJsonHasNot() {
    var answer = server.infer("steps", "{\"inputs\":[{\"name\":\"features\",\"shape\":[1],"
        + "\"datatype\":\"FP32\",\"data\":[NaN]}]}");
    assertThat(answer.error()).contains("write null").doesNotContain("JsonReadFeature");
  }

  /// What TLS says first is no failure of the server.
  @Test
  void tlsAtThePlainPort() throws IOException {
    var hello = new byte[300];
    System.arraycopy(new byte[] {0x16, 3, 1, 1, 0x20, 1, 0, 1, 0x1c, 3, 3}, 0, hello, 0, 11);
    hello[200] = '\r';
    hello[201] = '\n';
    assertThat(raw(hello)).doesNotContain("HTTP/1.1 5");
    assertThat(server.log).noneMatch(line -> line.contains("failed"));
  }

  /// Half of a body and the end of the connection was a failure of the server, with a trace.
  @Test
  void halfABodyIsAFaultOfTheClient() throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(8_000);
      socket.getOutputStream().write(head(INFER, "Content-Length: 100"));
      socket.getOutputStream().write("{\"inp".getBytes(UTF_8));
      socket.shutdownOutput();
      assertThat(read(socket)).startsWith("HTTP/1.1 400").contains("the body ends after");
    }
    assertThat(server.log).noneMatch(line -> line.contains("failed"));
  }

  /// A page of another site, and a name that was made to resolve to this machine.
  @ParameterizedTest
  @CsvSource({"Host: evil.example, Host", "Host: localhost|Origin: http://evil.example, Origin",
    "Host: localhost|Origin: null, Origin", "Host: localhost|Sec-Fetch-Site: cross-site, Origin"})
  void otherSitesAreRefused(String headers, String what) throws IOException {
    var answer = raw(("GET /v2 HTTP/1.1\r\n" + headers.replace("|", "\r\n")
        + "\r\nConnection: close\r\n\r\n").getBytes(ISO_8859_1));
    assertThat(answer).startsWith("HTTP/1.1 403").contains(what);
  }

  @Test
  void thisMachineIsNotAnotherSite() throws IOException {
    var port = server.port();
    for (var headers : List.of("Host: localhost:" + port, "Host: [::1]:" + port,
        "Host: 127.0.0.1|Origin: http://127.0.0.1", "Host: LOCALHOST|Sec-Fetch-Site: none")) {
      var answer = raw(("GET /v2 HTTP/1.1\r\n" + headers.replace("|", "\r\n")
          + "\r\nConnection: close\r\n\r\n").getBytes(ISO_8859_1));
      assertThat(answer).as(headers).startsWith("HTTP/1.1 200");
    }
  }

  /// A byte every now and then does not make a request that arrives.
  @Test
  void aClientThatSendsByteByByte() throws Exception {
    var body = Running.request("", "[1,1,3]", 1, 2, 3).getBytes(UTF_8);
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(8_000);
      OutputStream out = socket.getOutputStream();
      out.write(head(INFER, "Content-Length: " + body.length));
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
      assertThat(read(socket)).doesNotContain("HTTP/1.1 200");
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
      var request = head("/v2/models/text/generate_stream", "Content-Length: " + body.length);
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
        head("/v2/models/text/generate_stream", "Content-Length: " + body.length));
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
      first.getOutputStream().write(head(INFER, "Content-Length: 100"));
      second.getOutputStream().write(head(INFER, "Content-Length: 100"));
      for (int i = 0; i < 50; i++) {
        assertThat(small.infer("steps", Running.request("", "[1,1,3]", 1, 2, 3)).status())
            .isEqualTo(200);
      }
    }
  }

  /// Paths are names, not files.
  @ParameterizedTest
  @CsvSource({"/v2/models/..%2F..%2Fetc%2Fpasswd", "/v2/models/steps.safetensors",
    "/v2/models/%2Fetc%2Fpasswd/ready", "/v2/models/steps/versions/..%2F1"})
  void noPathReachesAFile(String path) {
    assertThat(server.get(path).status()).isEqualTo(404);
  }
}

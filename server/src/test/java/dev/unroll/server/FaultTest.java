package dev.unroll.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
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

  private static final String INFER = "/v2/models/steps/infer";

  @Test
  void aBodyOfTwoGigabytesIsRefusedByItsHeader() throws IOException {
    var answer = RawHttp.exchange(server.port(), RawHttp.head(INFER, "Content-Length: 2147483648"));
    assertThat(answer).startsWith("HTTP/1.1 413").contains("\"error\"").contains("1048576 bytes");
  }

  @Test
  void aBodyWithoutALengthThatGoesOnIsRefused() throws IOException {
    var chunk = ("10000\r\n" + " ".repeat(1 << 16) + "\r\n").getBytes(ISO_8859_1);
    var parts = new byte[20][];
    parts[0] = RawHttp.head(INFER, "Transfer-Encoding: chunked");
    for (int i = 1; i < parts.length; i++) {
      parts[i] = chunk;
    }
    assertThat(RawHttp.exchange(server.port(), parts)).startsWith("HTTP/1.1 413");
  }

  /// Connections were closed while a refused body was still on its way, and clients that send all
  /// of it before they read saw a broken pipe.
  @ParameterizedTest
  @ValueSource(strings = {"/v2/models/steps/infer", "/v2/models/nobody/infer"})
  void whoSendsALargeBodyReadsWhyItIsRefused(String path) throws IOException {
    try (var socket = RawHttp.connect(server.port())) {
      var out = socket.getOutputStream();
      out.write(RawHttp.head(path, "Content-Length: " + (20 << 20)));
      var part = new byte[1 << 20];
      for (int i = 0; i < 20; i++) {
        out.write(part);
      }
      assertThat(RawHttp.readAll(socket)).startsWith("HTTP/1.1 4").endsWith("\"}");
    }
  }

  /// Answers were such as `For input string: "zz" under radix 16`, and came when patience was over.
  @ParameterizedTest
  @ValueSource(strings = {"zz", "-1", "ffffffffffffffff", "0\r\nx"})
  void chunksThatAreNone(String chunk) throws IOException {
    assertThat(RawHttp.exchange(server.port(), RawHttp.head(INFER, "Transfer-Encoding: chunked"),
        (chunk + "\r\n").getBytes(ISO_8859_1)))
        .startsWith("HTTP/1.1 400").contains("{\"error\":\"the body cannot be read after 0 bytes, "
            + "as it is not in chunks; each is its size in hexadecimal digits, a line break");
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
    assertThat(answer.error()).contains("the JSON of the body has more than " + limit + " levels");
    var ignored = server.infer("steps", "{\"x\":" + "{\"a\":".repeat(depth));
    assertThat(ignored.status()).isEqualTo(400);
  }

  @Test
  void invalidUtf8() throws IOException {
    var body = "{\"inputs\":[{\"name\":\"\u00ff\u00fe\"}]}".getBytes(ISO_8859_1);
    var answer = RawHttp.exchange(server.port(),
        RawHttp.head(INFER, "Content-Length: " + body.length, "Connection: close"), body);
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
    assertThat(answer.error())
        .startsWith("a number in the JSON of the body has more than 64 characters");
  }

  /// A shape is a claim, and no reason to take memory.
  @Test
  void aShapeOfBillions() {
    var answer = server.infer("steps", Running.request("", "[2000000000,2000000000,3]", 1, 2, 3));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).contains("has 3 elements");
  }

  /// Headers that are too long were a bad request like any other.
  @ParameterizedTest
  @ValueSource(strings = {"X-Large: %s", "X: 1\r\nConnection: %s", "Large-%s: 1"})
  void headersThatAreTooLong(String header) throws IOException {
    var answer = RawHttp.exchange(server.port(),
        RawHttp.head(INFER, header.formatted("x".repeat(20_000))));
    assertThat(answer).startsWith("HTTP/1.1 431 ").contains("{\"error\":\"the headers have more"
        + " than 16384 bytes");
  }

  @Test
  void manyHeadersThatAreTooLongTogether() throws IOException {
    var headers = new String[2_000];
    Arrays.setAll(headers, i -> "X-%d: 1234567".formatted(i));
    assertThat(RawHttp.exchange(server.port(), RawHttp.head(INFER, headers)))
        .startsWith("HTTP/1.1 431 ");
  }

  @Test
  void aPathThatIsTooLong() throws IOException {
    assertThat(RawHttp.exchange(server.port(), RawHttp.head("/" + "x".repeat(20_000))))
        .startsWith("HTTP/1.1 414 ").contains("the path has more than 16384 bytes");
  }

  /// The last of two fields of a name counted, in silence: which one was meant nobody knows.
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "/v2/models/steps/infer|{\"inputs\":[],\"inputs\":[]}|inputs",
    "/v2/models/steps/infer|{\"inputs\":[{\"name\":\"a\",\"name\":\"b\"}]}|name",
    "/v2/models/steps/infer|{\"parameters\":{\"x\":1,\"y\":2,\"z\":3,\"y\":4}}|y",
    "/v2/models/steps/infer|{\"unknown\":{\"a\":{\"b\":1,\"b\":1}}}|b",
    "/v2/models/text/generate|{\"text_input\":\"a\",\"seed\":1,\"seed\":2}|seed",
    "/v1/classify|{\"text\":\"a\",\"text\":\"b\"}|text"})
  void aFieldThatStandsTwice(String path, String body, String field) {
    var answer = server.post(path, body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.error()).startsWith("the field \"" + field + "\" stands twice in an object");
  }

  /// Was said to have another shape than [-1, -1, 3], or to be 0 sequences.
  @ParameterizedTest
  @ValueSource(strings = {"[0,1,3]", "[1,0,3]", "[1,1,0]", "[0]"})
  void anEmptyInput(String shape) {
    for (var parameters : new String[] {"", "\"sequence_id\":1,\"sequence_start\":true"}) {
      var answer = server.infer("steps", Running.request(parameters, shape));
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.error()).isEqualTo("the input features FP32 " + shape.replace(",", ", ")
          + " is empty, as a size of its shape is 0; expected 1 or more of each");
    }
  }

  /// All of these were said to be no HTTP/1.1, and nothing else.
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"hello~|400|the first line of the request cannot be read",
    "GET / HTTP/9.9~Host: x~|400|the first line of the request cannot be read",
    "GET /%zz HTTP/1.1~Host: x~Connection: close~|400|",
    "GET / HTTP/1.0~|505|the request is one of HTTP/1.0, expected HTTP/1.1",
    "GET / HTTP/1.1~|400|the request has no Host",
    "GET / HTTP/1.1~Host: a~Host: b~|400|the Host of the request is \\\"a, b\\\", expected one",
    "GET / HTTP/1.1~Host: a~Content-Length: -1~|400|the Content-Length of the request is "
        + "\\\"-1\\\"",
    "GET / HTTP/1.1~Host: a~Transfer-Encoding: x~|400|is \\\"x\\\", expected chunked",
    "GET / HTTP/1.1~Host: a~Header~|400|a header of the request cannot be read, expected Name: va"})
  void whatIsNoHttp(String text, int status, String why) throws IOException {
    assertThat(RawHttp.exchange(server.port(), (text + "~").replace("~", "\r\n")
        .getBytes(ISO_8859_1))).startsWith("HTTP/1.1 " + status).contains("{\"error\":\"")
        .contains(why == null ? "" : why).doesNotContain("Bad request,");
  }

  @Test
  void anEncodedBodyIsNotSupported() throws IOException {
    assertThat(RawHttp.exchange(server.port(),
        RawHttp.head(INFER, "Content-Encoding: gzip", "Content-Length: 1"), new byte[1]))
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
    assertThat(RawHttp.exchange(server.port(), hello)).doesNotContain("HTTP/1.1 5");
    assertThat(server.log).noneMatch(line -> line.contains("failed"));
  }

  /// Paths are names, not files.
  @ParameterizedTest
  @CsvSource({"/v2/models/..%2F..%2Fetc%2Fpasswd", "/v2/models/steps.safetensors",
    "/v2/models/%2Fetc%2Fpasswd/ready", "/v2/models/steps/versions/..%2F1"})
  void noPathReachesAFile(String path) {
    assertThat(server.get(path).status()).isEqualTo(404);
  }
}

package dev.unroll.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.server.operation.ServerLimits;
import dev.unroll.server.protocol.JsonFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests that do not arrive in time: they were closed without a byte and without a line in the
/// access log, wrote a trace of 29 lines into the log of the server, or were waited for for ever.
class LateRequestTest {
  private static final String LATE = "{\"error\":\"the request did not arrive within 1 seconds\"}";
  private static final String INFER = "POST /v2/models/steps/infer HTTP/1.1\r\nHost: localhost\r\n";

  @TempDir
  private Path folder;

  private final ByteArrayOutputStream access = new ByteArrayOutputStream();
  private final List<LogRecord> warnings = Collections.synchronizedList(new ArrayList<>());

  private Running running() throws IOException {
    var limits = new ServerLimits(1 << 20, 16 << 10, 50, 100, 100, 100, 100, Duration.ofSeconds(1),
        Duration.ofMinutes(5));
    var options = Running.options().limits(limits);
    return Running.of(Running.models(folder), options.logs(access, options.log()));
  }

  /// In the first line, the headers, a body with a length, a chunk and between chunks.
  @ParameterizedTest
  @CsvSource(delimiter = '|',
      value = {"G||", "GET /v2||", "POST /v2/x HTTP/1.1 Content-|POST|/v2/x",
        "Content-Length: 100 {\"inp|POST|/v2/models/steps/infer",
        "Transfer-Encoding: chunked 10 {}|POST|/v2/models/steps/infer",
        "Transfer-Encoding: chunked 2 {} |POST|/v2/models/steps/infer"})
  void isToldSo(String half, String method, String path) throws IOException {
    var sent = switch (half.charAt(0)) {
      case 'G' -> half;
      case 'P' -> half.replace("1 C", "1\r\nC");
      default -> INFER + half.replace("100 ", "100\r\n\r\n").replace("chunked ", "chunked\r\n\r\n")
          .replace(" {}", "\r\n{}").replace("} ", "}\r\n");
    };
    var logger = Logger.getLogger("");
    var listener = listener();
    logger.addHandler(listener);
    try (var server = running()) {
      assertThat(RawHttp.exchange(server.port(), sent.getBytes(ISO_8859_1)))
          .startsWith("HTTP/1.1 408 ").contains("onnection: close").endsWith(LATE);
      assertThat(server.log).noneMatch(line -> line.contains("failed"));
    } finally {
      logger.removeHandler(listener);
    }
    assertThat(warnings).isEmpty();
    var lines = access.toString(UTF_8).split("\n");
    assertThat(lines).hasSize(1);
    var line = JsonFormat.mapper().readTree(lines[0]);
    assertThat(line.get("status").intValue()).isEqualTo(408);
    assertThat(line.get("peer").stringValue()).isEqualTo("127.0.0.1");
    assertThat(line.get("method").stringValue()).isEqualTo(method == null ? "" : method);
    assertThat(line.get("path").stringValue()).isEqualTo(path == null ? "" : path);
    assertThat(line.get("error").stringValue()).contains("did not arrive");
  }

  private Handler listener() {
    return new Handler() {
      @Override
      public void publish(LogRecord record) {
        if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
          warnings.add(record);
        }
      }

      @Override
      public void flush() {
        // Nothing is kept back.
      }

      @Override
      public void close() {
        // Nothing is open.
      }
    };
  }

  /// A connection may be idle for long; the second request on it has its own time, also if its
  /// beginning came together with the first.
  @Test
  void theSecondOfAKeptConnectionHasItsOwnTime() throws Exception {
    var first = "GET /v2/health/live HTTP/1.1\r\nHost: x\r\n\r\n";
    try (var server = running()) {
      for (var beginning : List.of("", "GET /v")) {
        try (var socket = RawHttp.connect(server.port())) {
          socket.getOutputStream().write((first + beginning).getBytes(ISO_8859_1));
          assertThat(RawHttp.readOne(socket.getInputStream())).startsWith("HTTP/1.1 200");
          if (beginning.isEmpty()) {
            Thread.sleep(1_500); // longer than a request may take
            socket.getOutputStream().write(first.getBytes(ISO_8859_1));
            assertThat(RawHttp.readOne(socket.getInputStream())).startsWith("HTTP/1.1 200");
            socket.getOutputStream().write("GET /v".getBytes(ISO_8859_1));
          }
          assertThat(RawHttp.readAll(socket)).startsWith("HTTP/1.1 408 ").endsWith(LATE);
        }
      }
    }
  }

  /// What Helidon refuses before any service sees it is a request, too.
  @Test
  void whatCannotBeReadHasItsLineInTheAccessLog() throws IOException {
    try (var server = running()) {
      RawHttp.exchange(server.port(), "GET /v2 HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1));
      assertThat(server.get("/metrics").text())
          .contains("unroll_requests_seconds_count{route=\"unknown\",status=\"400\"} 1");
    }
    assertThat(access.toString(UTF_8)).contains("\"path\":\"/v2\",\"status\":400,");
  }
}

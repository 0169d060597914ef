package dev.unroll.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The end of a server that is used: what runs is finished, and no request that was taken is left
/// without an answer.
class EndTest {
  private static final byte[] BODY = Running.request("", "[1,1,3]", 1, 2, 3).getBytes(UTF_8);

  @TempDir
  private static Path folder;

  @Test
  void noAnswerIsLostUnderLoad() throws Exception {
    var server = Running.of(Running.models(folder));
    var answered = new AtomicInteger();
    var ends = new AtomicBoolean();
    var lost = new ConcurrentLinkedQueue<String>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int c = 0; c < 16; c++) {
        clients.execute(() -> load(server.port(), answered, ends, lost));
      }
      while (answered.get() < 200) {
        Thread.sleep(1);
      }
      ends.set(true);
      assertThat(server.server().end()).isTrue();
    }
    assertThat(lost).isEmpty();
    server.close();
  }

  /// Sends requests over connections that are kept, until nobody listens any more. A connection
  /// that the system took while the server left off listening is closed before its first answer
  /// begins: its request was never read.
  private static void load(int port, AtomicInteger answered, AtomicBoolean ends,
      ConcurrentLinkedQueue<String> lost) {
    try {
      while (true) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
          socket.setSoTimeout(30_000);
          var in = new BufferedInputStream(socket.getInputStream());
          boolean goesOn = true;
          boolean isFirst = true;
          while (goesOn) {
            String head;
            try {
              socket.getOutputStream().write(request());
              head = head(in);
            } catch (IOException e) {
              if (isFirst && ends.get() && !String.valueOf(e.getMessage()).contains("HTTP")) {
                return;
              }
              throw e;
            }
            isFirst = false;
            if (!head.startsWith("HTTP/1.1 200")) {
              lost.add("answered by " + head);
              return;
            }
            answered.incrementAndGet();
            goesOn = !head.toLowerCase(Locale.ROOT).contains("connection: close");
          }
        }
      }
    } catch (ConnectException _) {
      // Nobody listens: no request was taken.
    } catch (IOException e) {
      lost.add(e.toString());
    }
  }

  private static byte[] request() {
    var head = ("POST /v2/models/steps/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
        + BODY.length + "\r\n\r\n").getBytes(ISO_8859_1);
    var all = new byte[head.length + BODY.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(BODY, 0, all, head.length, BODY.length);
    return all;
  }

  /// Reads an answer, and returns its head.
  private static String head(BufferedInputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("the connection ended after " + head.length() + " bytes: " + head);
      }
      head.append((char) b);
    }
    var length = head.toString().replaceFirst("(?s).*Content-Length: (\\d+).*", "$1");
    in.readNBytes(Integer.parseInt(length));
    return head.toString();
  }

  /// A text that is being written is finished, although nobody new is let in.
  @Test
  void aStreamIsFinished() throws Exception {
    var server = Running.of(Running.models(folder));
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(30_000);
      var body = "{\"text_input\":\"abc\",\"max_tokens\":3000,\"seed\":1}".getBytes(UTF_8);
      socket.getOutputStream().write(("POST /v2/models/text/generate_stream HTTP/1.1\r\n"
          + "Host: localhost\r\nContent-Length: " + body.length + "\r\n\r\n").getBytes(ISO_8859_1));
      socket.getOutputStream().write(body);
      var in = new BufferedInputStream(socket.getInputStream());
      assertThat(in.read()).isEqualTo('H');
      assertThat(server.server().end()).isTrue();
      var rest = new StringBuilder();
      var bytes = new byte[8192];
      while (rest.indexOf("\"done\":true") < 0) {
        int n = in.read(bytes);
        assertThat(n).as("the stream ended: %s", rest).isPositive();
        rest.append(new String(bytes, 0, n, UTF_8));
      }
      assertThat(rest).contains("\"tokens\":3000");
    }
    server.close();
  }

  /// `kill -9` loses the states; those that clients have fetched are put back.
  @Test
  void sequencesGoOnFromTheirSnapshots() throws Exception {
    var x = new float[][] {{0.5f, -1, 2}, {1, 0.25f, -0.5f}};
    byte[] snapshot;
    try (var first = Running.of(Running.models(folder))) {
      first.infer("steps",
          Running.request("\"sequence_id\":7,\"sequence_start\":true", "[1,1,3]", x[0]));
      snapshot = first.get("/v2/models/steps/sequences/7").body();
    }
    try (var second = Running.of(folder)) {
      assertThat(second.infer("steps", Running.request("\"sequence_id\":7", "[1,1,3]", x[1]))
          .status()).isEqualTo(400);
      second.send(HttpRequest.newBuilder(second.uri("/v2/models/steps/sequences/7"))
          .PUT(BodyPublishers.ofByteArray(snapshot)));
      assertThat(second.infer("steps", Running.request("\"sequence_id\":7", "[1,1,3]", x[1]))
          .data("numbers")).isEqualTo(Running.steps(1).predictor().predict(x)[1]);
    }
  }
}

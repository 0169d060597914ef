package dev.unroll.app.studio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.format.json.JsonFields;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Requests as they go over the wire, with any header: clients of HTTP set some themselves.
record RawHttp(String address, String token) {

  /// An answer.
  record Reply(int status, String head, String body) {
    JsonFields json() throws IOException {
      return JsonFields.parse(body, "the answer");
    }
  }

  static RawHttp of(String address) throws IOException {
    var page = new RawHttp(address, "").get("/").body();
    int at = page.indexOf("name=\"token\" content=\"") + 22;
    return new RawHttp(address, page.substring(at, page.indexOf('"', at)));
  }

  int port() {
    return URI.create(address).getPort();
  }

  Reply get(String path, String... headers) throws IOException {
    return send("GET", path, "", headers);
  }

  Reply post(String path, String body) throws IOException {
    return send("POST", path, body, "X-Unroll-Token: " + token);
  }

  Reply send(String method, String path, String body, String... headers) throws IOException {
    return send(method, path, body, RawHttp::reply, headers);
  }

  private Reply send(String method, String path, String body, Reading read, String... headers)
      throws IOException {
    var lines = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    if (Arrays.stream(headers).noneMatch(header -> header.startsWith("Host:"))) {
      lines.append("Host: 127.0.0.1:").append(port()).append("\r\n");
    }
    List.of(headers).forEach(header -> lines.append(header).append("\r\n"));
    var bytes = body.getBytes(UTF_8);
    lines.append("Content-Length: ").append(bytes.length)
        .append("\r\nConnection: close\r\n\r\n");
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout(60_000);
      var out = new ByteArrayOutputStream();
      out.write(lines.toString().getBytes(UTF_8));
      out.write(bytes);
      socket.getOutputStream().write(out.toByteArray());
      return read.from(new BufferedInputStream(socket.getInputStream()));
    }
  }

  /// What becomes of the bytes of an answer.
  @FunctionalInterface
  private interface Reading {
    Reply from(InputStream in) throws IOException;
  }

  /// Posts, and leaves when the answer has begun.
  void leave(String path, String body) throws IOException {
    send("POST", path, body, in -> {
      assertThat(in.readNBytes(500)).hasSize(500);
      return new Reply(200, "", "");
    }, "X-Unroll-Token: " + token);
  }

  /// The lines of an answer, each an object.
  static List<JsonFields> lines(Reply reply) throws IOException {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    var lines = new ArrayList<JsonFields>();
    for (var line : reply.body().split("\n")) {
      lines.add(JsonFields.parse(line, "a line"));
    }
    return lines;
  }

  private static Reply reply(InputStream in) throws IOException {
    var head = new ArrayList<String>();
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      head.add(line);
    }
    var all = String.join("\n", head);
    var lower = all.toLowerCase(Locale.ROOT);
    int at = lower.indexOf("\ncontent-length: ");
    byte[] body;
    if (lower.contains("transfer-encoding: chunked")) {
      body = chunks(in);
    } else if (at >= 0) {
      body = in.readNBytes(Integer.parseInt(lower.substring(at + 17).lines().findFirst()
          .orElseThrow().strip()));
    } else {
      body = new byte[0];
    }
    return new Reply(Integer.parseInt(all.substring(9, 12)), all, new String(body, UTF_8));
  }

  private static byte[] chunks(InputStream in) throws IOException {
    var body = new ByteArrayOutputStream();
    for (int size = size(in); size > 0; size = size(in)) {
      body.write(in.readNBytes(size));
      line(in);
    }
    return body.toByteArray();
  }

  private static int size(InputStream in) throws IOException {
    return Integer.parseInt(line(in).strip(), 16);
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("the answer ended in its head");
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(UTF_8);
  }
}

package dev.unroll.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// HTTP as bytes over a socket, for clients that do what no client should.
final class RawHttp {
  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

  private RawHttp() {}

  static Socket connect(int port) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
    return socket;
  }

  /// The head of a POST.
  static byte[] head(String path, String... headers) {
    return ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("\r\n", headers)
        + "\r\n\r\n").getBytes(ISO_8859_1);
  }

  /// Sends a POST with a body.
  static void post(Socket socket, String path, String body) throws IOException {
    var bytes = body.getBytes(UTF_8);
    socket.getOutputStream().write(head(path, "Content-Length: " + bytes.length));
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /// Sends bytes over a connection of their own, and reads what comes until the server closes it.
  static String exchange(int port, byte[]... parts) throws IOException {
    try (var socket = connect(port)) {
      for (var part : parts) {
        try {
          socket.getOutputStream().write(part);
          socket.getOutputStream().flush();
        } catch (IOException _) {
          break; // it has closed the connection already
        }
      }
      return readAll(socket);
    }
  }

  /// What comes until the server closes the connection, or the failure that it ends with.
  static String readAll(Socket socket) {
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

  /// One answer of a connection that stays open: its head and its body.
  static String readOne(InputStream in) throws IOException {
    var head = readHead(in);
    Matcher length = LENGTH.matcher(head);
    var body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
    return head + new String(body, UTF_8);
  }

  /// The head of an answer, with the empty line behind it.
  static String readHead(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("the connection ended after " + head.length() + " bytes: " + head);
      }
      head.append((char) b);
    }
    return head.toString();
  }
}

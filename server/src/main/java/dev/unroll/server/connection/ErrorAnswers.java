package dev.unroll.server.connection;

import dev.unroll.server.operation.AccessLog;
import dev.unroll.server.operation.Deadlines;
import dev.unroll.server.operation.RequestLog;
import dev.unroll.server.protocol.JsonFormat;
import dev.unroll.server.protocol.Shown;
import io.helidon.http.DirectHandler;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import java.time.Instant;
import java.util.List;

/// Answers to what is no request that the services see, such as headers that cannot be read: the
/// object of an error, as everywhere.
public final class ErrorAnswers implements DirectHandler {
  private static final Status HEADERS_TOO_LONG =
      Status.create(431, "Request Header Fields Too Large");

  private static final List<Known> KNOWN =
      List.of(new Known(HeaderNames.HOST, "one name or address"),
          new Known(HeaderNames.CONTENT_LENGTH, "one number of bytes"),
          new Known(HeaderNames.TRANSFER_ENCODING, "chunked"));

  private static final Header JSON = HeaderValues.createCached(HeaderNames.CONTENT_TYPE,
      "application/json");

  private final int mostBody;
  private final int mostHeaders;
  private final Deadlines deadlines;
  private final RequestLog log;

  /// A header that HTTP itself reads.
  private record Known(HeaderName name, String expected) {}

  /// @param deadlines which know the connection of a thread
  public ErrorAnswers(int mostBody, int mostHeaders, Deadlines deadlines, RequestLog log) {
    this.mostBody = mostBody;
    this.mostHeaders = mostHeaders;
    this.deadlines = deadlines;
    this.log = log;
  }

  @Override
  public TransportResponse handle(TransportRequest request, EventType type, Status status,
      ServerResponseHeaders headers, String message) {
    var wait = deadlines.ofThisThread();
    var connection = (WatchedConnection) wait.connection();
    var actual = actual(status, request, connection);
    var sentence = sentence(actual, request, connection, message == null ? "" : message);
    boolean isHead = request.method().equals("HEAD");
    var entity = isHead ? new byte[0] : JsonFormat.error(sentence);
    log.add("unknown", line(request, connection, actual, entity.length, sentence));
    wait.begin();
    return TransportResponse.builder().status(actual).headers(headers).header(JSON)
        .keepAlive(false).entity(entity).build();
  }

  private Status actual(Status status, TransportRequest request, WatchedConnection connection) {
    if (status.code() != 400) {
      return status;
    }
    // Helidon ends these by a 400, as it does all that it cannot read.
    return connection.headerBytes() >= mostHeaders ? HEADERS_TOO_LONG
        : isEncoded(request) ? Status.UNSUPPORTED_MEDIA_TYPE_415
            : status;
  }

  private static boolean isEncoded(TransportRequest request) {
    var encoding = request.headers().first(HeaderNames.CONTENT_ENCODING).orElse("identity");
    return !encoding.equalsIgnoreCase("identity");
  }

  private static AccessLog.Line line(TransportRequest request, WatchedConnection connection,
      Status status, int sent, String sentence) {
    var first = connection.firstLine();
    return new AccessLog.Line(Instant.now(), connection.peer(),
        first == null ? request.method() : first.method().text(),
        first == null ? request.path() : first.uriPath().rawPath(), status.code(),
        connection.nanos(), 0, sent, sentence);
  }

  private String sentence(Status status, TransportRequest request,
      WatchedConnection connection, String message) {
    return switch (status.code()) {
      case 408 -> message;
      case 413 -> "the body has more than %d bytes, which are allowed".formatted(mostBody);
      case 414 -> "the path has more than %d bytes, which are allowed".formatted(mostHeaders);
      case 415 -> "the body is encoded, which is not supported; send it without Content-Encoding";
      case 431 -> "the headers have more than %d bytes, which are allowed".formatted(mostHeaders);
      case 500 -> "the server failed; its log says more";
      case 505 -> "the request is one of HTTP/1.0, expected HTTP/1.1";
      default -> unreadable(request, connection, message);
    };
  }

  /// What is wrong with the head of a request. Helidon's message says which part of it.
  private static String unreadable(TransportRequest request, WatchedConnection connection,
      String message) {
    if (connection.firstLine() == null) {
      return "the first line of the request cannot be read as HTTP/1.1, expected METHOD /path "
          + "HTTP/1.1 and a line break of CR and LF; is it HTTPS?";
    }
    if (message.startsWith("Query")) {
      return "the query of the path has a character that cannot stand in it; write it as %XX";
    }
    for (var known : KNOWN) {
      var name = known.name.defaultCase();
      if (message.matches("(?i).*\\b" + name.replace('-', '.') + "\\b.*")) {
        var given = request.headers().all(known.name, List::of);
        return given.isEmpty() ? "the request has no %s".formatted(name)
            : "the %s of the request is %s, expected %s".formatted(name,
                Shown.of(String.join(", ", given)), known.expected);
      }
    }
    return "a header of the request cannot be read, expected Name: value on each line";
  }
}

package dev.unroll.server.http;

import dev.unroll.server.operation.Deadlines;
import dev.unroll.server.protocol.JsonFormat;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;

/// Answers to what is no request that the services see, such as headers that cannot be read: the
/// object of an error, as everywhere.
final class ErrorAnswers implements DirectHandler {
  private static final Status HEADERS_TOO_LONG =
      Status.create(431, "Request Header Fields Too Large");

  private final int mostBody;
  private final int mostHeaders;
  private final Deadlines deadlines;

  /// @param deadlines which know the connection of a thread
  ErrorAnswers(int mostBody, int mostHeaders, Deadlines deadlines) {
    this.deadlines = deadlines;
    this.mostBody = mostBody;
    this.mostHeaders = mostHeaders;
  }

  @Override
  public TransportResponse handle(TransportRequest request, EventType type, Status status,
      ServerResponseHeaders headers, String message) {
    var encoding = request.headers().first(HeaderNames.CONTENT_ENCODING).orElse("identity");
    if (status.code() == 400 && !encoding.equalsIgnoreCase("identity")) {
      return answer(Status.UNSUPPORTED_MEDIA_TYPE_415, headers,
          "the body is encoded, which is not supported; send it without Content-Encoding");
    }
    var actual = status.code() == 400 && areHeadersTooLong() ? HEADERS_TOO_LONG : status;
    return answer(actual, headers, sentence(actual, message));
  }

  /// Helidon ends them by a 400, as it does all that it cannot read.
  private boolean areHeadersTooLong() {
    var wait = deadlines.find();
    return wait != null && wait.connection() instanceof WatchedConnection connection
        && connection.headerBytes() >= mostHeaders;
  }

  private static TransportResponse answer(Status status, ServerResponseHeaders headers,
      String sentence) {
    return TransportResponse.builder().status(status).headers(headers)
        .header(Exchange.JSON).keepAlive(false)
        .entity(JsonFormat.error(sentence))
        .build();
  }

  private String sentence(Status status, String message) {
    return switch (status.code()) {
      case 413 -> "the body has more than %d bytes, which are allowed".formatted(mostBody);
      case 414 -> "the path has more than %d bytes, which are allowed".formatted(mostHeaders);
      case 431 -> "the headers have more than %d bytes, which are allowed".formatted(mostHeaders);
      case 500 -> "the server failed; its log says more";
      default -> "the request cannot be read as HTTP/1.1%s".formatted(
          message == null || message.startsWith("Bad request") ? "" : ": " + message);
    };
  }
}

package dev.unroll.server.http;

import dev.unroll.data.DataException;
import dev.unroll.onnx.OnnxSizeException;
import dev.unroll.server.protocol.RefusedException;
import dev.unroll.server.protocol.Shown;
import io.helidon.http.RequestException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/// What clients are told of a failure: a status and one sentence. What the server itself is to
/// blame for is told in its log.
final class Refusals {
  private final int mostBody;
  private final Consumer<String> log;

  /// @param mostBody the bytes of the largest body
  Refusals(int mostBody, Consumer<String> log) {
    this.mostBody = mostBody;
    this.log = log;
  }

  RefusedException of(Throwable failure, Exchange exchange) {
    return switch (failure) {
      case RefusedException refused -> refused;
      case RequestException unread -> RefusedException.of(unread.status().code(), "%s",
          switch (unread.status().code()) {
            case 408 -> unread.getMessage();
            case 413 -> "the body has more than %d bytes, which are allowed".formatted(mostBody);
            default -> "the body cannot be read";
          });
      // Over HTTP there are no masks.
      case DataException data -> RefusedException.invalid("%s", String.valueOf(data.getMessage())
          .replace(", or mask the step and put 0 there", ""));
      case OnnxSizeException large -> RefusedException.of(413, "%s", large.getMessage());
      case IllegalArgumentException invalid when invalid.getMessage() != null ->
          RefusedException.invalid("%s", invalid.getMessage());
      case OutOfMemoryError _ -> {
        log.accept("out of memory at %s %s; allow more, or lower the limits".formatted(
            exchange.method(), Shown.of(exchange.rawPath())));
        yield RefusedException.busy(5, "the server has no memory left for the request");
      }
      // As when the time to finish what runs is over.
      case CancellationException _, RejectedExecutionException _ ->
          RefusedException.of(503, "the server ends before the request is done");
      case IllegalStateException state when state.getMessage() != null ->
          RefusedException.of(500, "%s", state.getMessage());
      default -> {
        log.accept("%s %s failed: %s at %s".formatted(exchange.method(),
            Shown.of(exchange.rawPath()), failure,
            failure.getStackTrace().length == 0 ? "?" : failure.getStackTrace()[0]));
        yield RefusedException.of(500, "the server failed; its log says more");
      }
    };
  }
}

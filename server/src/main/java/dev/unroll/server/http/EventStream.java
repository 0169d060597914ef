package dev.unroll.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.server.protocol.ByteSink;
import dev.unroll.server.protocol.JsonFormat;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/// An answer of server-sent events, each an object of JSON. Its status is sent with the first.
final class EventStream {
  private static final Header EVENTS =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");

  private final Exchange exchange;
  private @Nullable OutputStream out;

  EventStream(Exchange exchange) {
    this.exchange = exchange;
  }

  /// Sends an event.
  ///
  /// @throws UncheckedIOException if it cannot be sent
  void send(ByteSink object) {
    try {
      if (out == null) {
        out = exchange.stream(EVENTS);
      }
      var event = new ByteSink(object.size() + 8);
      event.writeBytes("data: ".getBytes(UTF_8));
      event.write(object.array(), 0, object.size());
      event.writeBytes("\n\n".getBytes(UTF_8));
      out.write(event.array(), 0, event.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Sends the sentence of an error, as the status was sent before.
  void fail(String sentence) {
    var sink = new ByteSink(sentence.length() + 16);
    sink.writeBytes(JsonFormat.error(sentence));
    send(sink);
  }

  /// Ends the answer.
  void close() {
    try {
      if (out != null) {
        out.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

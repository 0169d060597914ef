package dev.unroll.app.studio;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.format.json.Json;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// An answer of JSON lines, each sent when it is there. It begins with the first one: what fails
/// before is answered as a failure still. One thread at a time.
final class LineStream implements AutoCloseable {
  private final ServerResponse response;
  private @Nullable OutputStream out;

  LineStream(ServerResponse response) {
    this.response = response;
  }

  /// Sends a line.
  ///
  /// @throws IOException if nobody is there any more
  void send(SequencedMap<String, Object> line) throws IOException {
    var to = out;
    if (to == null) {
      response.header(HeaderNames.CONTENT_TYPE, "application/x-ndjson");
      to = response.outputStream();
      out = to;
    }
    to.write((Json.write(line) + "\n").getBytes(UTF_8));
    to.flush();
  }

  @Override
  public void close() throws IOException {
    if (out != null) {
      out.close();
    }
  }
}

package dev.unroll.app.studio;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.app.console.Failure;
import dev.unroll.format.json.Json;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// An answer of JSON lines, each sent when it is there. It begins with the first one: what fails
/// before is answered as a failure still, and what fails later by a last line `{"error": …}`. One
/// thread at a time.
final class LineStream implements AutoCloseable {
  private final ServerResponse response;
  private @Nullable OutputStream out;
  private boolean isLost;

  /// What sends the lines.
  @FunctionalInterface
  interface Work {
    void send() throws IOException;
  }

  LineStream(ServerResponse response) {
    this.response = response;
  }

  /// Sends lines. Once there are some, whoever reads them is told by a line what has failed: the
  /// status of the answer has been sent, and an end without a word would look like that of the
  /// work.
  ///
  /// Ends without a word if nobody is there any more.
  ///
  /// @throws IOException if the work does before the first line
  void of(Work work) throws IOException {
    try {
      work.send();
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      if (out == null) {
        throw e;
      }
      if (isLost) {
        return;
      }
      var failure = new LinkedHashMap<String, Object>();
      failure.put("error", Failure.sentence(e));
      send(failure);
    }
  }

  /// Sends a line.
  ///
  /// @throws IOException if nobody is there any more
  void send(SequencedMap<String, Object> line) throws IOException {
    isLost = true;
    var to = out;
    if (to == null) {
      response.header(HeaderNames.CONTENT_TYPE, "application/x-ndjson");
      to = response.outputStream();
      out = to;
    }
    to.write((Json.write(line) + "\n").getBytes(UTF_8));
    to.flush();
    isLost = false;
  }

  @Override
  public void close() throws IOException {
    try {
      if (out != null) {
        out.close();
      }
    } catch (IOException | RuntimeException e) {
      if (!isLost) {
        throw e;
      }
    }
  }
}

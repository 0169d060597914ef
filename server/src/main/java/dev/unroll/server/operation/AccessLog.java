package dev.unroll.server.operation;

import dev.unroll.server.protocol.JsonFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A line of JSON for each request. Lines are written by a thread of their own; if it does not keep
/// up, lines are left out and counted, and requests do not wait.
public final class AccessLog implements AutoCloseable {
  private static final int MOST_WAITING = 16_384;
  private static final int LONGEST_PATH = 256;

  private final ArrayBlockingQueue<Line> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final AtomicLong lost = new AtomicLong();
  private final OutputStream out;
  private final Thread writer;
  private volatile boolean closed;

  /// A request that was answered.
  ///
  /// @param peer the address of the client
  /// @param received the bytes of its body
  /// @param sent the bytes of the answer's body
  /// @param error the sentence of an error; null if there was none
  public record Line(Instant time, String peer, String method, String path, int status, long nanos,
      long received, long sent, @Nullable String error) {}

  /// @param out where lines go; closed in the end
  public AccessLog(OutputStream out) {
    this.out = out;
    writer = Thread.ofPlatform().daemon().name("unroll-access-log").start(this::write);
  }

  /// Takes a line, or counts it as lost.
  public void add(Line line) {
    if (!waiting.offer(line)) {
      lost.incrementAndGet();
    }
  }

  /// The lines that were left out.
  public long lost() {
    return lost.get();
  }

  private void write() {
    try {
      while (!closed || !waiting.isEmpty()) {
        var line = waiting.poll(100, TimeUnit.MILLISECONDS);
        if (line != null) {
          write(line);
          if (waiting.isEmpty()) {
            out.flush();
          }
        }
      }
      out.flush();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException _) {
      // As on a full disk. The server goes on; lines are counted as lost.
      closed = true;
    }
  }

  private void write(Line line) throws IOException {
    var bytes = new ByteArrayOutputStream(256);
    try (var json = JsonFormat.generator(bytes)) {
      json.writeStartObject();
      json.writeStringProperty("time", line.time.toString());
      json.writeStringProperty("peer", line.peer);
      json.writeStringProperty("method", line.method);
      json.writeStringProperty("path", line.path.length() > LONGEST_PATH
          ? line.path.substring(0, LONGEST_PATH) + "…"
          : line.path);
      json.writeNumberProperty("status", line.status);
      json.writeNumberProperty("micros", line.nanos / 1_000);
      json.writeNumberProperty("received", line.received);
      json.writeNumberProperty("sent", line.sent);
      var error = line.error;
      if (error != null) {
        json.writeStringProperty("error", error);
      }
      json.writeEndObject();
    }
    bytes.write('\n');
    bytes.writeTo(out);
  }

  @Override
  public void close() {
    closed = true;
    try {
      writer.join(TimeUnit.SECONDS.toMillis(2));
      out.close();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException _) {
      // What could be written was.
    }
  }
}

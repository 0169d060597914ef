package dev.unroll.server.connection;

import dev.unroll.server.operation.Deadlines;
import dev.unroll.server.protocol.JsonFormat;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Connections that are not closed at once when the server ends, or they were idle for long: a
/// request may be on its way, and would be lost.
public final class PatientSelector implements ServerConnectionSelector {
  private static final Duration ON_ITS_WAY = Duration.ofMillis(250);

  /// The answer to what is not HTTP at all.
  private static final byte[] NO_HTTP = noHttp();

  private final ServerConnectionSelector connections;
  private final Deadlines deadlines;

  public PatientSelector(ServerConnectionSelector connections, Deadlines deadlines) {
    this.connections = connections;
    this.deadlines = deadlines;
  }

  private static byte[] noHttp() {
    var error = JsonFormat.error("the request cannot be read as HTTP/1.1; is it HTTPS?");
    var head = JsonFormat.bytes("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"
        + "Content-Type: application/json\r\nContent-Length: " + error.length + "\r\n\r\n");
    var all = Arrays.copyOf(head, head.length + error.length);
    System.arraycopy(error, 0, all, head.length, error.length);
    return all;
  }

  @Override
  public int bytesToIdentifyConnection() {
    return connections.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return connections.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return connections.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    var watched = new WatchedConnection(context, deadlines.time());
    return new Patient(connections.connection(watched), watched, deadlines);
  }

  private static final class Patient implements ServerConnection {
    private final ServerConnection connection;
    private final WatchedConnection context;
    private final Deadlines deadlines;
    private final AtomicReference<@Nullable Thread> waiting = new AtomicReference<>();

    Patient(ServerConnection connection, WatchedConnection context, Deadlines deadlines) {
      this.connection = connection;
      this.context = context;
      this.deadlines = deadlines;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
      deadlines.enter(context);
      try {
        if (isHttp()) {
          connection.handle(limit);
        }
        context.linger();
      } catch (CloseConnectionException e) {
        context.linger();
        throw e;
      } finally {
        deadlines.leave();
      }
    }

    /// No request begins with a control character; TLS at a plain port does.
    private boolean isHttp() {
      waiting.set(Thread.currentThread());
      try {
        byte first = context.dataReader().lookup();
        boolean isHttp = first >= ' ' || first == '\r' || first == '\n';
        if (!isHttp) {
          context.dataWriter().writeNow(BufferData.create(NO_HTTP));
        }
        return isHttp;
      } catch (DataReader.InsufficientDataAvailableException _) {
        return false; // the client has left
      } finally {
        waiting.set(null);
      }
    }

    @Override
    public Duration idleTime() {
      return connection.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
      if (interrupt) {
        endWait();
        connection.close(true);
      } else {
        Thread.startVirtualThread(this::closeLater);
      }
    }

    private void closeLater() {
      try {
        Thread.sleep(ON_ITS_WAY);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      endWait();
      connection.close(false);
    }

    /// Closes a connection on which nothing has come: an interrupt does.
    private void endWait() {
      var thread = waiting.get();
      if (thread != null) {
        thread.interrupt();
      }
    }
  }
}

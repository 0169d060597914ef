package dev.unroll.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Set;

/// Connections that are not closed at once when the server ends, or they were idle for long: a
/// request may be on its way, and would be lost.
final class PatientSelector implements ServerConnectionSelector {
  private static final Duration ON_ITS_WAY = Duration.ofMillis(250);

  private final ServerConnectionSelector connections;

  PatientSelector(ServerConnectionSelector connections) {
    this.connections = connections;
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
    return new Patient(connections.connection(context));
  }

  private record Patient(ServerConnection connection) implements ServerConnection {
    @Override
    public void handle(Limit limit) throws InterruptedException {
      connection.handle(limit);
    }

    @Override
    public Duration idleTime() {
      return connection.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
      if (interrupt) {
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
      connection.close(false);
    }
  }
}

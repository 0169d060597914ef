package dev.unroll.server.connection;

import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;

/// Hears when the first line of a request has come, and when its headers have. It is the only
/// listener: what Helidon makes of several passes nothing on.
public record RequestListener() implements Http1ConnectionListener {
  @Override
  public void prologue(ConnectionContext connection, HttpPrologue prologue) {
    ((WatchedConnection) connection).beginHeaders(prologue);
  }

  @Override
  public void headers(ConnectionContext connection, Headers headers) {
    ((WatchedConnection) connection).endHeaders();
  }
}

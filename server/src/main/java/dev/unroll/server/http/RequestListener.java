package dev.unroll.server.http;

import dev.unroll.server.operation.Deadlines;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;

/// Hears when a request begins to come, and when its headers have come. It is the only listener:
/// what Helidon makes of several passes nothing on.
///
/// @param deadlines of requests
record RequestListener(Deadlines deadlines) implements Http1ConnectionListener {
  @Override
  public void prologue(ConnectionContext connection, HttpPrologue prologue) {
    deadlines.begin(connection);
    ((WatchedConnection) connection).beginHeaders();
  }

  @Override
  public void headers(ConnectionContext connection, Headers headers) {
    ((WatchedConnection) connection).endHeaders();
  }
}

package dev.unroll.server.http;

import dev.unroll.server.protocol.RefusedException;
import dev.unroll.server.protocol.Shown;
import io.helidon.http.HeaderNames;
import java.util.Locale;

/// The route of a request, for figures: a part of the API, with names of models left out.
final class Route {
  private String name = "unknown";

  /// Its name.
  String name() {
    return name;
  }

  /// Sets the route of a path that there is.
  ///
  /// @param method by which it is called
  /// @throws RefusedException if it is called by another
  void is(String found, Exchange exchange, String method) {
    name = found;
    if (!exchange.method().equals(method)) {
      exchange.answerHeader(HeaderNames.ALLOW, method);
      throw RefusedException.of(405, "%s is not allowed here; use %s",
          Shown.of(exchange.method().toUpperCase(Locale.ROOT)), method);
    }
  }

  /// The same of a path that may go on with what is nowhere.
  void is(String found, Exchange exchange, String method, boolean isThere) {
    if (!isThere) {
      throw nothing(exchange);
    }
    is(found, exchange, method);
  }

  /// There is nothing at a path.
  static RefusedException nothing(Exchange exchange) {
    return RefusedException.missing("there is nothing at %s; there are /v2, /v2/models/NAME, "
        + "/v1/openapi.json and /metrics", Shown.of(exchange.rawPath()));
  }
}

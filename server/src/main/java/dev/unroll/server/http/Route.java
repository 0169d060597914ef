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

  /// Sets the route of a path that there is. What is read by GET can be asked for by HEAD, too.
  ///
  /// @param method by which it is called
  /// @throws RefusedException if it is called by another
  void is(String found, Exchange exchange, String method) {
    name = found;
    boolean isRead = method.equals("GET");
    if (!exchange.method().equals(method) && !(isRead && exchange.isHead())) {
      throw other(exchange, isRead ? "GET, HEAD" : method, "use " + method);
    }
  }

  /// The refusal of another method.
  ///
  /// @param allowed methods
  static RefusedException other(Exchange exchange, String allowed, String use) {
    exchange.answerHeader(HeaderNames.ALLOW, allowed);
    return RefusedException.of(405, "%s is not allowed here; %s",
        Shown.of(exchange.method().toUpperCase(Locale.ROOT)), use);
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

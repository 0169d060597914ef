package dev.unroll.server.http;

import dev.unroll.server.operation.ApiKeys;
import dev.unroll.server.protocol.RefusedException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import org.jspecify.annotations.Nullable;

/// Who may ask: those who have a key; without keys everybody whom the guard lets pass.
///
/// @param keys null if none is needed
record Admission(@Nullable ApiKeys keys, SiteGuard guard) {
  private static final HeaderName API_KEY = HeaderNames.create("X-API-Key");

  /// Lets a request pass.
  ///
  /// @throws RefusedException if it has no key that is known, or comes from another site
  void require(Exchange exchange) {
    if (keys == null) {
      guard.require(exchange);
    } else if (!keys.admit(exchange.header(HeaderNames.AUTHORIZATION), exchange.header(API_KEY))) {
      exchange.answerHeader(HeaderNames.WWW_AUTHENTICATE, "Bearer");
      throw RefusedException.of(401, "the request has no key that is known; send it as "
          + "Authorization: Bearer KEY");
    }
  }
}

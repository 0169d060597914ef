package dev.unroll.app.studio;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/// Lets through what the page of the studio asks, and nothing that another page has made a browser
/// ask.
///
/// - The Host must be this machine by number or as `localhost`: a name that an attacker has made
///   resolve to it (DNS rebinding) is refused.
/// - An Origin, and Sec-Fetch-Site, must be the studio itself.
/// - What changes something is a POST with a token that only the studio's page knows.
final class RequestGuard {
  /// The header of the token.
  static final String TOKEN = "X-Unroll-Token";

  private static final HeaderName TOKEN_NAME = HeaderNames.create(TOKEN);
  private static final HeaderName SITE = HeaderNames.create("Sec-Fetch-Site");
  private static final HeaderName POLICY = HeaderNames.create("Content-Security-Policy");

  /// Scripts and styles are files of ours, and elements set their own styles by script; forms go
  /// nowhere and nobody may frame it.
  private static final String PAGES = "default-src 'none'; script-src 'self'; style-src 'self';"
      + " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
      + " frame-ancestors 'none'";

  private final String token;
  private volatile Set<String> hosts = Set.of();

  RequestGuard() {
    var bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    token = HexFormat.of().formatHex(bytes);
  }

  /// The token for the page.
  String token() {
    return token;
  }

  /// Says which port it is; before that nothing passes.
  void listensOn(int port) {
    hosts = Set.of("127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port);
  }

  /// Refuses a request, or has it answered with headers that keep the page to itself.
  void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    response.header(POLICY, PAGES);
    response.header(HeaderNames.create("X-Content-Type-Options"), "nosniff");
    response.header(HeaderNames.create("Referrer-Policy"), "no-referrer");
    response.header(HeaderNames.create("Cross-Origin-Resource-Policy"), "same-origin");
    response.header(HeaderNames.create("Cross-Origin-Opener-Policy"), "same-origin");
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    var refusal = refusal(request);
    if (refusal.isEmpty()) {
      chain.proceed();
    } else {
      response.status(Status.FORBIDDEN_403).send("{\"error\":\"%s\"}".formatted(refusal));
    }
  }

  private String refusal(RoutingRequest request) {
    var headers = request.headers();
    var host = headers.first(HeaderNames.HOST).orElseGet(request::authority);
    if (!hosts.contains(host)) {
      return "the studio answers this machine alone";
    }
    var origin = headers.first(HeaderNames.ORIGIN).orElse("");
    var site = headers.first(SITE).orElse("none");
    if (!origin.isEmpty() && !origin.equals("http://" + host)
        || !Set.of("none", "same-origin").contains(site)) {
      return "another page may not ask the studio";
    }
    var method = request.prologue().method();
    if (method.equals(Method.GET) || method.equals(Method.HEAD)) {
      return "";
    }
    boolean known = method.equals(Method.POST) && MessageDigest.isEqual(token.getBytes(US_ASCII),
        headers.first(TOKEN_NAME).orElse("").getBytes(US_ASCII));
    return known ? "" : "the token is missing or old; load the page again";
  }
}

package dev.unroll.server.http;

import dev.unroll.server.protocol.RefusedException;
import dev.unroll.server.protocol.Shown;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Refuses what a page of another site has made a browser ask, where no key does.
///
/// - The Host must be an address, `localhost`, or a name that was allowed: a name that an attacker
///   has made resolve to this machine (DNS rebinding) is refused.
/// - An Origin must be the server itself or an allowed name.
final class SiteGuard {
  private static final HeaderName SITE = HeaderNames.create("Sec-Fetch-Site");

  /// Addresses, which nobody can make resolve to something else.
  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");

  private final Set<String> names;

  /// @param host where the server listens
  /// @param allowed further names of it
  SiteGuard(String host, Set<String> allowed) {
    names = new HashSet<>(Set.of("localhost", host.toLowerCase(Locale.ROOT)));
    allowed.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
  }

  /// Lets a request pass.
  ///
  /// @throws RefusedException if it comes from another site
  void require(Exchange exchange) {
    var host = exchange.header(HeaderNames.HOST);
    if (host == null) {
      return; // no browser
    }
    var name = name(host);
    if (!names.contains(name) && !ADDRESS.matcher(name).matches()) {
      throw RefusedException.of(403, "the Host %s is not known as a name of this server; start it"
          + " with --allow-host %s, or with --key-file", Shown.of(host), Shown.of(name));
    }
    var origin = exchange.header(HeaderNames.ORIGIN);
    var site = exchange.header(SITE);
    boolean foreign = origin == null
        ? site != null && !site.equals("none") && !site.equals("same-origin")
        : !isOwn(origin, host);
    if (foreign) {
      throw RefusedException.of(403, "a page of another site may not ask (Origin %s); allow it by"
          + " --allow-host, or use a --key-file", Shown.of(origin == null ? "" : origin));
    }
  }

  private boolean isOwn(String origin, String host) {
    var rest = origin.toLowerCase(Locale.ROOT).replaceFirst("^https?://", "");
    // A port of this machine may be another program's; a name that was allowed is meant as a whole.
    var name = name(rest);
    return rest.equals(host.toLowerCase(Locale.ROOT))
        || names.contains(name) && !name.equals("localhost");
  }

  /// The name without the port.
  private static String name(String host) {
    return host.toLowerCase(Locale.ROOT).replaceFirst(":\\d*$", "");
  }
}

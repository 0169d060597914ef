package dev.unroll.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.server.protocol.RefusedException;
import java.net.URLDecoder;

/// The path of a request: its parts, decoded.
final class RequestPath {
  private final String[] parts;
  private final int count;

  /// @param raw as it was sent
  /// @throws RefusedException if a code in it cannot be read
  RequestPath(String raw) {
    parts = raw.substring(1).split("/", -1);
    for (int i = 0; i < parts.length; i++) {
      if (parts[i].indexOf('%') >= 0) {
        parts[i] = decoded(parts[i]);
      }
    }
    // A slash at the end does not count.
    count = parts.length > 1 && parts[parts.length - 1].isEmpty() ? parts.length - 1
        : parts.length;
  }

  private static String decoded(String part) {
    try {
      return URLDecoder.decode(part.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException _) {
      throw RefusedException.invalid("the path has a %% that begins no code");
    }
  }

  /// The number of parts.
  int count() {
    return count;
  }

  /// A part; empty behind the last one.
  String part(int i) {
    return i < count ? parts[i] : "";
  }

  /// Whether it is that of a health check, which everybody may ask.
  boolean isHealth() {
    return count == 3 && parts[0].equals("v2") && parts[1].equals("health");
  }
}

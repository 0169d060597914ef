package dev.unroll.server.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.format.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The keys that clients may have. Only their hashes are kept, and how long a comparison takes says
/// nothing of them.
public final class ApiKeys {
  private static final int SHORTEST = 16;
  private static final String BEARER = "Bearer ";

  private final List<byte[]> hashes;

  private ApiKeys(List<byte[]> hashes) {
    this.hashes = hashes;
  }

  /// The keys in a file, one a line; empty lines and those that begin with # do not count.
  ///
  /// @throws IOException if it cannot be read, has no key, or one that is easily guessed
  public static ApiKeys read(Path file) throws IOException {
    var keys = Files.readString(file).lines().map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#")).toList();
    if (keys.isEmpty() || keys.stream().anyMatch(key -> key.length() < SHORTEST)) {
      throw new FormatException(keys.isEmpty()
          ? "%s has no key; write one on each line".formatted(file)
          : "%s has a key of fewer than %d characters, which can be guessed; make one with openssl "
              .formatted(file, SHORTEST) + "rand -hex 24");
    }
    return of(keys);
  }

  /// These keys.
  public static ApiKeys of(List<String> keys) {
    return new ApiKeys(keys.stream().map(ApiKeys::hash).toList());
  }

  /// Whether a request has one of the keys.
  ///
  /// @param authorization the header `Authorization`: `Bearer KEY`; null if there is none
  /// @param key the header `X-API-Key`; null if there is none
  public boolean admit(@Nullable String authorization, @Nullable String key) {
    String given = key;
    if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      given = authorization.substring(BEARER.length()).strip();
    }
    if (given == null) {
      return false;
    }
    var hash = hash(given);
    boolean found = false;
    for (var known : hashes) {
      found |= MessageDigest.isEqual(known, hash);
    }
    return found;
  }

  private static byte[] hash(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}

package dev.unroll.app.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.unroll.format.file.FileFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// The SHA-256 of a file, or of a folder: of the names and contents of all its files.
final class Fingerprint {
  /// Of what can be read only once, such as a pipe.
  static final String NONE = "";

  private Fingerprint() {}

  /// The fingerprint in hexadecimal digits.
  ///
  /// @throws IOException one sentence, if it cannot be read
  static String of(Path path) throws IOException {
    if (!Files.isRegularFile(path) && !Files.isDirectory(path)) {
      return NONE;
    }
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var file : files(path)) {
        if (!file.equals(path)) {
          digest.update((path.relativize(file) + "\n").getBytes(UTF_8));
        }
        add(file, digest);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    } catch (UncheckedIOException e) {
      throw FileFailure.reading(path, requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw FileFailure.reading(path, e);
    }
  }

  private static List<Path> files(Path path) throws IOException {
    try (var inside = Files.walk(path)) {
      return inside.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void add(Path file, MessageDigest digest) throws IOException {
    var part = new byte[1 << 16];
    try (var in = Files.newInputStream(file)) {
      for (int n = in.read(part); n >= 0; n = in.read(part)) {
        digest.update(part, 0, n);
      }
    }
  }
}

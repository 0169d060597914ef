package dev.unroll.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// Where the checksum stands in the header of one of our files, and how it is computed.
final class Checksum {
  /// What stands for the checksum while it is computed.
  static final String ZEROS = "0".repeat(64);

  private static final byte[] BEFORE =
      "{\"%s\":{\"%s\":\"".formatted(Safetensors.METADATA, Safetensors.CHECKSUM).getBytes(UTF_8);

  private Checksum() {}

  /// The index of the checksum in a header, or −1 if it does not start as ours do.
  static int position(byte[] header) {
    boolean ours =
        header.length >= BEFORE.length + ZEROS.length()
            && Arrays.equals(header, 0, BEFORE.length, BEFORE, 0, BEFORE.length);
    return ours ? BEFORE.length : -1;
  }

  static MessageDigest start() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}

package dev.unroll.format.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Set;

/// The place of the checksum in the header of our files, and its computation.
final class Checksum {
  /// The placeholder of the checksum while it is computed.
  static final String ZEROS = "0".repeat(64);

  private static final byte[] BEFORE =
      "{\"%s\":{\"%s\":\"".formatted(Safetensors.METADATA, Safetensors.CHECKSUM).getBytes(UTF_8);

  /// The prefix of the keys of our metadata.
  private static final String OURS = "unroll.";

  /// The number of bits by which the beginning of a header may differ from ours and still count as
  /// one of ours, damaged. Headers of other programs differ in dozens.
  private static final int FLIPPED = 8;

  private Checksum() {}

  /// The index of the checksum in a header, or −1 if it does not start as ours do.
  static int position(byte[] header) {
    boolean ours =
        header.length >= BEFORE.length + ZEROS.length()
            && Arrays.equals(header, 0, BEFORE.length, BEFORE, 0, BEFORE.length);
    return ours ? BEFORE.length : -1;
  }

  /// Whether a file must have a checksum, as Unroll wrote it: by the keys of its metadata, or
  /// because the header begins as ours do except for a few bits. One flipped bit in the key must
  /// not make it a file of another program, which is read without a checksum.
  static boolean isDue(byte[] header, Set<String> metadata) {
    return metadata.stream().anyMatch(key -> key.startsWith(OURS)) || beginsAlmostAsOurs(header);
  }

  private static boolean beginsAlmostAsOurs(byte[] header) {
    if (header.length < BEFORE.length + ZEROS.length()) {
      return false;
    }
    int flipped = 0;
    for (int i = 0; i < BEFORE.length; i++) {
      flipped += Integer.bitCount((header[i] ^ BEFORE[i]) & 0xff);
    }
    return flipped <= FLIPPED;
  }

  static MessageDigest start() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}

package dev.unroll.layer.stepping;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;

/// Strings as UTF-8, with unpaired surrogates, which UTF-8 cannot encode, as the three bytes that
/// their code points would have (WTF-8, simonsapin.github.io/wtf-8). So different strings give
/// different bytes, and every string is read back.
final class StringKeys implements KeyFormat<String> {

  @Override
  public byte[] toBytes(String key) {
    return isWellFormed(key) ? key.getBytes(UTF_8) : encoded(key);
  }

  private static boolean isWellFormed(String key) {
    return key.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE
        && c <= Character.MAX_SURROGATE);
  }

  private static byte[] encoded(String key) {
    var bytes = ByteBuffer.allocate(3 * key.length());
    key.codePoints().forEach(c -> {
      if (c < 0x80) {
        bytes.put((byte) c);
      } else if (c < 0x800) {
        bytes.put((byte) (0xc0 | c >> 6)).put(rest(c, 0));
      } else if (c < 0x10000) {
        bytes.put((byte) (0xe0 | c >> 12)).put(rest(c, 6)).put(rest(c, 0));
      } else {
        bytes.put((byte) (0xf0 | c >> 18)).put(rest(c, 12)).put(rest(c, 6)).put(rest(c, 0));
      }
    });
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private static byte rest(int c, int shift) {
    return (byte) (0x80 | c >> shift & 0x3f);
  }

  @Override
  public String fromBytes(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      var key = decoded(bytes);
      // Bytes that are not the encoding of their own text are overlong, a split surrogate pair, or
      // truncated.
      if (!Arrays.equals(toBytes(key), bytes)) {
        throw new IllegalArgumentException("a key is not UTF-8", e);
      }
      return key;
    }
  }

  /// The text with these bytes, if there is one.
  private static String decoded(byte[] bytes) {
    var text = new StringBuilder();
    for (int i = 0; i < bytes.length;) {
      int first = bytes[i] & 0xff;
      int length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
      int c = length == 1 ? first : first & 0x7f >> length;
      for (int j = 1; j < length && i + j < bytes.length; j++) {
        c = c << 6 | bytes[i + j] & 0x3f;
      }
      text.appendCodePoint(Math.min(c, Character.MAX_CODE_POINT));
      i += length;
    }
    return text.toString();
  }
}

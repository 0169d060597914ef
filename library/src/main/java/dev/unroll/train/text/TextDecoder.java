package dev.unroll.train.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;

/// Symbols as text, one after another. Bytes are held back until they are a whole character; those
/// that make none become `U+FFFD`. Used by one thread at a time.
public final class TextDecoder {
  /// A character has up to four bytes.
  private static final int LONGEST = 4;

  private final TextCoding coding;
  private final CharsetDecoder decoder = UTF_8.newDecoder()
      .onMalformedInput(CodingErrorAction.REPLACE)
      .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private final ByteBuffer bytes = ByteBuffer.allocate(2 * LONGEST);
  private final CharBuffer characters = CharBuffer.allocate(4 * LONGEST);

  TextDecoder(TextCoding coding) {
    this.coding = coding;
  }

  /// The text that a symbol adds; empty as long as a character is not complete.
  public String next(int symbol) {
    if (coding.isPlain(symbol)) {
      return end() + coding.tokens().token(symbol);
    }
    bytes.put((byte) symbol);
    bytes.flip();
    decoder.decode(bytes, characters, false);
    bytes.compact();
    return taken();
  }

  /// What is held back, at the end of the text.
  public String end() {
    bytes.flip();
    decoder.decode(bytes, characters, true);
    decoder.flush(characters);
    decoder.reset();
    bytes.clear();
    return taken();
  }

  private String taken() {
    var text = characters.flip().toString();
    characters.clear();
    return text;
  }

  /// The text of symbols.
  static String text(TextCoding coding, int... symbols) {
    var decoder = new TextDecoder(coding);
    var text = new StringBuilder();
    for (int symbol : symbols) {
      text.append(decoder.next(symbol));
    }
    return text.append(decoder.end()).toString();
  }
}

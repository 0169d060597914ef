package dev.unroll.keras.file;

import dev.unroll.format.FormatException;

/// Names in messages come from files, and may have anything in them: line ends and what moves the
/// cursor of a terminal become dots.
public final class PlainSentence {
  private PlainSentence() {}

  /// The same exception with a message in one line.
  public static FormatException of(FormatException e) {
    var message = String.valueOf(e.getMessage());
    var plain = message.replaceAll("[\\p{Cntrl}\\x{85}\\x{2028}\\x{2029}]", "·");
    return plain.equals(message) ? e : new FormatException(plain, e);
  }
}

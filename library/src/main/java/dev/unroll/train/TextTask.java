package dev.unroll.train;

import dev.unroll.data.TextSplit;
import dev.unroll.data.Vocabulary;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A text to learn from: its first part to train, the rest to validate.
///
/// @param source where the text comes from: the name of a set or a path
/// @param sha256 of the text in UTF-8
/// @param vocabulary of the whole text
/// @param train the symbols to train on
/// @param validation the symbols to validate on
public record TextTask(
    String source, String sha256, Vocabulary vocabulary, int[] train, int[] validation) {

  /// Splits a text: nine tenths to train, the last tenth to validate.
  ///
  /// @throws dev.unroll.data.DataException if the text is too short to be split
  public static TextTask of(String source, String text) {
    var vocabulary = Vocabulary.of(text);
    var split = TextSplit.of(text);
    return new TextTask(source, sha256(text), vocabulary, vocabulary.encode(split.train()),
        vocabulary.encode(split.validation()));
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
          .digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

package dev.unroll.datasets;

import dev.unroll.datasets.format.SourceBytes;

/// Tiny Shakespeare: 40,000 lines from the plays, 1,115,394 characters of 65 kinds, all ASCII. It
/// is the text of Karpathy's char-rnn and is in the public domain; its source is in the
/// `README.md` beside it. The usual split is 90 % for training, the last 10 % for validation.
public final class TinyShakespeare {
  private TinyShakespeare() {}

  /// The whole text, read from the jar at each call.
  public static String text() {
    return SourceBytes.shipped("tinyshakespeare/input.txt").text();
  }
}

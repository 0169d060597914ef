package dev.unroll.server.generate;

import java.io.IOException;

/// Takes a text piece by piece.
@FunctionalInterface
public interface TextSink {
  /// Takes the next piece.
  ///
  /// @throws IOException if nobody wants it any longer, which ends the text
  void take(String piece) throws IOException;
}

package dev.unroll.server.generate;

import java.io.IOException;

/// A model that writes text. Safe for use by several threads.
public interface TextModel {
  /// Writes a text.
  ///
  /// @param sink gets its pieces in order
  /// @throws dev.unroll.data.DataException if the model cannot read what is asked
  Ending write(Writing asked, TextSink sink) throws IOException;

  /// Whether it follows a beam unless it is said to draw.
  boolean followsBeam();
}

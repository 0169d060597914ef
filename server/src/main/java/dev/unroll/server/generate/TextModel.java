package dev.unroll.server.generate;

import dev.unroll.server.batch.Client;
import java.io.IOException;

/// A model that writes text. Safe for use by several threads.
public interface TextModel {
  /// Writes a text.
  ///
  /// @param client who waits for it
  /// @param sink gets its pieces in order
  /// @throws dev.unroll.data.DataException if the model cannot read what is asked
  /// @throws dev.unroll.server.batch.ClientLeftException if the client has left
  Ending write(Writing asked, Client client, TextSink sink) throws IOException;

  /// Whether it follows a beam unless it is said to draw.
  boolean followsBeam();
}

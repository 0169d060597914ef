package dev.unroll.server.batch;

/// Who waits for an answer. Safe for use by several threads.
@FunctionalInterface
public interface Client {
  /// Whether it has left, so that nobody wants the answer any longer. Long work asks again and
  /// again: that costs next to nothing.
  boolean hasLeft();

  /// Ends the work for a client that has left.
  ///
  /// @throws ClientLeftException if it has
  default void requireThere() {
    if (hasLeft()) {
      throw new ClientLeftException();
    }
  }
}

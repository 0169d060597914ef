package dev.unroll.server.batch;

/// Ends the work for a client that has left.
public final class ClientLeftException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// Without a trace: it is no failure.
  public ClientLeftException() {
    super("the client has closed the connection before it was answered", null, false, false);
  }
}

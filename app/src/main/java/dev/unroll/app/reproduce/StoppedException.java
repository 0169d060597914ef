package dev.unroll.app.reproduce;

/// A training was stopped and has written a checkpoint.
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StoppedException() {
    super("stopped");
  }
}

package dev.unroll.train;

/// Training cannot continue; the message says at which step, in which layer, and what to try.
public final class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// With a message that a user can act on.
  public TrainingException(String message) {
    super(message);
  }
}
